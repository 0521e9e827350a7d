import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { ModelEvent, StreamEnd, StreamSpec } from "../../src/conversation/events.ts";
import { leased, SessionPlaces } from "../../src/model/leased.ts";
import type { DoorEvent } from "../../src/model/region-door.ts";
import type { ModelStream } from "../../src/model/speech-model.ts";
import { type Fare, LedgerOverALine, ObedientModel, TARGET, TurnedClock } from "./leased-stage.ts";

const SPEC = { ...TARGET, voice: "tiffany" } as StreamSpec;
/** How a stream ends that AWS has no room for. */
const CROWDED: StreamEnd = { type: "busy", cause: "HTTP 429", crowded: true };
const FINISHED: ModelEvent = { type: "ended", end: { type: "finished" } };

/** Sessions that share a house of so many places. */
function house(places: number) {
  const clock = new TurnedClock();
  const ledger = new LedgerOverALine(clock, places);
  const model = new ObedientModel();
  const logged: string[] = [];
  const session = (name: string, broughtBack = false, claimed: typeof TARGET | null = null) => {
    const parts = { ledger, session: name, tenant: null, clock, settings: [], broughtBack, claimed };
    const lent = leased(model, new SessionPlaces({ ...parts, log: (_level, event) => logged.push(event) }));
    return (target = TARGET, waits = true) => {
      const events: Exclude<DoorEvent, { type: "placed" }>[] = [];
      const stream = lent.open(target, (event) => event.type !== "placed" && events.push(event), waits);
      return { stream, events };
    };
  };
  return { clock, ledger, model, logged, session };
}

