/**
 * The redactor for all that a session stores of what was said: transcript, calls of tools, summaries. What stands in
 * facts was found out by tools and not said by anybody: it stays.
 */
import type { Redaction } from "../agent/memory-policy.ts";
import type { Json } from "../base/json.ts";
import type { ToolOutcome, TranscriptEntry } from "../conversation/events.ts";
import type { StoredSnapshot } from "../conversation/snapshot.ts";
import { redact, redactAll } from "./redactor.ts";

export class RecordRedactor {
  readonly #kinds: readonly Redaction[];

  constructor(kinds: readonly Redaction[] = []) {
    this.#kinds = kinds;
  }

  /**
   * `changed` as it may be stored. With it come the caller's other words of the same turns in `all`: a number that began
   * there may only now be known for one.
   */
  entries(changed: readonly TranscriptEntry[], all: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
    if (this.#kinds.length === 0) return changed;
    const turns = new Set(changed.flatMap((entry) => (entry.type === "caller" ? [entry.turn] : [])));
    const said = Map.groupBy(all.filter(isCallers), ({ turn }) => turn);
    const callers = [...turns].flatMap((turn) => this.#together(said.get(turn) ?? []));
    const others = changed.filter((entry) => !isCallers(entry)).map((entry) => this.#one(entry));
    return [...callers, ...others].toSorted((a, b) => a.index - b.index);
  }

  /** One breath after the other: a number may lie in two. */
  #together(said: readonly CallerEntry[]): readonly TranscriptEntry[] {
    const texts = redactAll(
      said.map(({ text }) => text),
      this.#kinds,
    );
    return said.map((entry, index) => ({ ...entry, text: texts[index] ?? "" }));
  }

  #one(entry: TranscriptEntry): TranscriptEntry {
    switch (entry.type) {
      case "agent":
        return { ...entry, text: this.text(entry.text) };
      case "tool":
        return { ...entry, arguments: this.json(entry.arguments), outcome: this.outcome(entry.outcome) };
      default:
        return entry;
    }
  }

  outcome(outcome: ToolOutcome): ToolOutcome {
    return outcome.status === "ok"
      ? { ...outcome, value: this.json(outcome.value) }
      : { ...outcome, say: this.text(outcome.say) };
  }

  snapshot(snapshot: StoredSnapshot): StoredSnapshot {
    const { summaries } = snapshot;
    if (summaries === undefined || this.#kinds.length === 0) return snapshot;
    return { ...snapshot, summaries: summaries.map((one) => ({ ...one, text: this.text(one.text) })) };
  }

  text(text: string): string {
    return redact(text, this.#kinds);
  }

  /** However deep; a number that is one of a card becomes a text. */
  json(value: Json): Json {
    if (this.#kinds.length === 0) return value;
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") {
      const written = this.text(String(value));
      return written === String(value) ? value : written;
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.json(each));
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [this.text(name), this.json(each)]),
    );
  }
}

type CallerEntry = Extract<TranscriptEntry, { readonly type: "caller" }>;

const isCallers = (entry: TranscriptEntry): entry is CallerEntry => entry.type === "caller";
