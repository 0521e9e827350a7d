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
import { type Book, type CapacityReport, give, leave, renew, report, sweep, take } from "./capacity-book.ts";
import type { CapacityLedgerRpc } from "./capacity-rpc.ts";
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
    #book: Book = this.#store.load();
    #armed = false;

    async take(target: StreamTarget, request: PlaceRequest): Promise<PlaceAnswer> {
      const now = this.#swept();
      const { book, answer } = take(this.#book, this.#places(target), request, now);
      this.#keep(book);
      return answer;
    }

    async renew(_target: StreamTarget, request: PlaceRequest): Promise<void> {
      const now = this.#swept();
      this.#keep(renew(this.#book, request, now));
    }

    async give(_target: StreamTarget, lease: string): Promise<void> {
      const now = this.#swept();
      this.#keep(give(this.#book, lease, now));
    }

    async leave(_target: StreamTarget, session: string): Promise<void> {
      const now = this.#swept();
      this.#keep(leave(this.#book, session, now));
    }

    async report(target: StreamTarget): Promise<CapacityReport> {
      return report(this.#book, this.#places(target), this.#swept());
    }

    override async alarm(): Promise<void> {
      this.#armed = false;
      this.#swept();
      this.#keep(this.#book);
    }

    /** Without settings that can be read no session is made; what is asked meanwhile is answered with the usual number. */
    #places(target: StreamTarget): number {
      return placesOf(this.#config.ok ? this.#config.value.streamPlaces : [], target) ?? LIMITS.streamPlaces;
    }

    /** Lets go of what has run out. The present time. */
    #swept(): number {
      const now = systemClock.now();
      const swept = sweep(this.#book, now);
      for (const { lease, session, state } of this.#book.values())
        if (state === "held" && !swept.has(lease)) this.#log("warn", "place_reclaimed", { session });
      this.#store.save(this.#book, swept);
      this.#book = swept;
      return now;
    }

    #keep(book: Book): void {
      this.#store.save(this.#book, book);
      this.#book = book;
      if (book.size === 0 || this.#armed) return;
      this.#armed = true;
      this.ctx.waitUntil(this.ctx.storage.setAlarm(systemClock.now() + LIMITS.placeSweepMs));
    }
  };
}
