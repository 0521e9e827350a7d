/**
 * The places of one model in one region: who holds one, who waits, who is let in next. Changed in place and counted as it
 * changes, so that a question costs the same however many places are held; nothing but memory, and no clock of its own.
 * Nothing that was taken stays taken: each entry has an end, and only renewals put it off.
 */
import { LIMITS } from "../base/limits.ts";
import type { PlaceAnswer, PlaceFor, PlaceRequest } from "../model/leased-ledger.ts";
import type { Entry } from "./capacity-entry.ts";
import { Expiry, type Seat } from "./capacity-expiry.ts";
import { Line } from "./capacity-line.ts";
import { openOf, reserveOf, type Stock } from "./capacity-stock.ts";
import { Tally } from "./capacity-tally.ts";

export interface PlaceCount {
  /** Kept for sessions that talk already. */
  readonly reserved: number;
  readonly used: number;
  /** Of `used`: streams dialled ahead of need. */
  readonly standby: number;
  readonly waiting: number;
  /** For new sessions. */
  readonly free: number;
}

/** `now` is in ms since the epoch everywhere. Each question first lets go of what has run out. */
export class CapacityBook {
  readonly #seats = new Map<string, Seat<Entry>>();
  readonly #ends = new Expiry<Entry>();
  /** By session. */
  readonly #leases = new Map<string, Set<string>>();
  readonly #tally = new Tally();
  readonly #line = new Line();
  readonly #changed = new Set<string>();
  #lastOrder = 0;

  /** `entries`: of a book that was written down. */
  constructor(entries: Iterable<Entry> = []) {
    for (const entry of entries) this.#put(entry);
    this.#changed.clear();
  }

  get size(): number {
    return this.#seats.size;
  }

  /** Places held; `sweep` first. */
  get held(): number {
    return this.#tally.used;
  }

  get(lease: string): Entry | undefined {
    return this.#seats.get(lease)?.thing;
  }

  *entries(): Generator<Entry> {
    for (const { thing } of this.#seats.values()) yield thing;
  }

  /** Lets go of those whose time is over, and tells which. */
  sweep(now: number): readonly Entry[] {
    const over: Entry[] = [];
    for (
      let next = this.#ends.first;
      next !== undefined && next.thing.until <= now;
      next = this.#ends.first
    ) {
      over.push(next.thing);
      this.#drop(next.thing.lease);
    }
    return over;
  }

  /** A place, a turn in the queue, or neither. */
  take(stock: Stock, request: PlaceRequest, now: number): PlaceAnswer {
    this.sweep(now);
    if (request.anew) this.#forget(request.session, request.lease);
    const known = this.get(request.lease);
    if (known?.state === "held") {
      this.renew(request, now);
      return { type: "granted" };
    }

    const asker: Entry = {
      ...this.#entryOf(request, now),
      wanted: this.#kindOf(request),
      state: "waiting",
      until: now + LIMITS.placeLapseMs,
    };
    const verdict = this.#line.mayHave(this.#tally, stock, asker);
    if (verdict === "granted") {
      this.#put({ ...asker, state: "held", until: now + held(request) });
      return { type: "granted" };
    }

    const queue = this.#line.length;
    const retryAfterMs = Math.round(LIMITS.placeRetryMs * (1 + queue / stock.believed));
    const no = { why: verdict, retryAfterMs };
    const waits = asker.wanted !== "standby" && !request.atOnce;
    if (!waits || (known === undefined && queue >= LIMITS.placeQueue)) return { type: "refused", ...no };
    this.#put(asker);
    return { type: "queued", askAgainMs: LIMITS.placeLookMs, ...no };
  }

  /** Holds the place for longer. One that is not known is entered: its stream is there. */
  renew(request: PlaceRequest, now: number): void {
    this.sweep(now);
    const known = this.get(request.lease);
    const until = Math.max(known?.state === "held" ? known.until : 0, now + held(request));
    this.#put({ ...this.#entryOf(request, now), until });
  }

  give(lease: string, now: number): void {
    this.sweep(now);
    this.#drop(lease);
  }

  /** What the session has, held or waiting: nobody is left to give it back. */
  forget(session: string, now: number): void {
    this.sweep(now);
    this.#forget(session, null);
  }

  count(stock: Omit<Stock, "shares">, now: number): PlaceCount {
    this.sweep(now);
    return {
      reserved: reserveOf(stock.places),
      used: this.#tally.used,
      standby: this.#tally.standby,
      waiting: this.#line.length,
      free: Math.max(0, openOf(stock) - this.#tally.used),
    };
  }

  /** Tells `write` of each lease that is another than at the last call, null for one that is gone. Once each, unless it throws. */
  changes(write: (lease: string, entry: Entry | null) => void): void {
    for (const lease of this.#changed) {
      write(lease, this.get(lease) ?? null);
      this.#changed.delete(lease);
    }
  }

  #forget(session: string, but: string | null): void {
    for (const lease of this.#leases.get(session) ?? []) if (lease !== but) this.#drop(lease);
  }

  #entryOf({ lease, session, tenant, wanted, forMs }: PlaceRequest, now: number): Entry {
    const order = this.get(lease)?.order ?? this.#lastOrder + 1;
    return { lease, session, tenant, wanted, state: "held", order, until: now + held({ forMs }) };
  }

  /** A session that was restarted has forgotten that it talks; its other place remembers. */
  #kindOf({ wanted, session, lease }: PlaceRequest): PlaceFor {
    if (wanted !== "newcomer") return wanted;
    for (const other of this.#leases.get(session) ?? [])
      if (other !== lease && this.get(other)?.state === "held") return "talk";
    return "newcomer";
  }

  #put(entry: Entry): void {
    const seat = this.#seats.get(entry.lease);
    if (seat === undefined) this.#seats.set(entry.lease, this.#ends.add(entry));
    else {
      this.#discount(seat.thing);
      this.#ends.reseat(seat, entry);
    }
    this.#account(entry);
  }

  #drop(lease: string): void {
    const seat = this.#seats.get(lease);
    if (seat === undefined) return;
    this.#seats.delete(lease);
    this.#ends.remove(seat);
    this.#discount(seat.thing);
  }

  #account(entry: Entry): void {
    this.#changed.add(entry.lease);
    this.#lastOrder = Math.max(this.#lastOrder, entry.order);
    const leases = this.#leases.get(entry.session);
    if (leases === undefined) this.#leases.set(entry.session, new Set([entry.lease]));
    else leases.add(entry.lease);
    if (entry.state === "held") this.#tally.add(entry);
    else this.#line.enter(entry);
  }

  #discount(entry: Entry): void {
    this.#changed.add(entry.lease);
    const leases = this.#leases.get(entry.session);
    leases?.delete(entry.lease);
    if (leases?.size === 0) this.#leases.delete(entry.session);
    if (entry.state === "held") this.#tally.remove(entry);
    else this.#line.leave(entry);
  }
}

/** Whatever is asked for: a dead session's place comes back in this time. */
const held = ({ forMs }: Pick<PlaceRequest, "forMs">): number => Math.min(forMs, LIMITS.placeLeaseMs);
