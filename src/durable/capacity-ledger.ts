/**
 * The Durable Object that counts a model's streams in one region: the shell around the book. Nobody talks through it;
 * calls go on without it.
 */
import { DurableObject } from "cloudflare:workers";
import { systemClock } from "../base/clock.ts";
import { parseConfig } from "../base/config.ts";
import { LIMITS } from "../base/limits.ts";
import { jsonLog } from "../base/log.ts";
import { placesOf } from "../base/stream-places.ts";
import type { StreamTarget } from "../conversation/events.ts";
import type { PlaceAnswer, PlaceRequest } from "../model/leased-ledger.ts";
import { believed, type Lesson, learn } from "./capacity-belief.ts";
import type { CapacityLedgerRpc, CapacityReport } from "./capacity-rpc.ts";
import type { Stock } from "./capacity-stock.ts";
import { CapacityStore } from "./capacity-store.ts";

/** Spelled out, for the same reason as `VoiceSessionClass`. */
export type CapacityLedgerClass = new (
  ctx: DurableObjectState,
  env: object,
) => DurableObject<object> & CapacityLedgerRpc;

/** The class to export from the Worker. */
export function capacityLedger(): CapacityLedgerClass {
  return class CapacityLedger extends DurableObject<object> implements CapacityLedgerRpc {
    readonly #store = new CapacityStore(this.ctx.storage.sql);
    readonly #config = parseConfig(this.env);
    readonly #log = jsonLog();
    readonly #book = this.#store.load();
    #lesson: Lesson | null = this.#store.lesson();
    #armed = false;

    async take(target: StreamTarget, request: PlaceRequest): Promise<PlaceAnswer> {
      const now = this.#swept();
      const answer = this.#book.take(this.#stock(target, now), request, now);
      this.#keep();
      return answer;
    }

    async renew(_target: StreamTarget, request: PlaceRequest): Promise<void> {
      this.#book.renew(request, this.#swept());
      this.#keep();
    }

    async give(_target: StreamTarget, lease: string): Promise<void> {
      this.#book.give(lease, this.#swept());
      this.#keep();
    }

    async crowded(target: StreamTarget, lease: string): Promise<void> {
      const now = this.#swept();
      const lesson = learn(this.#book, lease, now, this.#stock(target, now).believed);
      this.#keep();
      this.#store.learn(lesson);
      this.#lesson = lesson;
      const { model, region } = target;
      this.#log("warn", "places_fewer", { model, region, places: this.#places(target), bears: lesson.bears });
    }

    async forget(_target: StreamTarget, session: string): Promise<void> {
      this.#book.forget(session, this.#swept());
      this.#keep();
    }

    async report(target: StreamTarget): Promise<CapacityReport> {
      const now = this.#swept();
      const stock = this.#stock(target, now);
      return { places: stock.places, believed: stock.believed, ...this.#book.count(stock, now) };
    }

    override async alarm(): Promise<void> {
      this.#armed = false;
      this.#swept();
      this.#keep();
    }

    #stock(target: StreamTarget, now: number): Stock {
      const places = this.#places(target);
      const shares = this.#config.ok ? this.#config.value.tenantShares : [];
      return { places, believed: believed(places, this.#lesson, now), shares };
    }

    /** Without settings that can be read no session is made; what is asked meanwhile is answered with the usual number. */
    #places(target: StreamTarget): number {
      return placesOf(this.#config.ok ? this.#config.value.streamPlaces : [], target) ?? LIMITS.streamPlaces;
    }

    /** Lets go of what has run out. The present time. */
    #swept(): number {
      const now = systemClock.now();
      for (const { session, state } of this.#book.sweep(now))
        if (state === "held") this.#log("warn", "place_reclaimed", { session });
      return now;
    }

    #keep(): void {
      this.#store.save(this.#book);
      if (this.#book.size === 0 || this.#armed) return;
      this.#armed = true;
      this.ctx.waitUntil(this.ctx.storage.setAlarm(systemClock.now() + LIMITS.placeSweepMs));
    }
  };
}
