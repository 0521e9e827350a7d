import { describe, expect, it } from "vitest";
import type { PlaybackReport } from "../../console/src/audio/thread-messages.ts";
import { CONSOLE } from "../../console/src/limits.ts";
import { type AgentEntry, agentText, type ToolEntry } from "../../console/src/state/entries.ts";
import { cutOf } from "../../console/src/state/heard.ts";
import { type Action, initialState, reduce, type State } from "../../console/src/state.ts";
import { readMessage } from "../../console/src/wire/messages.ts";

/** A session that has been started, told things in order, numbered from 1 unless they carry a number. */
const tell = (from: State, ...messages: readonly Record<string, unknown>[]): State =>
  messages.reduce<State>((state, message) => {
    const seq = message.seq ?? state.sequence.last + 1;
    const reading = readMessage(JSON.stringify({ ...message, seq }));
    return reduce(state, { type: "server", at: 1000 + state.sequence.last, reading });
  }, from);

const act = (from: State, ...actions: readonly Action[]): State => actions.reduce(reduce, from);

const talking = tell(act(initialState, { type: "started", at: 1000, agent: "bank", who: null }), {
  type: "ready",
  session: "s1",
  agent: "bank",
});

const transcript = (over: Record<string, unknown>) => ({
  type: "transcript",
  role: "agent",
  turn: 1,
  answer: 1,
  item: "a1",
  text: "",
  final: false,
  ...over,
});
const caller = (over: Record<string, unknown>) =>
  transcript({ role: "caller", answer: null, item: "c1", ...over });

const report = (over: Partial<PlaybackReport>): PlaybackReport => ({
  position: null,
  finished: [],
  playing: false,
  queuedMs: 0,
  underruns: 0,
  rms: 0,
  dropped: null,
  ...over,
});

const answerOf = (state: State, answer = 1): AgentEntry => {
  const entry = state.entries.find(({ key }) => key === `answer:${answer}`);
  if (entry?.kind !== "agent") throw new Error(`no answer ${answer}`);
  return entry;
};
const toolOf = (state: State): ToolEntry => {
  const entry = state.entries.find(({ kind }) => kind === "tool");
  if (entry?.kind !== "tool") throw new Error("no tool");
  return entry;
};

describe("words", () => {
  it("shows interim words until final ones take their place", () => {
    const interim = tell(talking, caller({ text: "what is" }));
    expect(interim.entries).toMatchObject([{ kind: "caller", text: "what is", final: false }]);
    const final = tell(interim, caller({ text: "What is my balance?", final: true }));
    expect(final.entries).toMatchObject([{ kind: "caller", text: "What is my balance?", final: true }]);
  });

  it("does not let a late interim undo what is final", () => {
    const state = tell(
      talking,
      caller({ text: "Hello.", final: true }),
      caller({ text: "hel" }),
      transcript({ text: "Good day.", final: true }),
      transcript({ text: "Good" }),
    );
    expect(state.entries).toMatchObject([
      { text: "Hello.", final: true },
      { items: [{ text: "Good day.", final: true }] },
    ]);
  });

  it("puts what the caller said before its answer, also when it is told after", () => {
    const state = tell(
      talking,
      transcript({ text: "Certainly." }),
      caller({ text: "Please help.", final: true }),
    );
    expect(state.entries.map(({ kind }) => kind)).toEqual(["caller", "agent"]);
  });

  it("joins the sentences of one answer in the order in which they came", () => {
    const state = tell(
      talking,
      transcript({ item: "a1", text: "One." }),
      transcript({ item: "a2", text: "Two." }),
      transcript({ item: "a1", text: "One!", final: true }),
    );
    expect(agentText(answerOf(state))).toBe("One! Two.");
  });

  it("shows typed words at once and does not show them twice when the gateway confirms them", () => {
    const typed = act(talking, { type: "typed", at: 1500, text: "hello  there" });
    expect(typed.entries).toMatchObject([{ kind: "caller", text: "hello  there", final: false }]);
    const confirmed = tell(typed, caller({ text: "hello there", final: true }));
    expect(confirmed.entries).toMatchObject([
      { kind: "caller", text: "hello there", final: true, turn: 1, at: 1500 },
    ]);
  });

  it("keeps markup as the text that it is", () => {
    const state = tell(talking, caller({ text: "<img src=x onerror=alert(1)>", final: true }));
    expect(state.entries).toMatchObject([{ text: "<img src=x onerror=alert(1)>" }]);
  });
});

