/**
 * Regions and places together: each region's attempt has its own place, and what is not used is given back.
 */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ModelEvent, StreamTarget } from "../../src/conversation/events.ts";
import { leased, SessionPlaces } from "../../src/model/leased.ts";
import { createRegionHealth } from "../../src/model/region-health.ts";
import { createRegional } from "../../src/model/regional.ts";
import type { ModelStream } from "../../src/model/speech-model.ts";
import { type Dialled, type Fare, LedgersOverLines, ObedientModel, TARGET } from "./leased-stage.ts";

const EAST = "us-east-1";
const WEST = "us-west-2";
const NORTH = "eu-north-1";
const ALL: StreamTarget = { ...TARGET, regions: [EAST, WEST] };
const OPENED: ModelEvent = { type: "opened", connectMs: 1 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Houses of so many places in the two regions, or three. */
function world(east: number, west: number, north = 1) {
  const ledgers = new LedgersOverLines(systemClock, { [EAST]: east, [WEST]: west, [NORTH]: north });
  const model = new ObedientModel();
  const log: string[] = [];
  const session = (name: string, broughtBack = false) => {
    const parts = {
      ledger: ledgers,
      session: name,
      tenant: null,
      clock: systemClock,
      settings: [],
      broughtBack,
      targets: [EAST, WEST, NORTH].map((region) => ({ ...TARGET, region })),
    };
    const door = leased(model, new SessionPlaces({ ...parts, log: () => {} }));
    const regional = createRegional(door, {
      health: createRegionHealth(() => 0),
      clock: systemClock,
      log: (_level, event, fields) => log.push(`${event} ${fields?.region}`),
    });
    return (target: StreamTarget = ALL) => {
      const events: ModelEvent[] = [];
      const stream = regional.open(target, (event) => events.push(event));
      return { stream, events };
    };
  };
  const dialled = () => model.dialled.map(({ region }) => region);
  const newest = (): Dialled => {
    const stream = model.dialled.at(-1);
    if (stream === undefined) throw new Error("nothing was dialled");
    return stream;
  };
  return {
    east: ledgers.of(EAST),
    west: ledgers.of(WEST),
    north: ledgers.of(NORTH),
    model,
    log,
    session,
    dialled,
    newest,
  };
}

describe("a stream that may be opened in two regions", () => {
  it("takes a place in the one that it is opened in, and none in the other", async () => {
    const { east, west, session, dialled, newest } = world(1, 1);
    const { events } = session("s")();
    await pass(0);
    newest().tell(OPENED);
    expect(dialled()).toEqual([EAST]);
    expect([east.used, west.used]).toEqual([1, 0]);
    expect(events).toMatchObject([{ type: "opened", region: EAST }]);
  });

  it("goes to the second at once when the first is full, and waits in no queue", async () => {
    const { east, west, log, session, dialled, newest } = world(1, 1);
    await east.fill();
    const { events } = session("s")();
    await pass(0);
    newest().tell(OPENED);
    expect(dialled()).toEqual([WEST]);
    expect(events).toMatchObject([{ type: "opened", region: WEST, connectMs: 0 }]);
    expect(east.calls).toEqual(["take s newcomer"]);
    expect(east.entries).toBe(1);
    expect(west.calls).toEqual(["take s newcomer"]);
    // A full house is no ill one: the region is asked again by the next stream.
    expect(log).toEqual([`stream_opened ${WEST}`]);
  });

  it("gives back the place of the region that was slow, once the other has opened", async () => {
    const { east, west, session, dialled, newest } = world(1, 1);
    const { stream } = session("s")();
    await pass(LIMITS.hedgeMs);
    expect(dialled()).toEqual([EAST, WEST]);
    expect([east.used, west.used]).toEqual([1, 1]);
    newest().tell(OPENED);
    await pass(0);
    expect([east.used, west.used]).toEqual([0, 1]);
    expect(east.calls).toEqual(["take s newcomer", "give s"]);
    stream.abort();
    await pass(0);
    expect([east.entries, west.entries]).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stays with the slow region when the other is full", async () => {
    const { east, west, session, dialled, newest } = world(1, 1);
    await west.fill();
    const { events } = session("s")();
    await pass(LIMITS.hedgeMs + LIMITS.placeWaitMs);
    expect(dialled()).toEqual([EAST]);
    expect(west.entries).toBe(1);
    newest().tell(OPENED);
    expect(events).toMatchObject([{ type: "opened", region: EAST }]);
    expect(east.used).toBe(1);
  });

  it("waits in both when both are full, and takes what falls free first", async () => {
    const { east, west, session, dialled, newest } = world(1, 1);
    await east.fill();
    await west.fill();
    const { events } = session("s")();
    await pass(LIMITS.placeLookMs);
    expect([east.entries, west.entries]).toEqual([2, 2]);
    await west.give(TARGET, "other-0");
    await pass(LIMITS.placeLookMs);
    newest().tell(OPENED);
    expect(dialled()).toEqual([WEST]);
    expect(events).toMatchObject([{ type: "opened", region: WEST }]);
    await pass(0);
    // Its turn in the other queue is given up.
    expect(east.entries).toBe(1);
  });

  it("is opened once when both fall free at the same time", async () => {
    const { east, west, session, dialled, newest } = world(1, 1);
    await east.fill();
    await west.fill();
    session("s")();
    await pass(LIMITS.placeLookMs / 2);
    await east.give(TARGET, "other-0");
    await west.give(TARGET, "other-0");
    await pass(LIMITS.placeLookMs);
    newest().tell(OPENED);
    await pass(0);
    expect(dialled()).toHaveLength(1);
    expect(east.used + west.used).toBe(1);
  });

  it("is busy when neither has a place in time, and leaves nothing behind", async () => {
    const { east, west, session, dialled } = world(1, 1);
    await east.fill();
    await west.fill();
    const { events } = session("s")();
    await pass(LIMITS.placeWaitMs - 1);
    expect(events).toEqual([]);
    await pass(2 * LIMITS.placeLookMs);
    expect(events).toEqual([{ type: "ended", end: { type: "busy", cause: "all places are taken" } }]);
    expect(dialled()).toEqual([]);
    expect([east.entries, west.entries]).toEqual([1, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("waits for the full region when the other is dead", async () => {
    const { east, session, dialled, newest } = world(1, 1);
    await east.fill();
    const { events } = session("s")();
    await pass(0);
    newest().tell({ type: "ended", end: { type: "unreachable", cause: "no route" } });
    expect(events).toEqual([]);
    await east.give(TARGET, "other-0");
    await pass(LIMITS.placeLookMs);
    newest().tell(OPENED);
    expect(dialled()).toEqual([WEST, EAST]);
    expect(events).toMatchObject([{ type: "opened", region: EAST }]);
  });

  it("goes to the second when AWS has no room in the first, whose ledger learns of it", async () => {
    const { east, west, session, dialled, newest } = world(2, 20);
    session("other")({ ...TARGET });
    await pass(0);
    newest().tell(OPENED);
    session("s")();
    await pass(0);
    newest().tell({ type: "ended", end: { type: "busy", cause: "HTTP 429", crowded: true } });
    await pass(0);
    expect(dialled()).toEqual([EAST, EAST, WEST]);
    expect(east.lesson).toMatchObject({ bears: 1 });
    expect([east.used, west.used]).toEqual([1, 1]);
    // The next caller is not sent to AWS to be refused there.
    session("late")();
    await pass(0);
    expect(dialled().at(-1)).toBe(WEST);
  });

  it("is given up as a spare one where no region has places to spare", async () => {
    const { east, west, session, dialled } = world(1, 1);
    await east.fill();
    await west.fill();
    const { events } = session("s")({ ...ALL, spare: true });
    await pass(0);
    expect(events).toMatchObject([{ type: "ended", end: { type: "busy" } }]);
    expect(dialled()).toEqual([]);
    expect(east.calls).toEqual(["take s standby"]);
    expect([east.entries, west.entries]).toEqual([1, 1]);
  });

  it("stops nobody where the ledger of one region is not there, and waits for it once", async () => {
    const { east, west, session, dialled, newest } = world(1, 1);
    east.fare = () => ({ ms: 60_000 });
    const open = session("s");
    open();
    await pass(LIMITS.placeAskMs);
    expect(dialled()).toEqual([EAST]);
    newest().tell({ type: "ended", end: { type: "unreachable", cause: "no route" } });
    await pass(0);
    // The other region's ledger is there, and is asked.
    expect(dialled()).toEqual([EAST, WEST]);
    expect(west.calls).toEqual(["take s newcomer"]);
  });
});

describe("the place that was taken when the session was made", () => {
  it.each([EAST, WEST])("is found by its first stream in %s", async (home) => {
    const { east, west, session, newest } = world(1, 1);
    const ledger = home === EAST ? east : west;
    const request = { session: "s", tenant: null, wanted: "newcomer", forMs: LIMITS.placeClaimMs } as const;
    await ledger.take(TARGET, { ...request, lease: "s" });
    // Told where it is, the session asks there first.
    session("s")({ ...TARGET, region: home, regions: home === EAST ? [EAST, WEST] : [WEST, EAST] });
    await pass(0);
    newest().tell(OPENED);
    expect(ledger.used).toBe(1);
    expect(east.used + west.used).toBe(1);
  });

  it("is found even where the first is asked before it", async () => {
    const { east, west, session, dialled } = world(1, 1);
    await east.fill();
    const request = { session: "s", tenant: null, wanted: "newcomer", forMs: LIMITS.placeClaimMs } as const;
    await west.take(TARGET, { ...request, lease: "s" });
    session("s")();
    await pass(0);
    expect(dialled()).toEqual([WEST]);
    expect(west.used).toBe(1);
  });
});

describe("a session whose object was lost", () => {
  it("finds the place it had in the second region", async () => {
    const { east, west, session, dialled, newest } = world(1, 1);
    await east.fill();
    session("s")();
    await pass(0);
    newest().tell(OPENED);
    expect([east.used, west.used]).toEqual([1, 1]);
    session("s", true)();
    await pass(0);
    expect(dialled()).toEqual([WEST, WEST]);
    expect(west.used).toBe(1);
  });

  it("frees what it held under other names, too", async () => {
    const { west, session, dialled, newest } = world(1, 2);
    const open = session("s");
    const west1 = { ...TARGET, region: WEST };
    const first = open(west1);
    await pass(0);
    newest().tell(OPENED);
    open(west1);
    await pass(0);
    newest().tell(OPENED);
    first.stream.finish();
    await pass(0);
    session("s", true)(west1);
    await pass(0);
    expect(dialled()).toHaveLength(3);
    expect(west.used).toBe(1);
  });
});

describe("a session whose object was lost after it had moved to another region", () => {
  const moved = async () => {
    const parts = world(90, 90, 90);
    const open = parts.session("s");
    for (const region of [WEST, NORTH]) {
      open({ ...TARGET, region });
      await pass(0);
      parts.newest().tell(OPENED);
    }
    for (const { calls } of [parts.east, parts.west, parts.north]) calls.length = 0;
    return { ...parts, open: parts.session("s", true) };
  };

  it("gives up there what it held, once it is heard again, and asks once", async () => {
    const { east, west, north, open, newest } = await moved();
    open({ ...TARGET, region: EAST });
    await pass(0);
    expect([east.used, west.used, north.used]).toEqual([1, 1, 1]);
    newest().tell(OPENED);
    await pass(0);
    expect([east.used, west.used, north.used]).toEqual([1, 0, 0]);
    open({ ...TARGET, region: EAST });
    await pass(0);
    newest().tell(OPENED);
    await pass(0);
    expect(east.calls).toEqual(["take s talk", "take s/1 talk"]);
    expect([west.calls, north.calls]).toEqual([["forget s"], ["forget s"]]);
  });

  it("waits for no ledger, dead or slow, and what could not be told runs out", async () => {
    const { west, north, open, newest } = await moved();
    west.fare = () => ({ ms: 0, fails: "before" });
    north.fare = () => ({ ms: 60_000 });
    const { events } = open({ ...TARGET, region: EAST });
    await pass(0);
    newest().tell(OPENED);
    await pass(0);
    expect(events).toMatchObject([{ type: "opened", region: EAST }]);
    expect([west.used, north.used]).toEqual([1, 1]);
    await pass(60_000);
    expect([west.used, north.used]).toEqual([1, 0]);
    // Nobody renews what a lost object held; the streams of this test's do.
    expect(west.calls).not.toContain("forget s");
  });

  it("goes back there without losing the place that it takes then", async () => {
    const { north, open, newest } = await moved();
    north.fare = (asked) => ({ ms: asked.startsWith("forget") ? 300 : 10 });
    open({ ...TARGET, region: EAST });
    await pass(0);
    newest().tell(OPENED);
    open({ ...TARGET, region: NORTH });
    await pass(1_000);
    expect(north.calls).toEqual(["forget s", "take s talk"]);
    expect(north.used).toBe(1);
  });

  it("loses no place by a question that overtakes the one which frees the old ones", async () => {
    const { west, open } = await moved();
    west.fare = (asked) => ({ ms: asked === "take s talk" ? 100 : 0 });
    const there = { ...TARGET, region: WEST };
    open(there);
    open(there);
    await pass(1_000);
    expect(west.calls).toEqual(["take s talk", "take s/1 talk"]);
    expect(west.used).toBe(2);
  });

  it("holds as many places as streams, whatever it opens and loses from then on", async () => {
    const step = fc.record({
      after: fc.constantFrom(0, 20, 300, 1_100),
      which: fc.nat(9),
      what: fc.constantFrom("open", "open", "opened", "opened", "lost", "abort"),
    });
    const slow = fc.array(fc.constantFrom(0, 0, 30, 80), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(slow, fc.array(step, { maxLength: 30, size: "max" }), async (fares, steps) => {
        const { east, west, north, model, open } = await moved();
        const before = model.dialled.length;
        let asked = 0;
        for (const ledger of [east, west, north])
          ledger.fare = () => ({ ms: fares[asked++ % fares.length] ?? 0 });
        const streams: ModelStream[] = [];
        let heard = false;
        for (const { after, which, what } of steps) {
          const some = model.dialled[before + (which % Math.max(1, model.dialled.length - before))];
          const regions = [EAST, WEST, NORTH].slice(which % 3);
          if (what === "open") streams.push(open({ ...TARGET, region: regions[0] ?? EAST, regions }).stream);
          else if (what === "abort") streams[which % Math.max(1, streams.length)]?.abort();
          else if (what === "opened") some?.tell(OPENED);
          else some?.tell({ type: "ended", end: { type: "lost", cause: "gone" } });
          heard ||= what === "opened" && some !== undefined && !some.ended;
          await pass(after);
        }
        await pass(5_000);
        const running = (region: string) =>
          model.dialled.slice(before).filter((it) => it.region === region && !it.ended).length;
        if (heard) expect([east.used, west.used, north.used]).toEqual([EAST, WEST, NORTH].map(running));
        for (const stream of streams) stream.abort();
        await pass(LIMITS.placeLeaseMs);
      }),
    );
  });
});

const fare: fc.Arbitrary<Fare> = fc.record(
  { ms: fc.constantFrom(0, 0, 30, 200, 800), fails: fc.constantFrom<"before" | "after">("before", "after") },
  { requiredKeys: ["ms"] },
);
const happening = fc.record({
  after: fc.constantFrom(0, 50, 300, 1_100, 3_000),
  session: fc.nat(3),
  which: fc.nat(20),
  what: fc.constantFrom("open", "open", "spare", "begin", "abort", "opened", "lost", "busy", "crowded"),
});

describe("in any order of events", () => {
  it("every stream ends once, one of its regions is open at most, and every place comes back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fare, { minLength: 1, maxLength: 8 }),
        fc.array(happening, { maxLength: 25 }),
        async (fares, happenings) => {
          const { east, west, north, model, session } = world(2, 1);
          let asked = 0;
          const next = () => fares[asked++ % fares.length] ?? { ms: 0 };
          for (const ledger of [east, west, north]) ledger.fare = next;
          const sessions = [0, 1, 2, 3].map((name) => session(`s${name}`));
          const streams: { session: number; stream: ModelStream; events: ModelEvent[] }[] = [];
          for (const { after, session: by, which, what } of happenings) {
            const mine = streams.findLast((it) => it.session === by);
            const some = model.dialled[which % Math.max(1, model.dialled.length)];
            const target = { ...ALL, regions: [EAST, WEST, NORTH] };
            if (what === "open" || what === "spare") {
              const opened = sessions[by]?.(what === "spare" ? { ...target, spare: true } : target);
              if (opened) streams.push({ session: by, ...opened });
            } else if (what === "begin") mine?.stream.begin({ ...target, voice: "tiffany" } as never);
            else if (what === "abort") mine?.stream.abort();
            else if (what === "opened") some?.tell(OPENED);
            else if (what === "lost") some?.tell({ type: "ended", end: { type: "lost", cause: "gone" } });
            else if (what === "busy") some?.tell({ type: "ended", end: { type: "busy", cause: "restarts" } });
            else some?.tell({ type: "ended", end: { type: "busy", cause: "429", crowded: true } });
            await pass(after);
          }
          for (const { stream } of streams) stream.abort();
          for (const { events } of streams) {
            expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
            expect(events.at(-1)?.type).toBe("ended");
            expect(events.filter(({ type }) => type === "opened").length).toBeLessThanOrEqual(1);
          }
          expect(model.dialled.every(({ ended }) => ended)).toBe(true);
          await pass(30_000);
          const ledgers = [east, west, north];
          if (fares.every(({ fails }) => fails === undefined))
            expect(ledgers.map(({ entries }) => entries)).toEqual([0, 0, 0]);
          await pass(LIMITS.placeLeaseMs);
          expect(ledgers.map(({ entries }) => entries)).toEqual([0, 0, 0]);
          expect(vi.getTimerCount()).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
