/**
 * The judge itself is judged: a score that cannot find a promise broken proves nothing.
 */
import { expect, it } from "vitest";
import { witnessOf } from "../../bench/hand-over/witness.ts";
import type { Caller, Question } from "../../chaos/caller.ts";
import type { Client, Said } from "../../chaos/client.ts";
import { type Judged, score } from "../../chaos/score.ts";

const QUESTION: Question = {
  number: 1,
  kind: "Count",
  session: "s",
  answers: ["Counted 1."],
  asks: 1,
  answeredMs: 900,
  over: false,
};

const told = (answer: number): readonly Said[] => [
  { at: 1, type: "transcript", role: "agent", text: "Counted 1.", answer },
  { at: 2, type: "answer", state: "ended", answer },
];
const counted: Said = { at: 1, type: "tool_ended", name: "count", status: "ok", call: "t1" };

const RUN = { session: "s", call: "t1", number: "1", times: 1 } as const;
const CLIENT = {
  session: "s",
  firstFrame: 100,
  frames: 60,
  spoken: 60,
  speech: new Set(Array.from({ length: 60 }, (_, place) => 100 + place)),
  away: [],
  ended: { wished: true, how: "bye" },
  said: [...told(1), counted],
  intake: { doubled: 0, missing: 0, declared: 0 },
  lateAudio: 0,
  returns: [],
};
const NOTHING_TOLD = witnessOf([]);
const NOTHING_LEFT = { streams: 0, sessions: [], places: [], tools: 0 };
const FRAMES = Array.from({ length: 60 }, (_, place) => 100 + place);

/** A run in which nothing went wrong, but for what differs. */
function judge(differs: {
  readonly client?: object;
  readonly question?: Partial<Question>;
  readonly frames?: readonly (readonly number[])[];
  readonly judged?: Partial<Judged>;
}): readonly string[] {
  const client = { ...CLIENT, ...differs.client } as unknown as Client;
  const questions = [{ ...QUESTION, ...differs.question }];
  const caller = { client, questions, agent: "plain" } as unknown as Caller;
  const witnesses = (differs.frames ?? [FRAMES]).map((frames) => ({ ...NOTHING_TOLD, frames }));
  const whole = { callers: [caller], witnesses, runs: [RUN], left: NOTHING_LEFT };
  return score({ ...whole, ...differs.judged }).broken.map((broken) => broken.split(":")[0] ?? "");
}

it("a run in which nothing went wrong breaks no promise", () => {
  expect(judge({})).toEqual([]);
  // What one stream was given before it was lost, its successor is given again.
  expect(judge({ frames: [FRAMES.slice(0, 40), FRAMES.slice(20)] })).toEqual([]);
});

it.each<[string, Parameters<typeof judge>[0]]>([
  ["calls lost", { client: { ended: { wished: false, how: "error model_unavailable" } } }],
  ["questions unanswered", { question: { answeredMs: null } }],
  ["answers spoken twice", { client: { said: [...told(1), ...told(2), counted] } }],
  ["frames of speech lost", { frames: [FRAMES.filter((frame) => frame !== 110)] }],
  ["frames doubled in a stream", { frames: [[...FRAMES.slice(0, 20), ...FRAMES.slice(18)]] }],
  ["notices lost", { client: { intake: { ...CLIENT.intake, missing: 1 } } }],
  ["notices doubled", { client: { intake: { ...CLIENT.intake, doubled: 1 } } }],
  ["audio after its interruption", { client: { lateAudio: 1 } }],
  ["tool runs twice", { judged: { runs: [{ ...RUN, times: 2 }] } }],
  ["tool runs twice", { judged: { runs: [RUN, { ...RUN, call: "t2" }] } }],
  ["tool runs lost", { judged: { runs: [] } }],
  [
    "tool runs lost",
    {
      client: {
        said: [{ at: 0, type: "tool_started", call: "t9" }, ...CLIENT.said, { at: 60_000, type: "closing" }],
      },
    },
  ],
  ["streams left open", { judged: { left: { ...NOTHING_LEFT, streams: 1 } } }],
  ["sessions left open", { judged: { left: { ...NOTHING_LEFT, sessions: ["s"] } } }],
  ["places left taken", { judged: { left: { ...NOTHING_LEFT, places: ["us-east-1: 1 taken"] } } }],
  ["tools left running", { judged: { left: { ...NOTHING_LEFT, tools: 1 } } }],
])("%s: is found", (promise, differs) => {
  expect(judge(differs)).toEqual([promise]);
});

it("what was said into a line that was dead, and known to be, is not held against anybody", () => {
  const away = [{ why: "client cut", from: 110, to: 112, since: 0 }];
  const frames = [FRAMES.filter((frame) => frame < 110 || frame > 112)];
  expect(judge({ client: { away }, frames })).toEqual([]);
});

it("silence on a dead line is counted, and missed by nobody", () => {
  expect(judge({ client: { speech: new Set() }, frames: [FRAMES.filter((frame) => frame !== 110)] })).toEqual(
    [],
  );
});
