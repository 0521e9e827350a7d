import { expect, it } from "vitest";
import type { Span } from "../../console/src/state/timeline.ts";
import { initialState } from "../../console/src/state.ts";
import { layoutTimeline } from "../../console/src/timeline-layout.ts";

const span = (over: Partial<Span>): Span => ({
  key: "s",
  lane: "caller",
  from: 1_000,
  to: 2_000,
  label: "",
  answer: null,
  ...over,
});
const state = (...spans: readonly Span[]) => ({
  ...initialState,
  session: { id: "s", agent: "a", startedAt: 0, endedAt: null },
  timeline: { spans, marks: [] },
  turnOf: { 1: 1 },
  turns: [{ turn: 1, firstAudioMs: 640, sinceSpeechMs: 1_900, tools: [], interrupted: false, gateway: null }],
});

it("draws time to scale, and what still goes on up to now", () => {
  const { bars, width } = layoutTimeline(
    state(span({}), span({ key: "o", from: 5_000, to: null })),
    9_000,
    10,
    50,
  );
  expect(bars).toMatchObject([
    { x: 10, width: 10, open: false },
    { x: 50, width: 40, open: true },
  ]);
  expect(width).toBeGreaterThanOrEqual(90);
});

it("shows the shortest sound", () => {
  expect(layoutTimeline(state(span({ to: 1_001 })), 9_000, 10, 50).bars[0]?.width).toBeGreaterThanOrEqual(3);
});

it("spans the answer time from the caller's last word to the first sound, once per turn", () => {
  const answer = span({ key: "a", lane: "agent", from: 2_700, to: 3_000, answer: 1 });
  const { latencies } = layoutTimeline(
    state(span({}), answer, { ...answer, key: "b", from: 4_000 }),
    9_000,
    10,
    50,
  );
  expect(latencies).toEqual([{ key: "turn:1", from: 20, to: 27, label: "640 ms" }]);
});

it("says in words what is drawn", () => {
  expect(layoutTimeline(state(span({})), 65_000, 10, 50).words).toBe(
    "01:05 of conversation, you spoke 1 time, the agent 0 times, 0 tool calls, 0 interruptions",
  );
});

it("counts an answer once, whatever pauses it has", () => {
  const heard = (key: string, answer: number) => span({ key, lane: "agent", answer });
  expect(layoutTimeline(state(heard("a", 1), heard("b", 1), heard("c", 2)), 65_000, 10, 50).words).toContain(
    "the agent 2 times,",
  );
});

it("is never narrower than its frame, nor crowded with ticks", () => {
  const hour = layoutTimeline(state(), 3_600_000, 0.5, 800);
  expect(hour.width).toBeGreaterThanOrEqual(1_800);
  expect(hour.ticks.length).toBeLessThan(30);
});
