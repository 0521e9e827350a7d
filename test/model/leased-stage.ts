/**
 * What leased models are tested with: a clock that the test turns, the real book behind a line that can be slow or
 * dead, and a model whose streams do what they are told to.
 */
import type { AlarmClock } from "../../src/base/clock.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { TenantShare } from "../../src/base/tenant-shares.ts";
import type { ModelEvent, StreamTarget } from "../../src/conversation/events.ts";
import { believed, type Lesson, learn } from "../../src/durable/capacity-belief.ts";
import { CapacityBook } from "../../src/durable/capacity-book.ts";
import type { CapacityLedgerRpc, CapacityReport } from "../../src/durable/capacity-rpc.ts";
import type { Stock } from "../../src/durable/capacity-stock.ts";
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
  readonly book = new CapacityBook();
  lesson: Lesson | null = null;
  shares: readonly TenantShare[] = [];
  fare: (call: string) => Fare = () => ({ ms: 0 });
  readonly #clock: AlarmClock;
  readonly #places: number;

  constructor(clock: AlarmClock, places: number) {
    this.#clock = clock;
    this.#places = places;
  }

  take(_target: StreamTarget, request: PlaceRequest): Promise<PlaceAnswer> {
    return this.#call(`take ${request.lease} ${request.wanted}`, () =>
      this.book.take(this.#stock, request, this.#clock.now()),
    );
  }

  renew(_target: StreamTarget, request: PlaceRequest): Promise<void> {
    return this.#call(`renew ${request.lease} ${request.wanted}`, () => {
      this.book.renew(request, this.#clock.now());
    });
  }

  give(_target: StreamTarget, lease: string): Promise<void> {
    return this.#call(`give ${lease}`, () => {
      this.book.give(lease, this.#clock.now());
    });
  }

  crowded(_target: StreamTarget, lease: string): Promise<void> {
    return this.#call(`crowded ${lease}`, () => {
      this.lesson = learn(this.book, lease, this.#clock.now(), this.#stock.believed);
    });
  }

  forget(_target: StreamTarget, session: string): Promise<void> {
    return this.#call(`forget ${session}`, () => this.book.forget(session, this.#clock.now()));
  }

  report(): Promise<CapacityReport> {
    return this.#call("report", () => {
      const { shares: _, ...stock } = this.#stock;
      return { ...stock, ...this.book.count(stock, this.#clock.now()) };
    });
  }

  get #stock(): Stock {
    const there = believed(this.#places, this.lesson, this.#clock.now());
    return { places: this.#places, believed: there, shares: this.shares };
  }

  get used(): number {
    return this.book.count(this.#stock, this.#clock.now()).used;
  }

  /** Takes all places that newcomers may have, for others who keep them. */
  async fill(): Promise<void> {
    const wanted = "newcomer";
    for (let i = 0; ; i++) {
      const lease = `other-${i}`;
      const request = { lease, session: lease, tenant: null, wanted, forMs: LIMITS.placeLeaseMs } as const;
      if ((await this.take(TARGET, { ...request, atOnce: true })).type !== "granted") break;
    }
    this.calls.length = 0;
  }

  get entries(): number {
    this.book.sweep(this.#clock.now());
    return this.book.size;
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

/** A ledger for each region, each with its own line. */
export class LedgersOverLines implements CapacityLedgerRpc {
  readonly #ledgers = new Map<string, LedgerOverALine>();

  constructor(clock: AlarmClock, places: Readonly<Record<string, number>>) {
    for (const [region, number] of Object.entries(places))
      this.#ledgers.set(region, new LedgerOverALine(clock, number));
  }

  of(region: string): LedgerOverALine {
    const ledger = this.#ledgers.get(region);
    if (ledger === undefined) throw new Error(`no ledger for ${region}`);
    return ledger;
  }

  async take(target: StreamTarget, request: PlaceRequest): Promise<PlaceAnswer> {
    return this.of(target.region).take(target, request);
  }
  async renew(target: StreamTarget, request: PlaceRequest): Promise<void> {
    return this.of(target.region).renew(target, request);
  }
  async give(target: StreamTarget, lease: string): Promise<void> {
    return this.of(target.region).give(target, lease);
  }
  async crowded(target: StreamTarget, lease: string): Promise<void> {
    return this.of(target.region).crowded(target, lease);
  }
  async forget(target: StreamTarget, session: string): Promise<void> {
    return this.of(target.region).forget(target, session);
  }
  async report(target: StreamTarget): Promise<CapacityReport> {
    return this.of(target.region).report();
  }
}

export class Dialled implements ModelStream {
  readonly heard: string[] = [];
  ended = false;
  #opened = false;
  readonly region: string;
  readonly tell: (event: ModelEvent) => void;

  constructor(region: string, tell: (event: ModelEvent) => void) {
    this.region = region;
    this.tell = (event) => {
      if (this.ended || (this.#opened && event.type === "opened")) return;
      this.#opened ||= event.type === "opened";
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

  open({ region }: StreamTarget, sink: (event: ModelEvent) => void): ModelStream {
    const stream = new Dialled(region, sink);
    this.dialled.push(stream);
    return stream;
  }
}
