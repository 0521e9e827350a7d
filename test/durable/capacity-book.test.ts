import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { TenantShare } from "../../src/base/tenant-shares.ts";
import { CapacityBook } from "../../src/durable/capacity-book.ts";
import type { PlaceAnswer, PlaceFor, PlaceRequest } from "../../src/model/leased-ledger.ts";

const NOW = 1_795_348_800_000;

/** A ledger whose clock the test turns. */
class Ledger {
  readonly book = new CapacityBook();
  now = NOW;
  readonly places: number;
  believed: number;
  readonly shares: readonly TenantShare[];

  constructor(places: number, shares: readonly TenantShare[] = []) {
    this.places = places;
    this.believed = places;
    this.shares = shares;
  }

  ask(lease: string, more: Partial<PlaceRequest> = {}): PlaceAnswer {
    return this.book.take(this, request(lease, more), this.now);
  }

  give(lease: string): void {
    this.book.give(lease, this.now);
  }

  renew(lease: string, more: Partial<PlaceRequest> = {}): void {
    this.book.renew(request(lease, more), this.now);
  }

  get report() {
    return this.book.count(this, this.now);
  }

  /** So many newcomers of as many tenants. */
  fill(count: number): this {
    for (let i = 0; i < count; i++) expect(this.ask(`fill-${i}`, { tenant: `t${i}` })).toEqual(GRANTED);
    return this;
  }
}

const request = (lease: string, more: Partial<PlaceRequest> = {}): PlaceRequest => ({
  lease,
  session: lease.split("/")[0] ?? lease,
  tenant: null,
  wanted: "newcomer",
  forMs: LIMITS.placeLeaseMs,
  ...more,
});

const GRANTED = { type: "granted" };
const QUEUED = {
  type: "queued",
  why: "full",
  askAgainMs: LIMITS.placeLookMs,
  retryAfterMs: expect.any(Number),
};
const REFUSED = { type: "refused", why: "full", retryAfterMs: expect.any(Number) };

describe("a model with 20 places", () => {
  it("lets 18 new sessions in, and keeps two places for those who talk", () => {
    const ledger = new Ledger(20).fill(18);
    expect(ledger.ask("late")).toEqual(QUEUED);
    expect(ledger.ask("fill-0/1", { wanted: "talk" })).toEqual(GRANTED);
    expect(ledger.ask("fill-1/1", { wanted: "talk" })).toEqual(GRANTED);
    expect(ledger.ask("fill-2/1", { wanted: "talk" })).toEqual(QUEUED);
    expect(ledger.report).toEqual({ reserved: 2, used: 20, standby: 0, waiting: 2, free: 0 });
  });

  it("takes one place for one lease, however often it is asked", () => {
    const ledger = new Ledger(20);
    for (let i = 0; i < 50; i++) expect(ledger.ask("a")).toEqual(GRANTED);
    expect(ledger.report.used).toBe(1);
    ledger.give("a");
    ledger.give("a");
    expect(ledger.report.used).toBe(0);
  });

  it("dials nothing ahead of need once it is nearly full, and lets nothing of the kind wait", () => {
    const ledger = new Ledger(20).fill(14);
    expect(ledger.ask("fill-0/1", { wanted: "standby" })).toEqual(GRANTED);
    expect(ledger.report).toMatchObject({ used: 15, standby: 1 });
    expect(ledger.ask("fill-1/1", { wanted: "standby" })).toEqual(REFUSED);
    expect(ledger.ask("another")).toEqual(GRANTED);
  });

  it("gives a tenant its share once it is nearly full, and more than that before", () => {
    const ledger = new Ledger(20);
    for (let i = 0; i < 15; i++) expect(ledger.ask(`a${i}`, { tenant: "acme" })).toEqual(GRANTED);
    expect(ledger.ask("a15", { tenant: "acme" })).toEqual({ ...QUEUED, why: "share" });
    expect(ledger.ask("b0", { tenant: "brown" })).toEqual(GRANTED);
    expect(ledger.ask("nobody's")).toEqual(GRANTED);
    // Neither a talk of that tenant's nor its waiting sessions stand in anybody's way.
    expect(ledger.ask("a0/1", { tenant: "acme", wanted: "talk" })).toEqual(GRANTED);
  });

  it("gives each tenant the share that the settings say, and the others theirs", () => {
    const ledger = new Ledger(20, [
      { tenant: "acme", share: 0.9 },
      { tenant: "tiny", share: 0.01 },
      { tenant: null, share: 0.1 },
    ]);
    for (let i = 0; i < 16; i++) expect(ledger.ask(`a${i}`, { tenant: "acme" })).toEqual(GRANTED);
    expect(ledger.ask("t0", { tenant: "tiny" })).toEqual(GRANTED);
    // One place is everybody's, however small the share.
    expect(ledger.ask("t1", { tenant: "tiny" })).toEqual({ ...QUEUED, why: "share" });
    ledger.give("t0");
    ledger.now += LIMITS.placeLapseMs;
    expect(ledger.ask("b0", { tenant: "brown" })).toEqual(GRANTED);
    ledger.give("a0");
    expect(ledger.ask("b1", { tenant: "brown" })).toEqual(GRANTED);
    expect(ledger.ask("b2", { tenant: "brown" })).toEqual({ ...QUEUED, why: "share" });
    expect(ledger.ask("a16", { tenant: "acme" })).toEqual(GRANTED);
  });

  it("lets no more new sessions in than it believes there are places, and stops no talk for it", () => {
    const ledger = new Ledger(20).fill(4);
    ledger.believed = 5;
    expect(ledger.report).toMatchObject({ reserved: 2, used: 4, free: 1 });
    expect(ledger.ask("fill-0/1", { wanted: "standby" })).toEqual(REFUSED);
    expect(ledger.ask("a0")).toEqual(GRANTED);
    expect(ledger.ask("a1")).toEqual(QUEUED);
    expect(ledger.ask("fill-0/2", { wanted: "talk" })).toEqual(GRANTED);
    expect(ledger.report).toMatchObject({ used: 6, free: 0, waiting: 1 });
    ledger.believed = 20;
    expect(ledger.ask("a1")).toEqual(GRANTED);
    // A belief in more than newcomers may have at all gives them no more.
    ledger.believed = 19;
    expect(ledger.report).toMatchObject({ used: 7, free: 11 });
  });

  it("knows a restarted session by the place it held", () => {
    const ledger = new Ledger(20).fill(18);
    expect(ledger.ask("fill-0/7")).toEqual(GRANTED);
  });
});

