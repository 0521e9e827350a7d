/**
 * Keeps a log readable where strangers decide how often something happens: one line of each kind in a while, with the
 * number of those that were left out before it. Counts for one isolate.
 */
export class LogSampler {
  readonly #everyMs: number;
  /** Kinds are few and ours: nothing a stranger writes becomes one. */
  readonly #kinds = new Map<string, { readonly at: number; leftOut: number }>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** How many of `kind` were left out since its last line, when one is due at `now` (ms); null when none is. */
  take(kind: string, now: number): number | null {
    const last = this.#kinds.get(kind);
    if (last !== undefined && now - last.at < this.#everyMs) {
      last.leftOut += 1;
      return null;
    }
    this.#kinds.set(kind, { at: now, leftOut: 0 });
    return last?.leftOut ?? 0;
  }
}
