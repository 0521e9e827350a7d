/**
 * The streams of a session. At most one hears the caller (`live`), one may be getting ready (`next`) or be kept ready
 * for whatever may come (`standby`), an old one may still be finishing what it was saying (`draining`), and others were
 * asked to close (`leaving`). Events of any other generation are stale.
 */
import type { StreamTarget } from "./events.ts";
import type { FedAudio } from "./fed-audio.ts";

export type StreamReason = "start" | "rotation" | "recovery" | "transition";

export interface Stream {
  readonly generation: number;
  readonly target: StreamTarget;
  /** Whom it serves. Not fixed before it begins: a stream that waits can serve any segment of its model and region. */
  segment: string;
  reason: StreamReason;
  role: "live" | "next" | "standby" | "draining" | "leaving";
  state:
    | { readonly type: "opening" }
    /** The door is open; nothing was said through it yet. */
    | { readonly type: "waiting" }
    | { readonly type: "open"; readonly since: number; readonly fed: FedAudio };
  /** Where in the caller's audio it starts to listen, in ms. */
  listensFrom: number;
}

export class StreamBook {
  readonly #streams = new Map<number, Stream>();
  #generation = 0;
  /** Attempts in a row to be heard at all that came to nothing. */
  failures = 0;
  /** Streams that were lost, or not to be had, over the whole session. */
  losses = 0;
  /** Attempts in a row to hand over that came to nothing: they cost nothing but the next attempt's haste. */
  missedHandOvers = 0;
  /** Since when nobody hears the caller; null while somebody does. */
  deafSince: number | null = null;

  get opened(): number {
    return this.#generation;
  }

  /** The numbering goes on after a restart. */
  resume(generation: number): void {
    this.#generation = generation;
  }

  add(stream: Omit<Stream, "generation" | "state">): Stream {
    this.#generation++;
    const entry: Stream = { ...stream, generation: this.#generation, state: { type: "opening" } };
    this.#streams.set(entry.generation, entry);
    return entry;
  }

  remove(generation: number): void {
    this.#streams.delete(generation);
  }

  get(generation: number): Stream | null {
    return this.#streams.get(generation) ?? null;
  }

  get all(): readonly Stream[] {
    return [...this.#streams.values()];
  }

  get live(): Stream | null {
    return this.#byRole("live");
  }

  get next(): Stream | null {
    return this.#byRole("next");
  }

  get standby(): Stream | null {
    return this.#byRole("standby");
  }

  get draining(): Stream | null {
    return this.#byRole("draining");
  }

  #byRole(role: Stream["role"]): Stream | null {
    for (const stream of this.#streams.values()) if (stream.role === role) return stream;
    return null;
  }
}
