/**
 * One place for one stream, from the question to the return. The ledger is asked, never relied on: what does not answer
 * in time is done without, and what was taken is given back once, whenever that turns out to have happened.
 */
import { causeText } from "../base/cause.ts";
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { StreamTarget } from "../conversation/events.ts";
import type { NoPlace, PlaceAnswer, PlaceFor, PlaceLedger, PlaceRequest } from "./leased-ledger.ts";

/** What came of asking. `unknown`: the ledger did not answer, so nobody may be turned away. */
export type PlaceVerdict =
  | { readonly type: "granted" }
  | { readonly type: "unknown"; readonly cause: string }
  | Extract<PlaceAnswer, { type: "refused" }>;

type Answer = PlaceAnswer | Extract<PlaceVerdict, { type: "unknown" }>;

export interface PlaceParts {
  readonly ledger: PlaceLedger;
  readonly target: StreamTarget;
  readonly request: PlaceRequest;
  readonly after: AlarmClock["after"];
  /** What its ledger was asked before and must hear of first, settled or not. Never rejects. */
  readonly asked?: Promise<unknown> | undefined;
  /** It was taken a moment ago, for as long as it takes to get here: it need not be asked for, only renewed. */
  readonly claimed?: boolean;
}

export class Place {
  readonly #parts: PlaceParts;
  #request: PlaceRequest;
  /** What was asked last, settled: the ledger hears of a place in the order in which things happened to it. */
  #asked: Promise<unknown>;
  #over = false;
  #callOff: () => void = () => {};

  constructor(parts: PlaceParts) {
    this.#parts = parts;
    this.#request = parts.request;
    this.#asked = parts.asked ?? Promise.resolve();
  }

  get target(): StreamTarget {
    return this.#parts.target;
  }

  /** Its question makes the ledger forget the session's other places. */
  get isAnew(): boolean {
    return this.#request.anew ?? false;
  }

  /** It is held already, without a question. */
  get isClaimed(): boolean {
    return this.#parts.claimed ?? false;
  }

  /** Settles when its ledger has heard all that it was asked so far, or will not. Never rejects. */
  get asked(): Promise<unknown> {
    return this.#asked;
  }

  /** Asks for what is free now; whoever was refused may ask again. Never rejects. */
  async takeAtOnce(): Promise<PlaceVerdict> {
    const answer = await this.#ask({ ...this.#request, atOnce: true });
    if (answer.type !== "queued") return answer;
    // A ledger of older code knows no other way; whoever does not come back loses its turn.
    return { type: "refused", why: answer.why, retryAfterMs: answer.retryAfterMs };
  }

  /** Asks, and waits for its turn for `LIMITS.placeWaitMs`. Never rejects. */
  async take(): Promise<PlaceVerdict> {
    let no: NoPlace = { why: "full", retryAfterMs: LIMITS.placeRetryMs };
    for (let waited = 0; waited <= LIMITS.placeWaitMs && !this.#over; ) {
      const answer = await this.#ask();
      if (answer.type !== "queued") return answer;
      no = answer;
      waited += answer.askAgainMs;
      await this.#pause(answer.askAgainMs);
    }
    void this.give();
    return { type: "refused", why: no.why, retryAfterMs: no.retryAfterMs };
  }

  /** Asks once, for a stream that is dialled whatever the answer. True when there was one. Never rejects. */
  async tell(): Promise<boolean> {
    return (await this.#ask()).type !== "unknown";
  }

  /** From now on it is renewed, until it is given back. */
  hold(): void {
    if (this.isClaimed) this.#renew();
    this.#holdOn();
  }

  #holdOn(): void {
    this.#callOff = this.#parts.after(LIMITS.placeRenewMs, () => {
      if (this.#over) return;
      this.#renew();
      this.#holdOn();
    });
  }

  /** It serves something else than it was taken for. */
  becomes(wanted: PlaceFor): void {
    if (this.#over || this.#request.wanted === wanted) return;
    this.#request = { ...this.#request, wanted };
    this.#renew();
  }

  /** Gives it back, whatever has become of the question. Only the first time counts. Never rejects. */
  give(): Promise<void> {
    return this.#end(() => this.#giveBack());
  }

  /** The same, when AWS would not open its stream for want of room: the ledger learns from it. Never rejects. */
  crowded(): Promise<void> {
    const { ledger, target } = this.#parts;
    return this.#end(() => ledger.crowded(target, this.#request.lease));
  }

  async #end(tell: () => Promise<void>): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#callOff();
    await this.#asked;
    await tell()
      .catch(() => this.#pause(LIMITS.placeGiveAgainMs).then(() => this.#giveBack()))
      // It runs out by itself.
      .catch(() => undefined);
  }

  #giveBack(): Promise<void> {
    const { ledger, target } = this.#parts;
    return ledger.give(target, this.#request.lease);
  }

  #renew(): void {
    const { ledger, target } = this.#parts;
    // A renewal that is lost is made up for by the next.
    this.#asked = this.#asked
      .then(() => (this.#over ? undefined : ledger.renew(target, this.#request)))
      .catch(() => undefined);
  }

  /** One question. An answer that comes too late is not heard, but waited for before the place is given back. */
  #ask(request: PlaceRequest = this.#request): Promise<Answer> {
    const { ledger, target, after } = this.#parts;
    return new Promise((resolve) => {
      const giveUp = after(LIMITS.placeAskMs, () =>
        resolve({ type: "unknown", cause: `no answer within ${LIMITS.placeAskMs} ms` }),
      );
      this.#asked = this.#asked
        .then(() => ledger.take(target, request))
        .catch((thrown: unknown) => ({ type: "unknown", cause: causeText(thrown) }) as const)
        .then((answer) => {
          giveUp();
          resolve(answer);
        });
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#parts.after(ms, resolve));
  }
}
