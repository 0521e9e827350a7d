import { describe, expect, it } from "vitest";
import { type SegmentInfo, stationsOf, visitsOf, waysOf } from "../../console/src/state/path.ts";
import { initialState, type SegmentNote, type State } from "../../console/src/state.ts";

const segments: readonly SegmentInfo[] = [
  {
    name: "front_desk",
    purpose: "Finds out what for.",
    goesTo: [
      { to: "identify", by: ["model"] },
      { to: "loans", by: ["model", "client"] },
    ],
  },
  { name: "identify", purpose: null, goesTo: [{ to: "front_desk", by: ["client"] }] },
  { name: "loans", purpose: null, goesTo: [] },
];

const note = (at: number, name: string, reason = "transition", by: string | null = "model"): SegmentNote => ({
  at,
  name,
  reason,
  by,
  from: null,
  gapMs: 0,
});

const talk = (notes: readonly SegmentNote[], more: Partial<State> = {}): State => ({
  ...initialState,
  agents: { status: "known", list: [{ name: "bank", about: "", remembers: false, segments }] },
  session: { id: "s1", agent: "bank", startedAt: 0, endedAt: null },
  segments: notes,
  ...more,
});

const numbers = (segment: string, turns: number) => ({
  segment,
  turns,
  tokens: 10 * turns,
  cost: turns / 100,
});

describe("the path", () => {
  const there = [note(100, "front_desk", "start", null), note(300, "identify")];

  it("has a stay for each arrival; fresh streams in the same place are none", () => {
    const notes = [...there, note(400, "identify", "rotation", null), note(450, "front_desk")];
    expect(visitsOf(talk(notes))).toMatchObject([
      { order: 1, segment: "front_desk", enteredAt: 100, leftAt: 300, by: null },
      { order: 2, segment: "identify", enteredAt: 300, leftAt: 450, by: "model" },
      { order: 3, segment: "front_desk", enteredAt: 450, leftAt: null, by: "model" },
    ]);
  });

  it("ends with the session", () => {
    const session = { id: "s1", agent: "bank", startedAt: 0, endedAt: 900 };
    expect(visitsOf(talk(there, { session })).at(-1)).toMatchObject({ leftAt: 900 });
  });

  it("has numbers where the gateway told them of the same stay, and of no other", () => {
    const status = { path: [numbers("front_desk", 2), numbers("loans", 1)], facts: {} };
    expect(visitsOf(talk(there, { status })).map((visit) => visit.numbers?.turns ?? null)).toEqual([2, null]);
  });

  it("shows a recovery in another segment as an arrival, too", () => {
    expect(visitsOf(talk([...there, note(500, "loans", "recovery", null)]))).toHaveLength(3);
  });
});

describe("the stations", () => {
  it("are the agent's segments in their order, with places on the path and the time in each", () => {
    const notes = [note(100, "front_desk", "start"), note(300, "identify"), note(450, "front_desk")];
    expect(stationsOf(talk(notes), 1000)).toEqual([
      { name: "front_desk", purpose: "Finds out what for.", orders: [1, 3], ms: 750, present: true },
      { name: "identify", purpose: null, orders: [2], ms: 150, present: false },
      { name: "loans", purpose: null, orders: [], ms: null, present: false },
    ]);
  });

  it("include one that was visited though the gateway does not list it", () => {
    const names = stationsOf(talk([note(1, "attic", "start")]), 2).map(({ name }) => name);
    expect(names).toEqual(["front_desk", "identify", "loans", "attic"]);
  });

  it("are none before anything is known", () => {
    expect(stationsOf({ ...talk([]), agents: { status: "failed" } }, 0)).toEqual([]);
  });
});

describe("the ways on", () => {
  it("are those that a client may ask for, from where the talk is", () => {
    expect(waysOf(talk([]))).toEqual([]);
    expect(waysOf(talk([note(1, "front_desk", "start")]))).toEqual(["loans"]);
    expect(waysOf(talk([note(1, "front_desk", "start"), note(2, "identify")]))).toEqual(["front_desk"]);
    expect(waysOf(talk([note(1, "attic", "start")]))).toEqual([]);
  });
});