describe("interruptions", () => {
  const interrupted = {
    type: "interrupted",
    answer: 1,
    heardMs: 900,
    heardText: "Your balance is",
    by: "caller",
  };
  const planned = tell(talking, transcript({ text: "Your balance is twelve euros." }));

  it("keeps what was heard and strikes the rest", () => {
    const state = tell(planned, interrupted);
    expect(cutOf(answerOf(state))).toEqual({ heard: "Your balance is", unheard: "twelve euros." });
    expect(state.silenced).toBe(1);
    expect(state.timeline.marks).toMatchObject([{ kind: "interruption", label: "You broke in" }]);
  });

  it("strikes the same words when the final transcript holds only what was heard", () => {
    const state = tell(planned, interrupted, transcript({ text: "Your balance is twelve", final: true }));
    expect(cutOf(answerOf(state))).toEqual({ heard: "Your balance is twelve", unheard: "euros." });
  });

  it("lets nothing of the interrupted answer come back to life", () => {
    const state = tell(planned, interrupted, transcript({ item: "a9", text: "And another thing." }));
    expect(answerOf(state).items).toHaveLength(1);
    const again = tell(state, { ...interrupted, heardText: "Your balance is twelve euros.", heardMs: 5000 });
    expect(answerOf(again).interruption).toMatchObject({ heardMs: 900 });
  });

  it("remembers an interruption that comes before any of the answer's words", () => {
    const state = tell(
      talking,
      { ...interrupted, heardText: "", heardMs: 0 },
      transcript({ text: "Late words." }),
    );
    expect(cutOf(answerOf(state))).toEqual({ heard: "", unheard: "" });
  });

  it("forgets silenced answers only upwards", () => {
    const state = act(tell(talking, { ...interrupted, answer: 4 }), { type: "silenced", answer: 2 });
    expect(state.silenced).toBe(4);
  });
});

describe("tools", () => {
  const started = { type: "tool_started", call: "t1", name: "balance", arguments: { account: "1" } };
  const ended = {
    type: "tool_ended",
    call: "t1",
    name: "balance",
    status: "ok",
    result: { euros: 12 },
    ms: 80,
  };

  it("shows a call from its start to its end", () => {
    const running = tell(talking, started);
    expect(toolOf(running)).toMatchObject({ state: "running", arguments: { account: "1" }, ms: null });
    expect(toolOf(tell(running, ended))).toMatchObject({ state: "ok", result: { euros: 12 }, ms: 80 });
  });

  it("makes one whole card of an end that comes before its start", () => {
    const state = tell(talking, ended, started);
    expect(state.entries).toHaveLength(1);
    expect(toolOf(state)).toMatchObject({ state: "ok", arguments: { account: "1" }, ms: 80 });
    expect(state.timeline.spans).toHaveLength(1);
  });

  it("keeps the first of two endings", () => {
    const state = tell(talking, started, ended, { ...ended, status: "failed", reason: "timeout", ms: 9999 });
    expect(toolOf(state)).toMatchObject({ state: "ok", ms: 80 });
  });

  it("says why a call failed, and shows nothing where the gateway hides details", () => {
    const state = tell(
      talking,
      { ...started, arguments: undefined },
      { ...ended, status: "failed", reason: "timeout", result: undefined },
    );
    expect(toolOf(state)).toMatchObject({
      state: "failed",
      reason: "timeout",
      arguments: undefined,
      result: undefined,
    });
  });

  it("asks for the result of a call that is the client's to run, and no more once it is given", () => {
    const asked = tell(talking, {
      type: "tool_call",
      call: "t1",
      name: "pick",
      arguments: {},
      timeoutMs: 9000,
    });
    expect(toolOf(asked).state).toBe("asked");
    expect(toolOf(act(asked, { type: "tool_answered", call: "t1" })).state).toBe("running");
  });
});

describe("numbers", () => {
  it("does not take a message twice", () => {
    const once = tell(talking, { ...caller({ text: "One", final: true }), seq: 2 });
    const twice = tell(once, { ...caller({ item: "c2", text: "Two", final: true }), seq: 2 });
    expect(twice.entries).toEqual(once.entries);
    expect(twice.unread.repeated).toBe(1);
  });

  it("takes a message that was overtaken, once", () => {
    const late = { ...caller({ text: "Late", final: true }), seq: 2 };
    const gap = tell(talking, { ...transcript({ text: "Early" }), seq: 3 });
    expect(gap.sequence.missing).toEqual([2]);
    const whole = tell(gap, late, late);
    expect(whole.sequence.missing).toEqual([]);
    expect(whole.entries.map(({ kind }) => kind)).toEqual(["caller", "agent"]);
    expect(whole.unread.repeated).toBe(1);
  });

  it("counts audio in the same numbering, and changes nothing for audio seen before", () => {
    const heard = act(talking, { type: "audio", seq: 2, answer: 1 });
    expect(heard).toMatchObject({ newestAnswer: 1, sequence: { last: 2, missing: [] } });
    expect(act(heard, { type: "audio", seq: 2, answer: 7 })).toBe(heard);
  });

  it("keeps a bounded list of what is missing, however wild the numbers", () => {
    const state = tell(talking, { ...caller({ text: "x" }), seq: 4_000_000_000 });
    expect(state.sequence.missing.length).toBeLessThanOrEqual(CONSOLE.missingKept);
  });

  it("goes on after messages it does not know or cannot read", () => {
    const state = tell(
      talking,
      { type: "weather", sky: "blue" },
      { type: "transcript", role: "ghost" },
      { type: "interrupted", answer: "one" },
      { type: "constructor" },
      caller({ text: "Still here.", final: true }),
    );
    expect(state.unread).toEqual({ unknown: 2, malformed: 2, repeated: 0 });
    expect(state.entries).toMatchObject([{ text: "Still here." }]);
    expect(
      reduce(state, { type: "server", at: 1, reading: readMessage("]nonsense[") }).unread.malformed,
    ).toBe(3);
  });
});