describe("a session that is over, and cannot say so", () => {
  it("leaves all its places, its turn in the queue, and nobody else's", () => {
    const ledger = new Ledger(3).fill(2);
    expect(ledger.ask("gone")).toEqual(GRANTED);
    expect(ledger.ask("gone/1", { wanted: "talk" })).toEqual(QUEUED);
    ledger.book.forget("gone", ledger.now);
    expect(ledger.report).toMatchObject({ used: 2, waiting: 0 });
    ledger.book.forget("gone", ledger.now);
    expect(ledger.report).toMatchObject({ used: 2, waiting: 0 });
  });
});

describe("a full house", () => {
  it("serves those who wait in the order in which they came", () => {
    const ledger = new Ledger(3).fill(3);
    expect(ledger.ask("first")).toEqual(QUEUED);
    expect(ledger.ask("second")).toEqual(QUEUED);
    ledger.give("fill-1");
    expect(ledger.ask("third")).toEqual(QUEUED);
    expect(ledger.ask("second")).toEqual(QUEUED);
    expect(ledger.ask("first")).toEqual(GRANTED);
    ledger.give("first");
    expect(ledger.ask("third")).toEqual(QUEUED);
    expect(ledger.ask("second")).toEqual(GRANTED);
  });

  it("counts what is promised to a tenant's first in the queue against the tenant's share", () => {
    const ledger = new Ledger(20, [{ tenant: "acme", share: 0.1 }]).fill(17);
    expect(ledger.ask("a0", { tenant: "acme" })).toEqual(GRANTED);
    expect(ledger.ask("a1", { tenant: "acme" })).toEqual(QUEUED);
    expect(ledger.ask("a2", { tenant: "acme" })).toEqual(QUEUED);
    ledger.give("fill-0");
    ledger.give("fill-1");
    expect(ledger.ask("a2", { tenant: "acme" })).toEqual({ ...QUEUED, why: "share" });
    expect(ledger.ask("a1", { tenant: "acme" })).toEqual(GRANTED);
  });

  it("serves whoever talks already before whoever is new", () => {
    const ledger = new Ledger(3).fill(3);
    expect(ledger.ask("new")).toEqual(QUEUED);
    expect(ledger.ask("fill-0/1", { wanted: "talk" })).toEqual(QUEUED);
    ledger.give("fill-2");
    expect(ledger.ask("new")).toEqual(QUEUED);
    expect(ledger.ask("fill-0/1", { wanted: "talk" })).toEqual(GRANTED);
  });

  it("sends away at once whoever can go elsewhere, who then stands in nobody's way", () => {
    const ledger = new Ledger(3).fill(3);
    expect(ledger.ask("passer-by", { atOnce: true })).toEqual(REFUSED);
    expect(ledger.ask("waits")).toEqual(QUEUED);
    ledger.give("fill-0");
    expect(ledger.ask("passer-by", { atOnce: true })).toEqual(REFUSED);
    expect(ledger.report).toMatchObject({ used: 2, waiting: 1 });
    expect(ledger.ask("waits")).toEqual(GRANTED);
    ledger.give("fill-1");
    expect(ledger.ask("passer-by", { atOnce: true })).toEqual(GRANTED);
  });

  it("forgets whoever stopped asking", () => {
    const ledger = new Ledger(3).fill(3);
    ledger.ask("gone");
    ledger.ask("patient");
    ledger.give("fill-0");
    ledger.now += LIMITS.placeLapseMs - 1;
    expect(ledger.ask("patient")).toEqual(QUEUED);
    ledger.now += 1;
    expect(ledger.ask("patient")).toEqual(GRANTED);
  });

  it("sends away whom it could not serve in time, with a time to come back that grows with the queue", () => {
    const ledger = new Ledger(3).fill(3);
    for (let i = 0; i < LIMITS.placeQueue; i++) expect(ledger.ask(`w${i}`)).toEqual(QUEUED);
    const answer = ledger.ask("late");
    expect(answer).toEqual(REFUSED);
    expect(answer.type === "refused" && answer.retryAfterMs).toBeGreaterThan(LIMITS.placeRetryMs);
    expect(ledger.report.waiting).toBe(LIMITS.placeQueue);
  });

  it("gets the places of the dead back when they are not renewed", () => {
    const ledger = new Ledger(3).fill(3);
    ledger.now += LIMITS.placeRenewMs;
    ledger.renew("fill-0");
    ledger.now += LIMITS.placeLeaseMs - LIMITS.placeRenewMs;
    expect(ledger.report.used).toBe(1);
    expect(ledger.ask("late")).toEqual(GRANTED);
  });

  it("gets a place back early that was taken for a session which never came", () => {
    const ledger = new Ledger(1);
    ledger.ask("s", { forMs: LIMITS.placeClaimMs });
    ledger.now += LIMITS.placeClaimMs;
    expect(ledger.ask("late")).toEqual(GRANTED);
  });

  it("enters a stream that was dialled without asking, and lets nobody in for it", () => {
    const ledger = new Ledger(3).fill(3);
    ledger.renew("unasked");
    expect(ledger.report).toMatchObject({ used: 4, free: 0 });
    ledger.give("fill-0");
    expect(ledger.ask("late")).toEqual(QUEUED);
  });
});

