/**
 * What tools may tell the session: a fact is set only by those that the agent names for it. Whatever else they say is
 * left out here and told to the log, so that whoever hears a tool's word may trust it.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { Facts } from "../agent/facts.ts";
import type { ToolWord } from "../conversation/events.ts";
import type { Trouble } from "./run-body.ts";
import { called, complain, orNothing } from "./tool-word.ts";

export type GateParts = Partial<Pick<AgentDefinition, "facts" | "segments">>;

export class WordGate {
  readonly #facts: AgentDefinition["facts"];
  readonly #segments: AgentDefinition["segments"];
  readonly #trouble: Trouble;
  /** The sub-agent whose tools these are; what it may set, they may. */
  readonly #within: string | null;

  constructor({ facts = {}, segments = [] }: GateParts, trouble: Trouble, within: string | null = null) {
    this.#facts = facts;
    this.#segments = segments;
    this.#trouble = trouble;
    this.#within = within;
  }

  /** What of `word` the tool, called by the name under which it is offered, may say in that segment. */
  admit(tool: string, word: ToolWord | undefined, segment: string): ToolWord | undefined {
    if (word === undefined) return undefined;
    const left: string[] = [];
    const facts = Object.entries(word.facts ?? {}).filter(([fact]) => {
      const why = this.#refused(fact, tool, segment);
      if (why !== null) left.push(`${called(fact)}: ${why}`);
      return why === null;
    });
    const next = word.next !== undefined && this.#leads(word.next, left) ? { next: word.next } : {};
    complain(left, (cause) => this.#trouble(tool, cause, "word"));
    return orNothing({ facts: Object.fromEntries(facts), ...next });
  }

  /** Leaves all of it out. */
  refuse(tool: string, word: ToolWord | undefined, why: string): void {
    if (word !== undefined) complain([`all of it: ${why}`], (cause) => this.#trouble(tool, cause, "word"));
  }

  /** Names of those that can never hold, because the agent has no such facts. */
  unknown(facts: Facts): readonly string[] {
    return Object.keys(facts).filter((name) => !Object.hasOwn(this.#facts, name));
  }

  #refused(fact: string, tool: string, segment: string): string | null {
    const definition = Object.hasOwn(this.#facts, fact) ? this.#facts[fact] : undefined;
    if (!definition) return "the agent has no such fact";
    const names = this.#within === null ? [tool] : [tool, this.#within];
    if (!names.some((name) => definition.setBy.includes(name))) return "its setBy does not name this tool";
    const writes = this.#segments.find(({ name }) => name === segment)?.writes ?? null;
    return writes === null || writes.includes(fact)
      ? null
      : `the segment ${called(segment)} may not write it`;
  }

  #leads(next: string, left: string[]): boolean {
    // Who tells of no segments does not want this one checked.
    const known = this.#segments.length === 0 || this.#segments.some(({ name }) => name === next);
    if (!known) left.push(`next: there is no segment ${called(next)}`);
    return known;
  }
}
