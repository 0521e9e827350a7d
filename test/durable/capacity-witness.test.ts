import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { believed, type Lesson, learn } from "../../src/durable/capacity-belief.ts";
import { CapacityBook } from "../../src/durable/capacity-book.ts";
import type { Entry } from "../../src/durable/capacity-entry.ts";
import type { PlaceFor, PlaceRequest } from "../../src/model/leased-ledger.ts";
import { type Book, count, EMPTY, forget, give, renew, sweep, take } from "./simple-book.ts";

const NOW = 1_795_348_800_000;
const SHARES = [{ tenant: "t1", share: 0.2 }];

/** Few names, so that leases, sessions and tenants meet often. */
const request: fc.Arbitrary<PlaceRequest> = fc
  .record({
    session: fc.nat(12),
    stream: fc.nat(3),
    tenant: fc.constantFrom(null, "t1", "t2"),
    wanted: fc.constantFrom<PlaceFor>("newcomer", "newcomer", "talk", "standby"),
    forMs: fc.constantFrom(0, 500, LIMITS.placeClaimMs, LIMITS.placeLeaseMs, 2 * LIMITS.placeLeaseMs),
    anew: fc.nat(9),
    atOnce: fc.nat(3),
  })
  .map(({ session, stream, tenant, wanted, forMs, anew, atOnce }) => ({
    // Now and then two sessions mean the same lease.
    ...{
      lease: stream === 3 ? "shared" : `s${session}/${stream}`,
      session: `s${session}`,
      tenant,
      wanted,
      forMs,
    },
    ...(anew === 0 && { anew: true }),
    ...(atOnce === 0 && { atOnce: true }),
  }));

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("take" as const), request }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("renew" as const), request }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("give" as const), request }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("forget" as const), request }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("crowded" as const), request }) },
  // A clock may be set back.
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.integer({ min: -500, max: 1_500 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.nat(120_000) }) },
  { weight: 1, arbitrary: fc.constant({ type: "evicted" as const }) },
);

const inOrder = (entries: Iterable<Entry>) =>
  [...entries].sort((a, b) => a.order - b.order).map(({ order: _, ...entry }) => entry);

describe("the book beside its witness, which goes through all places with every question", () => {
  it("gives the same answers, whatever is asked in whatever order, and keeps the same entries on disk", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 14 }),
        fc.array(step, { maxLength: 150, size: "max" }),
        (places, steps) => {
          let book = new CapacityBook();
          let witness: Book = EMPTY;
          const disk = new Map<string, Entry>();
          let lesson: Lesson | null = null;
          let now = NOW;
          for (const it of steps) {
            const stock = { places, believed: believed(places, lesson, now), shares: SHARES };
            if (it.type === "pass") now += it.ms;
            else if (it.type === "evicted") book = new CapacityBook(disk.values());
            else if (it.type === "take") {
              const expected = take(witness, stock, it.request, now);
              witness = expected.book;
              expect(book.take(stock, it.request, now)).toEqual(expected.answer);
            } else if (it.type === "renew") {
              witness = renew(witness, it.request, now);
              book.renew(it.request, now);
            } else if (it.type === "give") {
              witness = give(witness, it.request.lease, now);
              book.give(it.request.lease, now);
            } else if (it.type === "forget") {
              witness = forget(witness, it.request.session, now);
              book.forget(it.request.session, now);
            } else {
              witness = give(witness, it.request.lease, now);
              lesson = learn(book, it.request.lease, now, 0);
              expect(lesson.bears).toBe(count(witness, stock, now).used);
            }
            const swept = sweep(witness, now);
            const over = [...witness.values()]
              .filter(({ lease }) => !swept.has(lease))
              .map(({ lease }) => lease);
            expect(new Set(book.sweep(now).map(({ lease }) => lease))).toEqual(new Set(over));
            witness = swept;
            expect(book.count(stock, now)).toEqual(count(witness, stock, now));
            expect(inOrder(book.entries())).toEqual(inOrder(witness.values()));
            book.changes(
              (lease, entry) => void (entry === null ? disk.delete(lease) : disk.set(lease, entry)),
            );
            expect(inOrder(disk.values())).toEqual(inOrder(witness.values()));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("writes once more what could not be written", () => {
    const book = new CapacityBook();
    const request = { session: "s", tenant: null, wanted: "newcomer", forMs: LIMITS.placeLeaseMs } as const;
    for (const lease of ["a", "b"]) book.renew({ ...request, lease }, NOW);
    const tried: string[] = [];
    expect(() =>
      book.changes((lease) => {
        tried.push(lease);
        if (lease === "b") throw new Error("the disk is full");
      }),
    ).toThrow("the disk is full");
    book.changes((lease) => tried.push(lease));
    book.changes((lease) => tried.push(lease));
    expect(tried).toEqual(["a", "b", "b"]);
  });
});

describe("the work of a question", () => {
  /** How often anything about others was read, and how many rows were written, for one question of each kind. */
  const work = (held: number): { readonly reads: number; readonly rows: number } => {
    let reads = 0;
    let rows = 0;
    const others = Array.from({ length: held }, (_, i): Entry => {
      const session = `other-${i}`;
      const until = NOW + 60_000 + ((i * 7_919) % 100_000);
      const entry = { lease: session, session, tenant: `t${i % 50}`, order: i + 1, until } as const;
      return new Proxy<Entry>(
        { ...entry, wanted: i % 9 === 0 ? "standby" : "talk", state: "held" },
        {
          get: (target, key) => {
            reads++;
            return Reflect.get(target, key);
          },
        },
      );
    });
    const book = new CapacityBook(others);
    reads = 0;
    const stock = { places: 2 * held, believed: 2 * held, shares: SHARES };
    const wanted = "newcomer";
    const mine = { lease: "m", session: "m", tenant: "t1", wanted, forMs: LIMITS.placeLeaseMs } as const;
    const full = { ...stock, places: held, believed: held };
    const ask = [
      () => book.take(stock, mine, NOW),
      () => book.take(full, { ...mine, lease: "n", session: "n" }, NOW),
      () => book.renew({ ...mine, forMs: 1 }, NOW),
      () => book.count(stock, NOW),
      () => book.sweep(NOW + 60_000),
      () => book.take(stock, { ...mine, lease: "m/1", anew: true }, NOW),
      () => learn(book, "m/1", NOW, 0),
      () => book.give("other-7", NOW),
    ];
    for (const question of ask) {
      question();
      book.changes(() => rows++);
    }
    return { reads, rows };
  };

  it("is the same for a hundred times the places, but for the depth of a heap", () => {
    const [few, many] = [work(100), work(10_000)];
    expect(many.rows).toBe(few.rows);
    // Seven levels more, two comparisons at each, in the few questions that move something up or down.
    expect(many.reads - few.reads).toBeLessThan(8 * 7 * 3);
    expect(many.reads).toBeLessThan(400);
  });
});
