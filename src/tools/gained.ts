/**
 * What the tools of a sub-agent have told the session while it worked on one question.
 */
import type { Facts } from "../agent/facts.ts";
import type { SegmentDefinition } from "../agent/segment.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import type { ToolWord } from "../conversation/events.ts";
import { orNothing } from "./tool-word.ts";

export class Gained {
  #word: ToolWord = {};

  /** Of two that say the same thing, the later one is right. */
  take({ facts, next }: ToolWord): void {
    this.#word = {
      ...this.#word,
      facts: { ...this.#word.facts, ...facts },
      ...(next === undefined ? {} : { next }),
    };
  }

  /** All of it, for the session. */
  get word(): ToolWord | undefined {
    return orNothing(this.#word);
  }

  /** The context of the next tool: it knows already what those before it have set, as far as the segment sees it. */
  context(before: ToolContext, segments: readonly Pick<SegmentDefinition, "name" | "sees">[]): ToolContext {
    const seen = segments.find(({ name }) => name === before.segment)?.sees.facts ?? null;
    const set = Object.entries(this.#word.facts ?? {}).filter(
      ([name]) => seen === null || seen.includes(name),
    );
    const facts = Object.entries({ ...before.facts, ...Object.fromEntries(set) });
    const held = facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
    return { ...before, facts: Object.fromEntries(held) satisfies Facts };
  }
}