type Step =
  | { readonly type: "take"; readonly who: number; readonly wanted: PlaceFor; readonly tenant: number }
  | { readonly type: "give"; readonly who: number }
  | { readonly type: "renew"; readonly who: number }
  | { readonly type: "pass"; readonly ms: number };

const who = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("take" as const),
      who,
      wanted: fc.constantFrom<PlaceFor>("newcomer", "newcomer", "talk", "standby"),
      tenant: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("give" as const), who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("renew" as const), who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.nat(120_000) }) },
);

describe("in any order of events", () => {
  it("grants no place that is not there, holds none for ever, and turns nobody away from a free one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 25 }),
        fc.array(step, { maxLength: 120, size: "max" }),
        (places, steps) => {
          const ledger = new Ledger(places);
          const reserved = ledger.report.reserved;
          for (const it of steps) {
            const before = ledger.report;
            if (it.type === "pass") ledger.now += it.ms;
            else if (it.type === "give") ledger.give(`s${it.who}`);
            else if (it.type === "renew") ledger.renew(`s${it.who}`);
            else {
              const held = ledger.book.get(`s${it.who}`)?.state === "held";
              const tenant = it.tenant === 0 ? null : `t${it.tenant}`;
              const answer = ledger.ask(`s${it.who}`, { wanted: it.wanted, tenant });
              const { used, waiting } = ledger.report;
              expect(used).toBe(before.used + (answer.type === "granted" && !held ? 1 : 0));
              if (answer.type === "granted" && !held)
                expect(used).toBeLessThanOrEqual(it.wanted === "talk" ? places : places - reserved);
              if (answer.type === "refused")
                expect(answer.retryAfterMs).toBeGreaterThanOrEqual(LIMITS.placeRetryMs);
              if (before.waiting === 0 && before.used < places && it.wanted === "talk")
                expect(answer).toEqual(GRANTED);
              if (
                before.waiting === 0 &&
                before.used < places - reserved &&
                it.wanted === "newcomer" &&
                !tenant
              )
                expect(answer).toEqual(GRANTED);
              expect(waiting).toBeLessThanOrEqual(LIMITS.placeQueue);
            }
            for (const entry of ledger.book.entries())
              expect(entry.until - ledger.now).toBeLessThanOrEqual(LIMITS.placeLeaseMs);
          }
          ledger.now += LIMITS.placeLeaseMs;
          expect(ledger.report).toMatchObject({ used: 0, waiting: 0, free: places - reserved });
        },
      ),
    );
  });
});
