import { describe, expect, it } from "vitest";
import { newlyFinal } from "../../console/src/state/words.ts";
import { type Action, initialState, reduce, type State } from "../../console/src/state.ts";
import { transcriptJson, transcriptText } from "../../console/src/transcript-file.ts";
import { readMessage } from "../../console/src/wire/messages.ts";

const act = (from: State, ...actions: readonly Action[]): State => actions.reduce(reduce, from);
const tell = (from: State, ...messages: readonly object[]): State =>
  messages.reduce<State>((state, message) => {
    const seq = state.sequence.last + 1;
    const reading = readMessage(JSON.stringify({ ...message, seq }));
    return reduce(state, { type: "server", at: 1000 * seq, reading });
  }, from);

const talking = tell(
  act(initialState, { type: "started", at: 1000, agent: "bank", who: null }),
  { type: "ready", session: "s1", agent: "bank" },
  { type: "segment", name: "front_desk", reason: "start", from: null, by: null, gapMs: 0 },
);
const moved = {
  type: "segment",
  name: "banking",
  reason: "transition",
  from: "front_desk",
  by: "fact",
  gapMs: 7,
};
const refusal = (code: string, detail?: string) => ({
  type: "error",
  error: { code, message: "The session may not move to that segment now.", ...(detail && { detail }) },
});

describe("a move to another segment", () => {
  it("stands in the record between what was said before and after, and is read aloud once", () => {
    const state = tell(talking, moved, { ...moved, reason: "rotation", from: null, by: null });
    expect(state.entries).toEqual([
      {
        kind: "transition",
        key: "transition:1",
        at: 3000,
        turn: null,
        from: "front_desk",
        to: "banking",
        by: "fact",
        gapMs: 7,
      },
    ]);
    expect(newlyFinal(talking.entries, state.entries)).toEqual(["The talk moved on to banking."]);
    expect(newlyFinal(state.entries, state.entries)).toEqual([]);
  });

  it("has its mark on the timeline, by name", () => {
    expect(tell(talking, moved).timeline.marks.map(({ label }) => label)).toEqual(["front_desk", "banking"]);
  });

  it("goes into the transcript's file, with the path at its end", () => {
    const state = tell(talking, moved, { ...moved, name: "front_desk", from: "banking", by: "client" });
    expect(transcriptText(state).split("\n").slice(2)).toEqual([
      "[00:02] → banking, by fact",
      "[00:03] → front_desk, by you",
      "",
      "Path: front_desk 00:01, banking 00:01, front_desk 00:00",
      "",
    ]);
    expect(transcriptJson(state)).toMatchObject({
      path: [{ segment: "front_desk" }, { segment: "banking", by: "fact" }, { segment: "front_desk" }],
    });
  });

  it("may come from a gateway that says neither whence nor why", () => {
    const { from: _from, by: _by, ...bare } = moved;
    expect(tell(talking, bare).entries).toMatchObject([{ kind: "transition", from: null, by: null }]);
  });
});

describe("a wish for another segment", () => {
  const wished = act(talking, { type: "wished", segment: "banking" });

  it("is under way until the talk has moved", () => {
    expect(wished.wish).toEqual({ segment: "banking", refusal: null });
    expect(tell(wished, moved).wish).toBeNull();
    expect(tell(wished, { ...moved, reason: "rotation" }).wish).not.toBeNull();
  });

  it("that is refused is answered where it was made, in the gateway's words", () => {
    const refused = tell(wished, refusal("segment_refused", "authenticated is not known yet"));
    expect(refused.wish).toEqual({ segment: "banking", refusal: "authenticated is not known yet" });
    expect(refused.problems).toEqual([]);
    expect(tell(wished, refusal("segment_unknown")).wish?.refusal).toBe(
      "The session may not move to that segment now.",
    );
  });

  it("is not what another error is about", () => {
    expect(tell(wished, refusal("model_busy")).problems).toHaveLength(1);
    expect(tell(talking, refusal("segment_refused")).problems).toHaveLength(1);
    const twice = tell(wished, refusal("segment_refused", "first"), refusal("segment_refused", "second"));
    expect([twice.wish?.refusal, twice.problems.length]).toEqual(["first", 1]);
  });

  it("is over with the session", () => {
    expect(tell(wished, { type: "closing", reason: "bye" }).wish).toBeNull();
  });
});

describe("a tool that was not allowed", () => {
  const ended = { type: "tool_ended", call: "t1", name: "transfer", status: "failed", ms: 0 };

  it("is told from one that failed", () => {
    const barred = tell(talking, { ...ended, reason: "not_allowed" });
    expect(barred.entries).toMatchObject([{ state: "barred", reason: "not_allowed" }]);
    expect(newlyFinal([], barred.entries)).toEqual(["Tool transfer was not allowed."]);
    const failed = tell(talking, { ...ended, reason: "refused" });
    expect(failed.entries).toMatchObject([{ state: "failed" }]);
    expect(newlyFinal([], failed.entries)).toEqual(["Tool transfer failed."]);
  });
});

it("a session's status is taken for that session alone", () => {
  const status = { path: [], facts: { language: "de" } };
  expect(act(talking, { type: "status", session: "s1", status }).status).toBe(status);
  expect(act(talking, { type: "status", session: "s0", status }).status).toBeNull();
  const fresh = act(
    talking,
    { type: "status", session: "s1", status },
    { type: "started", at: 9, agent: "bank", who: null },
  );
  expect(fresh.status).toBeNull();
});
