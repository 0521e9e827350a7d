/**
 * What leased models are tested with: a clock that the test turns, the real book behind a line that can be slow or
 * dead, and a model whose streams do what they are told to.
 */
import type { AlarmClock } from "../../src/base/clock.ts";
import type { ModelEvent, StreamTarget } from "../../src/conversation/events.ts";
import {
  type Book,
  type CapacityReport,
  EMPTY,
  give,
  leave,
  renew,
  report,
  sweep,
  take,
} from "../../src/durable/capacity-book.ts";
import type { CapacityLedgerRpc } from "../../src/durable/capacity-rpc.ts";
import { EVERYTHING } from "../../src/model/capabilities.ts";
import type { PlaceAnswer, PlaceRequest } from "../../src/model/leased-ledger.ts";
import type { ModelStream, SpeechModel } from "../../src/model/speech-model.ts";

export const TARGET: StreamTarget = { model: "amazon.nova-2-sonic-v1:0", region: "us-east-1" };

/** Time passes when the test says so; what is due runs in order, and what follows from it before the next. */
export class TurnedClock implements AlarmClock {
  #now = 1_795_348_800_000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((it) => it !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((it) => it !== next);
      this.#now = next.at;
      next.run();
      await settled();
    }
    this.#now = end;
  }
}

/** All that follows from what has happened, without waiting for anything else. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How the next question fares: it arrives after so long, and the answer takes as long again. Or it is lost. */
export type Fare = { readonly ms: number; readonly fails?: "before" | "after" };

export class LedgerOverALine implements CapacityLedgerRpc {
  readonly calls: string[] = [];
  book: Book = EMPTY;
  fare: (call: string) => Fare = () => ({ ms: 0 });
  readonly #clock: AlarmClock;
  readonly #places: number;

  constructor(clock: AlarmClock, places: number) {
    this.#clock = clock;
    this.#places = places;
  }

  take(_target: StreamTarget, request: PlaceRequest): Promise<PlaceAnswer> {
    return this.#call(`take ${request.lease} ${request.wanted}`, () => {
      const { book, answer } = take(this.book, this.#places, request, this.#clock.now());
      this.book = book;
      return answer;
    });
  }

  renew(_target: StreamTarget, request: PlaceRequest): Promise<void> {
    return this.#call(`renew ${request.lease} ${request.wanted}`, () => {
      this.book = renew(this.book, request, this.#clock.now());
    });
  }

  give(_target: StreamTarget, lease: string): Promise<void> {
    return this.#call(`give ${lease}`, () => {
      this.book = give(this.book, lease, this.#clock.now());
    });
  }

  leave(_target: StreamTarget, session: string): Promise<void> {
    return this.#call(`leave ${session}`, () => {
      this.book = leave(this.book, session, this.#clock.now());
    });
  }

  report(): Promise<CapacityReport> {
    return this.#call("report", () => report(this.book, this.#places, this.#clock.now()));
  }

  get used(): number {
    return report(this.book, this.#places, this.#clock.now()).used;
  }

  get entries(): number {
    return sweep(this.book, this.#clock.now()).size;
  }

  async #call<T>(name: string, act: () => T): Promise<T> {
    const { ms, fails } = this.fare(name);
    await this.#travel(ms);
    if (fails === "before") throw new Error("the line is dead");
    this.calls.push(name);
    const answer = act();
    await this.#travel(ms);
    if (fails === "after") throw new Error("the line went dead");
    return answer;
  }

  #travel(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void this.#clock.after(ms, resolve));
  }
}

export class Dialled implements ModelStream {
  readonly heard: string[] = [];
  ended = false;
  readonly tell: (event: ModelEvent) => void;

  constructor(tell: (event: ModelEvent) => void) {
    this.tell = (event) => {
      if (this.ended) return;
      this.ended = event.type === "ended";
      tell(event);
    };
  }

  begin(): void {
    this.heard.push("begin");
  }
  sendAudio(): void {
    this.heard.push("audio");
  }
  sendText(text: string): void {
    this.heard.push(text);
  }
  sendToolResult(use: string): void {
    this.heard.push(use);
  }
  finish(): void {
    this.tell({ type: "ended", end: { type: "finished" } });
  }
  abort(): void {
    this.tell({ type: "ended", end: { type: "finished" } });
  }
}

export class ObedientModel implements SpeechModel {
  readonly capabilities = EVERYTHING;
  readonly dialled: Dialled[] = [];

  open(_target: StreamTarget, sink: (event: ModelEvent) => void): ModelStream {
    const stream = new Dialled(sink);
    this.dialled.push(stream);
    return stream;
  }
}
