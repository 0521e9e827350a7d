/**
 * Nova's words → the house's words. Knows which content is which, says a barge-in once, passes a tool use on once.
 * No I/O, no clock: the same outputs always give the same events.
 */
import type { ModelEvent } from "../../conversation/events.ts";
import type { NovaOutput } from "./output-events.ts";

interface Content {
  readonly kind: string;
  readonly role: string | null;
  readonly stage: string | null;
}

type Start = Extract<NovaOutput, { type: "content_start" }>;
type End = Extract<NovaOutput, { type: "content_end" }>;

/** Nova opens one content at a time; many more that never end are damage, and the oldest are forgotten. */
const MAX_CONTENTS = 64;

/** Not something the agent says but Nova's sign for a barge-in. Written with exactly these spaces, so far. */
const BARGE_IN = /^\s*\{\s*"interrupted"\s*:\s*true\s*\}\s*$/;

const NOTHING: readonly ModelEvent[] = [];

export class Translator {
  readonly #contents = new Map<string, Content>();
  readonly #toolUses = new Set<string>();
  /** Said already for the answer that was cut; forgotten when the next answer begins. */
  #interrupted = false;

  read(output: NovaOutput): readonly ModelEvent[] {
    switch (output.type) {
      case "audio":
        // Audio of a content that never began, or has ended, belongs to nothing that could be played.
        return this.#contents.get(output.content)?.kind === "AUDIO" && output.pcm.length > 0
          ? [{ type: "agent_audio", content: output.content, pcm: output.pcm }]
          : NOTHING;
      case "content_start":
        return this.#start(output);
      case "content_end":
        return this.#end(output);
      case "text":
        return this.#text(output.content, output.text);
      case "tool_use":
        if (this.#toolUses.has(output.use)) return NOTHING;
        this.#toolUses.add(output.use);
        return [
          { type: "tool_use", use: output.use, name: output.name, argumentsText: output.argumentsText },
        ];
      case "usage":
        return [{ type: "usage", tokens: output.tokens }];
      case "speech_start":
        return [{ type: "speech_started", offsetMs: output.offsetMs }];
      case "speech_end":
        return [{ type: "speech_stopped", offsetMs: output.offsetMs }];
      case "completion_end":
      case "nothing":
      case "unreadable":
        return NOTHING;
    }
  }

  #start({ content, kind, role, stage }: Start): readonly ModelEvent[] {
    if (this.#contents.has(content)) return NOTHING;
    this.#contents.set(content, { kind, role, stage });
    const [oldest] = this.#contents.keys();
    if (this.#contents.size > MAX_CONTENTS && oldest !== undefined) this.#contents.delete(oldest);
    if (kind !== "AUDIO") return NOTHING;
    this.#interrupted = false;
    return [{ type: "agent_audio_started", content }];
  }

  #text(id: string, text: string): readonly ModelEvent[] {
    if (BARGE_IN.test(text)) return this.#interrupt();
    const content = this.#contents.get(id);
    // Nova sends empty transcripts, which must neither end a turn nor start one.
    if (content === undefined || text.trim() === "") return NOTHING;
    if (content.role === "USER") return [{ type: "caller_text", text }];
    if (content.role !== "ASSISTANT") return NOTHING;
    if (content.stage !== "SPECULATIVE") return [{ type: "agent_text", stage: "spoken", text }];
    this.#interrupted = false;
    return [{ type: "agent_text", stage: "planned", text }];
  }

  #end({ content: id, kind, stopReason }: End): readonly ModelEvent[] {
    const content = this.#contents.get(id);
    this.#contents.delete(id);
    const events: ModelEvent[] = [];
    if (content?.kind === "AUDIO") {
      const last = stopReason === "END_TURN" || stopReason === "INTERRUPTED";
      events.push({ type: "agent_audio_ended", content: id, last });
    }
    const interruptible = (content?.kind ?? kind) !== "TOOL";
    if (stopReason === "INTERRUPTED" && interruptible) events.push(...this.#interrupt());
    return events;
  }

  /** Nova says it up to three times: by text, by that text's end, and at times by the audio's end. */
  #interrupt(): readonly ModelEvent[] {
    if (this.#interrupted) return NOTHING;
    this.#interrupted = true;
    const events: ModelEvent[] = [];
    for (const [id, content] of this.#contents) {
      if (content.kind !== "AUDIO") continue;
      // What still comes of it was never heard and never will be.
      this.#contents.delete(id);
      events.push({ type: "agent_audio_ended", content: id, last: true });
    }
    return [...events, { type: "interrupted" }];
  }
}