describe("time", () => {
  const sounding = (answer: number, at: number): Action => ({
    type: "playback",
    at,
    report: report({ playing: true, position: { answer, ms: 1 } }),
  });

  it("draws speech from its start to its stop, and the agent's from what really sounded", () => {
    const spoken = tell(talking, { type: "speech", state: "started" }, { type: "speech", state: "stopped" });
    const answered = act(spoken, sounding(1, 3000), sounding(1, 3040), {
      type: "playback",
      at: 4000,
      report: report({}),
    });
    expect(answered.timeline.spans).toMatchObject([
      { lane: "caller", from: 1001, to: 1002 },
      { lane: "agent", from: 3000, to: 4000, answer: 1 },
    ]);
  });

  it("begins a new stretch when one answer follows another without a pause", () => {
    const state = act(talking, sounding(1, 3000), sounding(2, 3500));
    expect(state.timeline.spans).toMatchObject([
      { from: 3000, to: 3500, answer: 1 },
      { from: 3500, to: null, answer: 2 },
    ]);
  });

  it("draws an answer as one stretch though the queue ran dry within it, and its own pauses as pauses", () => {
    const silent = (at: number, underruns = 0): Action => ({
      type: "playback",
      at,
      report: report({ underruns }),
    });
    const again = (answer: number, at: number, underruns: number): Action => ({
      type: "playback",
      at,
      report: report({ playing: true, position: { answer, ms: 1 }, underruns }),
    });
    const dry = act(talking, sounding(1, 3000), silent(3500), again(1, 3600, 1));
    expect(dry.timeline.spans).toMatchObject([{ from: 3000, to: null, answer: 1 }]);
    const paused = act(dry, silent(4000, 1), again(1, 9000, 1));
    expect(paused.timeline.spans).toMatchObject([
      { from: 3000, to: 4000, answer: 1 },
      { from: 9000, to: null, answer: 1 },
    ]);
    expect(act(paused, silent(9500, 1), again(2, 9600, 2)).timeline.spans.slice(1)).toMatchObject([
      { from: 9000, to: 9500, answer: 1 },
      { from: 9600, to: null, answer: 2 },
    ]);
  });

  it("leaves nothing open when the session ends", () => {
    const open = act(tell(talking, { type: "speech", state: "started" }), sounding(1, 2000));
    const ended = tell(open, { type: "closing", reason: "time_limit" });
    expect(ended.timeline.spans.every(({ to }) => to !== null)).toBe(true);
    expect(ended).toMatchObject({ connection: { status: "ended" }, sounding: null, microphone: "off" });
    expect(act(ended, sounding(1, 9000)).timeline).toEqual(ended.timeline);
  });

  it("ignores the end of speech that never began", () => {
    expect(tell(talking, { type: "speech", state: "stopped" }).timeline.spans).toEqual([]);
  });

  it("keeps one row of metrics per turn, in order, whatever the order of their coming", () => {
    const metrics = {
      type: "metrics",
      firstAudioMs: 700,
      sinceSpeechMs: 1200,
      tools: [],
      interrupted: false,
    };
    const state = tell(
      talking,
      { ...metrics, turn: 2 },
      { ...metrics, turn: 1 },
      { ...metrics, turn: 2, interrupted: true },
    );
    expect(state.turns).toMatchObject([{ turn: 1 }, { turn: 2, interrupted: true }]);
  });
});

describe("the session", () => {
  it("says in words why it ended, and keeps the first reason", () => {
    const closed = tell(talking, { type: "closing", reason: "time_limit" });
    const later = act(closed, { type: "ended", at: 5000, reason: "The connection was lost." });
    expect(later.connection).toEqual({ status: "ended", reason: "The session reached its longest time." });
  });

  it("shows an error of the gateway's with what to do, once", () => {
    const error = {
      type: "error",
      error: { code: "model_busy", message: "The speech model is at capacity." },
    };
    const state = tell(talking, error, error);
    expect(state.problems).toHaveLength(1);
    expect(state.problems[0]?.title).toBe("The speech model is at capacity.");
    expect(state.problems[0]?.mend).toContain("again");
    expect(act(state, { type: "dismissed", id: "gateway:model_busy" }).problems).toEqual([]);
  });

  it("begins the next session with a clean record", () => {
    const used = tell(talking, caller({ text: "Old words", final: true }), {
      type: "closing",
      reason: "bye",
    });
    const fresh = act(used, { type: "started", at: 9000, agent: "bank", who: null });
    expect(fresh).toMatchObject({
      entries: [],
      silenced: 0,
      sequence: { last: 0 },
      session: { startedAt: 9000, endedAt: null },
    });
  });
});
