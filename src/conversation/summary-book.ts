/**
 * What a text model has written of a talk that outgrew its history, and what it is being asked for. A summary stands for
 * whoever may see exactly what it was made of: so no words come through it to a segment that they were kept from.
 */
import { LIMITS } from "../base/limits.ts";
import type { TranscriptEntry } from "./events.ts";

/** From the first to the last number, both counted. */
type Span = readonly [first: number, last: number];

export interface KeptSummary {
  readonly text: string;
  /** The last entry that it tells of. */
  readonly upTo: number;
  /** The numbers of all entries that went into it. */
  readonly of: readonly Span[];
}

type Entry = Pick<TranscriptEntry, "index">;

interface Asked {
  readonly request: number;
  readonly upTo: number;
  readonly of: readonly Span[];
  /** The summary that it goes on from, and takes the place of. */
  readonly from: KeptSummary | null;
}

export class SummaryBook {
  /** The newest last. */
  #kept: readonly KeptSummary[];
  #asked: Asked | null = null;
  #requests = 0;
  /** In a row. */
  #failures = 0;
  #restsUntil = 0;
  #givenUp = false;

  constructor(kept: readonly KeptSummary[] = []) {
    this.#kept = kept;
  }

  get kept(): readonly KeptSummary[] {
    return this.#kept;
  }

  get givenUp(): boolean {
    return this.#givenUp;
  }

  /** `seen`: all that somebody may see, in order. The summary that goes furthest of those made of just that; or null. */
  standing(seen: readonly Entry[]): KeptSummary | null {
    return this.#kept
      .filter(({ upTo, of }) => isSame(of, spansUpTo(seen, upTo)))
      .reduce<KeptSummary | null>((best, each) => (best && best.upTo >= each.upTo ? best : each), null);
  }

  /** Nothing is asked for yet, and the text model is not being left alone. */
  mayAsk(now: number): boolean {
    return this.#asked === null && !this.#givenUp && now >= this.#restsUntil;
  }

  /** A summary of all that is `seen` up to an entry is asked for, going on from `from`. The request's number. */
  ask(seen: readonly Entry[], upTo: number, from: KeptSummary | null): number {
    this.#requests++;
    this.#asked = { request: this.#requests, upTo, of: spansUpTo(seen, upTo), from };
    return this.#requests;
  }

  /** The answer to a request; false when it is not the one that is waited for. */
  answered(request: number): boolean {
    return this.#asked?.request === request;
  }

  /** What was asked for is there. */
  made(text: string): void {
    const asked = this.#asked;
    this.#asked = null;
    this.#failures = 0;
    if (!asked || this.#givenUp) return;
    const { upTo, of, from } = asked;
    this.#kept = [...this.#kept.filter((each) => each !== from), { text, upTo, of }].slice(
      -LIMITS.summariesKept,
    );
  }

  /** It will not come. */
  failed(now: number): void {
    this.#asked = null;
    this.#restsUntil = now + LIMITS.summaryRetryMs * 2 ** this.#failures;
    this.#failures++;
    if (this.#failures >= LIMITS.summaryAttempts) this.#givenUp = true;
  }

  /** Nothing is asked for any more in this session, and nothing of it told. */
  giveUp(): void {
    this.#kept = [];
    this.#givenUp = true;
  }
}

function spansUpTo(entries: readonly Entry[], upTo: number): readonly Span[] {
  const spans: [number, number][] = [];
  for (const { index } of entries) {
    if (index > upTo) break;
    const last = spans.at(-1);
    if (last && index === last[1] + 1) last[1] = index;
    else spans.push([index, index]);
  }
  return spans;
}

const isSame = (a: readonly Span[], b: readonly Span[]): boolean => a.join(" ") === b.join(" ");
