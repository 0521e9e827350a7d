import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { believed, type Lesson, learn } from "../../src/durable/capacity-belief.ts";
import { CapacityBook } from "../../src/durable/capacity-book.ts";

const NOW = 1_795_348_800_000;
const DOUBT = LIMITS.placeDoubtMs;

/** A ledger before an AWS that bears fewer streams than the setting says. */
class House {
  readonly book = new CapacityBook();
  lesson: Lesson | null = null;
  now = NOW;
  /** Streams that AWS has open. */
  readonly open = new Set<string>();
  refused = 0;
  #named = 0;
  readonly setting: number;
  readonly quota: number;

  constructor(setting: number, quota: number) {
    this.setting = setting;
    this.quota = quota;
  }

  get believed(): number {
    return believed(this.setting, this.lesson, this.now);
  }

  /** A caller comes: turned away by the ledger, refused by AWS, or served. */
  call(): "away" | "refused" | "served" {
    const lease = `s${this.#named++}`;
    const request = { lease, session: lease, tenant: null, wanted: "newcomer", atOnce: true } as const;
    const stock = { places: this.setting, believed: this.believed, shares: [] };
    // They hold on for as long as the test lasts.
    const answer = this.book.take(stock, { ...request, forMs: LIMITS.placeLeaseMs }, this.now);
    if (answer.type !== "granted") return "away";
    if (this.open.size < this.quota) {
      this.open.add(lease);
      return "served";
    }
    this.refused++;
    this.lesson = learn(this.book, lease, this.now, this.believed);
    return "refused";
  }

  hangUp(which: number): void {
    const lease = [...this.open][which % Math.max(1, this.open.size)];
    if (lease === undefined) return;
    this.open.delete(lease);
    this.book.give(lease, this.now);
  }
}

describe("a ledger that AWS has taught better", () => {
  it("lends out what is held then and no more, for a while", () => {
    const house = new House(9, 5);
    expect(Array.from({ length: 8 }, () => house.call())).toEqual([
      ...Array(5).fill("served"),
      "refused",
      "away",
      "away",
    ]);
    house.now += DOUBT - 1;
    expect(house.call()).toBe("away");
    expect(house.book.count({ places: house.setting, believed: house.believed }, house.now)).toMatchObject({
      used: 5,
      free: 0,
    });
    house.hangUp(0);
    expect(house.call()).toBe("served");
  });

  it("tries one more after that, then ever more, up to what the setting says", () => {
    const lesson = { at: NOW, bears: 5 };
    const after = (ms: number) => believed(20, lesson, NOW + ms);
    expect([0, DOUBT - 1, DOUBT, 2 * DOUBT, 3 * DOUBT, 4 * DOUBT].map(after)).toEqual([5, 5, 6, 8, 12, 20]);
    expect(after(365 * 24 * 60 * 60_000)).toBe(20);
    expect(believed(20, null, NOW)).toBe(20);
  });

  it("does not shut a house for one word of AWS's, which also refuses those who come too fast", () => {
    const house = new House(20, 1);
    expect([house.call(), house.call(), house.believed]).toEqual(["served", "refused", 10]);
    // Said again and again it is believed.
    expect([house.call(), house.call(), house.call(), house.call(), house.believed]).toEqual([
      ...["refused", "refused", "refused", "away"],
      1,
    ]);
  });

  it("lets one caller ask AWS however little was held, and never believes in more than the setting says", () => {
    expect(believed(20, { at: NOW, bears: 0 }, NOW)).toBe(1);
    expect(believed(3, { at: NOW, bears: 9 }, NOW)).toBe(3);
    // A clock that was set back teaches nothing.
    expect(believed(20, { at: NOW, bears: 4 }, NOW - 60_000)).toBe(4);
  });

  it("forgets the place of the stream that was refused, and nobody else's", () => {
    const house = new House(20, 20);
    for (let i = 0; i < 3; i++) house.call();
    expect(learn(house.book, "unknown", NOW, 5)).toEqual({ at: NOW, bears: 3 });
    expect(learn(house.book, "s1", NOW, 5)).toEqual({ at: NOW, bears: 2 });
    expect([...house.book.entries()].map(({ lease }) => lease)).toEqual(["s0", "s2"]);
  });
});

const happening = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ type: "call" as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("hang_up" as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.nat(DOUBT) }) },
);

describe("whatever AWS bears, and whoever comes and goes", () => {
  it("callers are refused by AWS rarely, nobody is turned away for ever, and what was learned is unlearned", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(happening, { maxLength: 150, size: "max" }),
        (setting, quota, happenings) => {
          const house = new House(setting, quota);
          for (const it of happenings) {
            const taught = house.lesson;
            if (it.type === "pass") house.now += it.ms;
            else if (it.type === "hang_up") house.hangUp(it.which);
            else {
              const before = house.book.count(
                { places: house.setting, believed: house.believed },
                house.now,
              ).used;
              const came = house.call();
              // Right after a lesson only what falls free is lent out again.
              if (taught !== null && house.now - taught.at < DOUBT && before >= Math.max(1, taught.bears))
                expect(came).toBe("away");
              if (before === 0) expect(came).not.toBe("away");
            }
            expect(house.believed).toBeGreaterThanOrEqual(1);
            expect(house.believed).toBeLessThanOrEqual(setting);
            // Leases that nobody renews run out: the calls of this test go on, and the house is as full as before.
            if (house.now - NOW > LIMITS.placeLeaseMs - DOUBT) break;
          }
          // For each time that more were tried, and to begin with, as often as it takes to halve down to one.
          const tries = 1 + Math.ceil((house.now - NOW) / DOUBT);
          expect(house.refused).toBeLessThanOrEqual(tries * (1 + Math.floor(Math.log2(setting))));
          house.now += 5 * DOUBT;
          expect(house.believed).toBe(setting);
        },
      ),
    );
  });
});
