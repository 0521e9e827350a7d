/**
 * The ledger's book in its simplest form, as a witness for the real one: a map that is gone through and copied with every
 * question. A book and a moment in, a book and an answer out.
 */
import { LIMITS } from "../../src/base/limits.ts";
import { shareOf } from "../../src/base/tenant-shares.ts";
import type { PlaceCount } from "../../src/durable/capacity-book.ts";
import type { Entry } from "../../src/durable/capacity-entry.ts";
import type { Stock } from "../../src/durable/capacity-stock.ts";
import type { PlaceAnswer, PlaceFor, PlaceRequest } from "../../src/model/leased-ledger.ts";

/** By lease. */
export type Book = ReadonlyMap<string, Entry>;

export const EMPTY: Book = new Map();

/** Without those whose time is over. The same book when there are none. */
export const sweep = (book: Book, now: number): Book => {
  const live = [...book].filter(([, entry]) => entry.until > now);
  return live.length === book.size ? book : new Map(live);
};

/** A place, a turn in the queue, or neither. */
export const take = (
  before: Book,
  stock: Stock,
  request: PlaceRequest,
  now: number,
): { readonly book: Book; readonly answer: PlaceAnswer } => {
  const book = request.anew ? without(sweep(before, now), request) : sweep(before, now);
  const known = book.get(request.lease);
  const granted = { answer: { type: "granted" } } as const;
  if (known?.state === "held") return { ...granted, book: renew(book, request, now) };

  const asker: Entry = {
    ...entryOf(request, known?.order ?? nextOrder(book), now),
    wanted: kindOf(book, request),
    state: "waiting",
    until: now + LIMITS.placeLapseMs,
  };
  const verdict = whoIsNext(book, stock, asker);
  if (verdict === "granted")
    return { ...granted, book: put(book, { ...asker, state: "held", until: now + held(request) }) };

  const queue = [...book.values()].filter(({ state }) => state === "waiting");
  const retryAfterMs = Math.round(LIMITS.placeRetryMs * (1 + queue.length / stock.believed));
  const no = { why: verdict, retryAfterMs };
  const waits = asker.wanted !== "standby" && !request.atOnce;
  return waits && (known !== undefined || queue.length < LIMITS.placeQueue)
    ? { book: put(book, asker), answer: { type: "queued", askAgainMs: LIMITS.placeLookMs, ...no } }
    : { book, answer: { type: "refused", ...no } };
};

/** Holds the place for longer. One that is not known is entered: its stream is there. */
export const renew = (before: Book, request: PlaceRequest, now: number): Book => {
  const book = sweep(before, now);
  const known = book.get(request.lease);
  const until = Math.max(known?.state === "held" ? known.until : 0, now + held(request));
  return put(book, { ...entryOf(request, known?.order ?? nextOrder(book), now), state: "held", until });
};

export const give = (before: Book, lease: string, now: number): Book => {
  const book = sweep(before, now);
  if (!book.has(lease)) return book;
  const rest = new Map(book);
  rest.delete(lease);
  return rest;
};

export const forget = (before: Book, session: string, now: number): Book =>
  new Map([...sweep(before, now)].filter(([, entry]) => entry.session !== session));

export const count = (book: Book, stock: Omit<Stock, "shares">, now: number): PlaceCount => {
  const entries = [...sweep(book, now).values()];
  const holders = entries.filter(({ state }) => state === "held");
  return {
    reserved: reserveOf(stock.places),
    used: holders.length,
    standby: holders.filter(({ wanted }) => wanted === "standby").length,
    waiting: entries.length - holders.length,
    free: Math.max(0, openOf(stock) - holders.length),
  };
};

/** What the session of this request held before: nobody is left to give it back. */
const without = (book: Book, { session, lease }: PlaceRequest): Book =>
  new Map([...book].filter(([, entry]) => entry.session !== session || entry.lease === lease));

const put = (book: Book, entry: Entry): Book => new Map(book).set(entry.lease, entry);

const entryOf = (request: PlaceRequest, order: number, now: number): Entry => {
  const { lease, session, tenant, wanted } = request;
  return { lease, session, tenant, wanted, state: "held", order, until: now + held(request) };
};

const nextOrder = (book: Book): number => Math.max(0, ...[...book.values()].map(({ order }) => order)) + 1;

/** Whatever is asked for: a dead session's place comes back in this time. */
const held = ({ forMs }: PlaceRequest): number => Math.min(forMs, LIMITS.placeLeaseMs);

/** A session that was restarted has forgotten that it talks; its other place remembers. */
const kindOf = (book: Book, { wanted, session, lease }: PlaceRequest): PlaceFor => {
  if (wanted !== "newcomer") return wanted;
  const talks = [...book.values()].some(
    (entry) => entry.session === session && entry.lease !== lease && entry.state === "held",
  );
  return talks ? "talk" : "newcomer";
};

const reserveOf = (places: number): number => Math.floor(places * LIMITS.placeReserve);

/** What new sessions may have. */
const openOf = ({ places, believed }: Omit<Stock, "shares">): number =>
  Math.min(places - reserveOf(places), believed);

/** Places are promised in the order of the queue, talks first: nobody who comes later gets what another waits for. */
const whoIsNext = (book: Book, stock: Stock, asker: Entry): "granted" | "full" | "share" => {
  const entries = [...book.values()];
  const taken = entries.filter(({ state }) => state === "held");
  const line = entries
    .filter(({ state, lease }) => state === "waiting" && lease !== asker.lease)
    .concat(asker)
    .sort((a, b) => rank(a) - rank(b) || a.order - b.order);
  for (const entry of line) {
    const verdict = admits(taken, stock, entry);
    if (entry === asker) return verdict;
    if (verdict === "granted") taken.push(entry);
  }
  return "full";
};

const rank = ({ wanted }: Entry): number => (wanted === "talk" ? 0 : wanted === "newcomer" ? 1 : 2);

const admits = (
  taken: readonly Entry[],
  stock: Stock,
  { wanted, tenant }: Entry,
): "granted" | "full" | "share" => {
  const used = taken.length;
  // Whoever was let in may ask AWS again, which knows best: a call is not given up for what was believed.
  if (wanted === "talk") return used < stock.places ? "granted" : "full";
  const open = openOf(stock);
  const nearlyFull = used >= Math.ceil(open * LIMITS.placeNearlyFull);
  if (wanted === "standby") return nearlyFull ? "full" : "granted";
  if (used >= open) return "full";
  if (!nearlyFull || tenant === null) return "granted";
  const theirs = taken.filter((entry) => entry.tenant === tenant).length;
  return theirs >= Math.max(1, Math.floor(stock.believed * shareOf(stock.shares, tenant)))
    ? "share"
    : "granted";
};
