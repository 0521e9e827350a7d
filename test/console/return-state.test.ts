/**
 * What the console knows while its line is away, and after: what is news, what is lost, what a reload takes along.
 */
import { describe, expect, it } from "vitest";
import { recordOf } from "../../console/src/gateway/kept-session.ts";
import { noSequence, note, resumeAt, seenOf, want } from "../../console/src/state/sequence.ts";
import { type Action, initialState, reduce, type State } from "../../console/src/state.ts";
import { readMessage } from "../../console/src/wire/messages.ts";

const act = (from: State, ...actions: readonly Action[]): State => actions.reduce(reduce, from);
const hear = (from: State, ...messages: readonly object[]): State =>
  messages.reduce<State>(
    (state, message) =>
      reduce(state, { type: "server", at: 2000, reading: readMessage(JSON.stringify(message)) }),
    from,
  );
const words = (seq: number, text: string) =>
  ({
    type: "transcript",
    seq,
    role: "agent",
    turn: 1,
    answer: 1,
    item: `a${seq}`,
    text,
    final: true,
  }) as const;
const ready = { type: "ready", seq: 1, session: "s", agent: "bank" };
const talking = hear(
  act(initialState, { type: "started", at: 1000, agent: "bank", who: null }),
  ready,
  words(2, "One."),
);

describe("a session whose line is away", () => {
  it("is away since then, and talks again when it is resumed", () => {
    const away = act(talking, { type: "away", at: 5000 });
    expect(away.connection).toEqual({ status: "away", since: 5000 });
    expect(hear(away, { type: "resumed", seq: 2, from: 3, lost: 0, lostMs: 0 }).connection).toEqual({
      status: "talking",
    });
  });

  it("takes what it has seen for nothing new, and what it has not for news", () => {
    const back = hear(
      act(talking, { type: "away", at: 5000 }),
      { type: "resumed", seq: 0, from: 1, lost: 0, lostMs: 0 },
      ready,
      words(2, "Twice."),
      words(3, "Two."),
    );
    expect(JSON.stringify(back.entries)).toContain("Two.");
    expect(JSON.stringify(back.entries)).not.toContain("Twice.");
    expect(back.sequence).toEqual({ last: 3, missing: [], lost: 0 });
  });

  it("counts what is lost, and does not wait for it", () => {
    const back = hear(
      talking,
      { type: "resumed", seq: 20, from: 21, lost: 18, lostMs: 0 },
      words(21, "Late."),
    );
    expect(back.sequence).toEqual({ last: 21, missing: [], lost: 18 });
  });

  it("may still end", () => {
    const away = act(talking, { type: "away", at: 5000 });
    expect(act(away, { type: "ended", at: 6000, reason: "lost" }).connection).toMatchObject({
      status: "ended",
    });
  });
});

describe("the numbers that have come", () => {
  const upTo = (last: number) => ({ ...noSequence, last });

  it("are seen up to the first that is missing", () => {
    expect(seenOf(upTo(9))).toBe(9);
    expect(seenOf(want(upTo(9), [7, 5]))).toBe(4);
  });

  it("may be wanted again, and are news then, once", () => {
    const wanting = resumeAt(want(upTo(9), [5, 7]), 5);
    expect(note(wanting, 6)).toBeNull();
    const heard = note(wanting, 7);
    expect(heard).toMatchObject({ last: 9, missing: [5] });
    expect(heard && note(heard, 7)).toBeNull();
  });

  it("are lost when what follows begins after them", () => {
    expect(resumeAt(want(upTo(9), [5, 7]), 7)).toEqual({ last: 9, missing: [7], lost: 1 });
    expect(resumeAt(want(upTo(9), [5, 7]), 13)).toEqual({ last: 12, missing: [], lost: 5 });
  });
});

describe("a page that is loaded again", () => {
  it("knows what the one before it knew, through JSON, and is away", () => {
    const record = JSON.parse(JSON.stringify(recordOf(talking)));
    const reopened = act(initialState, {
      type: "reopened",
      at: 9000,
      session: "s",
      agent: "bank",
      who: null,
      record,
    });
    expect(recordOf(reopened)).toEqual(recordOf(talking));
    expect(reopened.connection).toEqual({ status: "away", since: 9000 });
  });

  it("that went without a word knows its session, and no more", () => {
    const reopened = act(initialState, {
      type: "reopened",
      at: 9000,
      session: "s",
      agent: "bank",
      who: null,
      record: null,
    });
    expect(reopened).toMatchObject({ entries: [], session: { id: "s", agent: "bank", endedAt: null } });
    expect(seenOf(reopened.sequence)).toBe(0);
  });

  it("takes no voice along that still sounded", () => {
    const sounding = act(talking, {
      type: "playback",
      at: 3000,
      report: {
        position: { answer: 1, ms: 10 },
        finished: [],
        playing: true,
        queuedMs: 100,
        underruns: 0,
        rms: 0.1,
        dropped: null,
      },
    });
    const record = recordOf(sounding);
    const reopened = act(initialState, {
      type: "reopened",
      at: 9000,
      session: "s",
      agent: "bank",
      who: null,
      record,
    });
    expect(reopened.timeline.spans.map(({ to }) => to)).toEqual([9000]);
    expect(reopened.sounding).toBeNull();
  });
});