describe("a leased stream", () => {
  it("is dialled once it has a place, and gives it back when it has ended", async () => {
    const { clock, ledger, model, session } = house(1);
    const { events } = session("s")();
    expect(model.dialled).toHaveLength(0);
    await clock.pass(0);
    model.dialled[0]?.tell({ type: "opened", connectMs: 5 });
    model.dialled[0]?.tell({ type: "ended", end: { type: "lost", cause: "gone" } });
    await clock.pass(0);
    expect(events.map(({ type }) => type)).toEqual(["opened", "ended"]);
    expect(ledger.calls).toEqual(["take s newcomer", "give s"]);
    expect(clock.pending).toBe(0);
  });

  it("is dialled without a question where its place was taken before its session was made, and renews it", async () => {
    const { clock, ledger, model, session } = house(2);
    ledger.fare = () => ({ ms: 100 });
    const open = session("s", false, TARGET);
    open();
    await clock.pass(0);
    expect(model.dialled).toHaveLength(1);
    await clock.pass(200);
    expect(ledger.calls).toEqual(["renew s newcomer"]);
    // The next one has to ask, as everybody does.
    open();
    await clock.pass(200);
    expect(ledger.calls.at(-1)).toMatch(/^take s\/1 /);
    await clock.pass(LIMITS.placeRenewMs);
    expect(ledger.calls.filter((call) => call.startsWith("renew s "))).toHaveLength(2);
  });

  it("asks where the place that was taken is another region's, or was its lost object's", async () => {
    const { clock, ledger, session } = house(3);
    session("s", false, { ...TARGET, region: "us-west-2" })();
    session("r", true, TARGET)();
    await clock.pass(0);
    expect(ledger.calls).toEqual(["take s newcomer", "take r talk"]);
  });

  it("passes on what is said, and begins with what it was told while it waited for its place", async () => {
    const { clock, ledger, model, session } = house(1);
    ledger.fare = () => ({ ms: 100 });
    const { stream } = session("s")();
    stream.begin(SPEC);
    stream.begin(SPEC);
    stream.sendAudio(new Uint8Array(2));
    await clock.pass(200);
    stream.sendAudio(new Uint8Array(2));
    stream.sendText("hello");
    stream.sendToolResult("use", { status: "ok", value: 1 });
    expect(model.dialled[0]?.heard).toEqual(["begin", "audio", "hello", "use"]);
  });

  it("is told that all is full where no place falls free in time, and leaves nothing in the queue", async () => {
    const { clock, ledger, model, session } = house(1);
    session("first")();
    await clock.pass(0);
    const { events } = session("second")();
    await clock.pass(LIMITS.placeWaitMs + LIMITS.placeLookMs);
    expect(events).toEqual([{ type: "full", cause: "all places are taken" }]);
    expect(model.dialled).toHaveLength(1);
    expect(ledger.entries).toBe(1);
  });

  it("that may be opened elsewhere does not wait, and takes nobody's turn", async () => {
    const { clock, ledger, model, session } = house(1);
    session("first")();
    await clock.pass(0);
    const { events } = session("second")(TARGET, false);
    await clock.pass(0);
    expect(events).toEqual([{ type: "full", cause: "all places are taken" }]);
    expect(ledger.entries).toBe(1);
    expect(model.dialled).toHaveLength(1);
    // There was nothing to give back.
    expect(ledger.calls).toEqual(["take first newcomer", "take second newcomer"]);
  });

  it("that AWS has no room for tells so with its place, once", async () => {
    const { clock, ledger, model, session } = house(20);
    const { events } = session("s")();
    await clock.pass(0);
    model.dialled[0]?.tell({ type: "ended", end: CROWDED });
    await clock.pass(0);
    expect(events).toEqual([{ type: "ended", end: CROWDED }]);
    expect(ledger.calls).toEqual(["take s newcomer", "crowded s"]);
    expect(ledger.lesson).toMatchObject({ bears: 10 });
    expect(ledger.used).toBe(0);
  });

  it("that AWS had no room for is tried again, before anybody who comes later", async () => {
    const { clock, ledger, model, session } = house(2);
    session("first")();
    const open = session("s");
    open();
    await clock.pass(0);
    model.dialled[1]?.tell({ type: "ended", end: CROWDED });
    await clock.pass(0);
    session("late")();
    await clock.pass(LIMITS.placeLookMs);
    expect(model.dialled).toHaveLength(2);
    open();
    await clock.pass(0);
    expect(model.dialled).toHaveLength(3);
    expect(ledger.calls.at(-1)).toBe("take s/1 talk");
  });

  it("gives its place back where the ledger could not be told of the lack of room", async () => {
    const { clock, ledger, model, session } = house(20);
    session("s")();
    await clock.pass(0);
    ledger.fare = (call) => (call.startsWith("crowded") ? { ms: 0, fails: "before" } : { ms: 0 });
    model.dialled[0]?.tell({ type: "ended", end: CROWDED });
    await clock.pass(LIMITS.placeGiveAgainMs);
    expect(ledger.calls).toEqual(["take s newcomer", "give s"]);
    expect(ledger.used).toBe(0);
  });

  it("gets the place of another that ends while it waits", async () => {
    const { clock, model, session } = house(1);
    const first = session("first")();
    await clock.pass(0);
    session("second")();
    await clock.pass(LIMITS.placeLookMs);
    first.stream.abort();
    await clock.pass(LIMITS.placeLookMs);
    expect(model.dialled).toHaveLength(2);
  });

  it("keeps its place for as long as it lives, and no longer", async () => {
    const { clock, ledger, session } = house(1);
    const { stream } = session("s")();
    await clock.pass(3 * LIMITS.placeLeaseMs);
    expect(ledger.used).toBe(1);
    stream.finish();
    await clock.pass(0);
    expect(ledger.used).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("of a session that talks may use the places that are kept for such", async () => {
    const { clock, ledger, model, session } = house(20);
    const open = session("s");
    open();
    await clock.pass(0);
    model.dialled[0]?.tell({ type: "opened", connectMs: 5 });
    open();
    open({ ...TARGET, spare: true });
    await clock.pass(0);
    expect(ledger.calls).toEqual(["take s newcomer", "take s/1 talk", "take s/2 standby"]);
  });

  it("of a session that was brought back takes the place of those that were lost with its object", async () => {
    const { clock, ledger, model, session } = house(2);
    const open = session("s");
    const first = open();
    await clock.pass(0);
    model.dialled[0]?.tell({ type: "opened", connectMs: 5 });
    open();
    await clock.pass(0);
    first.stream.finish();
    await clock.pass(0);
    session("other")();
    await clock.pass(0);
    // The object of "s" is lost with its second stream, and that one's place is not given back.
    const again = session("s", true);
    again();
    await clock.pass(LIMITS.placeWaitMs);
    expect(ledger.used).toBe(2);
    expect(model.dialled).toHaveLength(4);
    // Those that it opens from now on stand beside one another.
    again();
    await clock.pass(LIMITS.placeWaitMs);
    expect(model.dialled).toHaveLength(4);
  });

  it("that was spare and is needed after all is no longer counted as such", async () => {
    const { clock, ledger, session } = house(20);
    const { stream } = session("s")({ ...TARGET, spare: true });
    await clock.pass(0);
    stream.begin(SPEC);
    await clock.pass(0);
    expect(ledger.calls).toEqual(["take s standby", "renew s talk"]);
  });

  it("is not dialled as a spare one where places are scarce", async () => {
    const { clock, model, session } = house(1);
    session("first")();
    await clock.pass(0);
    const { events } = session("second")({ ...TARGET, spare: true });
    await clock.pass(0);
    expect(events).toMatchObject([{ type: "full" }]);
    expect(model.dialled).toHaveLength(1);
  });

  it("needs no place where nobody counts", async () => {
    const { ledger, model, session } = house(1);
    const hosted = "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/desk-a1B2c3D4e5";
    session("s")({ model: hosted, region: "us-west-2" });
    expect(model.dialled).toHaveLength(1);
    expect(ledger.calls).toEqual([]);
  });
});

describe("a stream that is given up before it has a place", () => {
  it.each(["abort", "finish"] as const)(
    "ends at once (%s), and returns what is granted later",
    async (how) => {
      const { clock, ledger, model, session } = house(1);
      ledger.fare = () => ({ ms: 200 });
      const { stream, events } = session("s")();
      await clock.pass(100);
      stream[how]();
      stream[how]();
      expect(events).toEqual([FINISHED]);
      await clock.pass(300);
      expect(ledger.used).toBe(1);
      await clock.pass(200);
      expect(ledger.calls).toEqual(["take s newcomer", "give s"]);
      expect(ledger.used).toBe(0);
      expect(model.dialled).toEqual([]);
    },
  );
});

describe("a ledger that is not there", () => {
  it.each<[string, Fare]>([
    ["slow", { ms: 60_000 }],
    ["failing", { ms: 0, fails: "before" }],
    ["failing with its answer", { ms: 0, fails: "after" }],
  ])("stops nobody when it is %s, and is told of once a session", async (_name, fare) => {
    const { clock, ledger, model, logged, session } = house(1);
    ledger.fare = () => fare;
    const open = session("s");
    for (let i = 1; i <= 3; i++) {
      open();
      await clock.pass(LIMITS.placeAskMs);
      expect(model.dialled).toHaveLength(i);
    }
    expect(logged).toEqual(["capacity_absent"]);
  });

  it("is waited for once only in a while", async () => {
    const { clock, ledger, model, session } = house(1);
    ledger.fare = () => ({ ms: 60_000 });
    const open = session("s");
    open();
    await clock.pass(LIMITS.placeAskMs);
    open();
    await clock.pass(0);
    expect(model.dialled).toHaveLength(2);
  });

  it("learns on its return of the streams that were opened meanwhile, and of their ends", async () => {
    const { clock, ledger, session } = house(1);
    ledger.fare = () => ({ ms: 0, fails: "before" });
    const open = session("s");
    const streams = [open(), open()];
    await clock.pass(0);
    ledger.fare = () => ({ ms: 0 });
    await clock.pass(LIMITS.placeRenewMs);
    expect(ledger.used).toBe(2);
    for (const { stream } of streams) stream.abort();
    await clock.pass(0);
    expect(ledger.used).toBe(0);
  });

  it("is told once more of a place that could not be given back", async () => {
    const { clock, ledger, session } = house(1);
    const { stream } = session("s")();
    await clock.pass(0);
    ledger.fare = () => ({ ms: 0, fails: "before" });
    stream.abort();
    await clock.pass(0);
    ledger.fare = () => ({ ms: 0 });
    expect(ledger.used).toBe(1);
    await clock.pass(LIMITS.placeGiveAgainMs);
    expect(ledger.used).toBe(0);
  });
});

const fare: fc.Arbitrary<Fare> = fc.record(
  {
    ms: fc.constantFrom(0, 0, 50, 200, 400, 3_000),
    fails: fc.constantFrom<"before" | "after">("before", "after"),
  },
  { requiredKeys: ["ms"] },
);
const happening = fc.record({
  after: fc.constantFrom(0, 50, 300, 700, 5_000, 70_000),
  session: fc.nat(3),
  what: fc.constantFrom("open", "spare", "begin", "finish", "abort", "opened", "lost", "crowded", "at_once"),
});

describe("in any order of events", () => {
  it("every stream ends once, and every place comes back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fare, { minLength: 1, maxLength: 12 }),
        fc.array(happening, { maxLength: 25 }),
        async (fares, happenings) => {
          const { clock, ledger, model, session } = house(3);
          let asked = 0;
          ledger.fare = () => fares[asked++ % fares.length] ?? { ms: 0 };
          const sessions = [0, 1, 2, 3].map((name) => session(`s${name}`));
          const streams: { session: number; stream: ModelStream; events: DoorEvent[] }[] = [];
          for (const { after, session: by, what } of happenings) {
            const mine = streams.findLast((it) => it.session === by);
            if (what === "open" || what === "spare" || what === "at_once") {
              const opened = sessions[by]?.({ ...TARGET, spare: what === "spare" }, what !== "at_once");
              if (opened) streams.push({ session: by, ...opened });
            } else if (what === "begin") mine?.stream.begin(SPEC);
            else if (what === "finish" || what === "abort") mine?.stream[what]();
            else if (what === "opened") model.dialled.at(-1)?.tell({ type: "opened", connectMs: 1 });
            else if (what === "crowded") model.dialled.at(-1)?.tell({ type: "ended", end: CROWDED });
            else model.dialled.at(-1)?.tell({ type: "ended", end: { type: "lost", cause: "gone" } });
            await clock.pass(after);
          }
          for (const { stream } of streams) stream.abort();
          for (const { events } of streams) {
            const ends = events.filter(({ type }) => type === "ended" || type === "full");
            expect(ends).toHaveLength(1);
            expect(events.at(-1)).toBe(ends[0]);
          }
          expect(model.dialled.every(({ ended }) => ended)).toBe(true);
          // Questions under way, the longest line there and back for each, and the second attempt.
          await clock.pass(60_000);
          if (fares.every(({ fails }) => fails === undefined)) expect(ledger.entries).toBe(0);
          for (const lease of new Set(ledger.calls.map((call) => call.split(" ")[1]))) {
            const gives = ledger.calls.filter(
              (call) => /^(give|crowded) /.test(call) && call.endsWith(` ${lease}`),
            );
            expect(gives.length).toBeLessThanOrEqual(fares.some(({ fails }) => fails === "after") ? 2 : 1);
            const last = ledger.calls.findLast((call) => call.split(" ")[1] === lease);
            if (gives.length > 0) expect(last).toBe(gives.at(-1));
          }
          await clock.pass(LIMITS.placeLeaseMs);
          expect(ledger.entries).toBe(0);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
