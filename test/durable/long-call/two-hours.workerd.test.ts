import { abortAllDurableObjects } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { countFrames, witnessOf } from "../../../bench/hand-over/witness.ts";
import { LIMITS } from "../../../src/base/limits.ts";
import { api, emulator, type Message, type TraceEntry } from "../../workerd/call.ts";
import { CALLER, house } from "../../workerd/long-call/house.ts";
import { LongCaller } from "../../workerd/long-call/long-caller.ts";
import { ALOUD, SCENARIO } from "../../workerd/long-call/scenario.ts";
import { COUNT, LOOK_UP, PING, Talk, timesHeard } from "../../workerd/long-call/talk.ts";

const MINUTE = 60_000;
const CALL_MS = 120 * MINUTE;
/** The least that the emulator takes: its clock stands still but for what it is turned. */
const STILL = 0.1;
/** The stays of the call on one stream in which these things happen. */
const SOCKET_LOST = 4;
const OBJECT_LOST = 8;
const MOVED_WHILE_LISTENING = 5;
const utf8 = new TextEncoder();

/** The call, from its first word to its last, and what the emulator has to say of it. */
async function holdTheCall() {
  const caller = await LongCaller.ready("patient");
  const talk = new Talk(caller);
  const age = (): number => house.clock.now() - caller.beganAt;
  const kinds = [PING, COUNT, LOOK_UP];
  /** How long the caller stayed on each stream that was left for its age. */
  const stays: number[] = [];
  for (let stay = 0; age() < CALL_MS - 8 * MINUTE; stay++) {
    const since = house.clock.now();
    const until = (minute: number): Promise<void> => caller.pass(since + minute * MINUTE - house.clock.now());
    // Whoever has just been moved is talked to at once.
    await (stay % 2 === 0 ? talk.speaks() : talk.asks(PING));
    for (const minute of [1, 3, 5]) {
      await until(minute);
      if (minute === 1 && stay % 3 === 0) await talk.talksOver();
      else if (minute === 3 && stay === SOCKET_LOST) await talk.asks(PING, () => caller.loseSocket(1_600));
      else if (minute === 5 && stay === OBJECT_LOST) await caller.loseObject(abortAllDurableObjects);
      else await talk.asks(kinds[(stay + minute) % kinds.length] ?? PING);
    }
    if (stay === OBJECT_LOST) continue;
    const before = talk.rotations();
    const isMoved = (): boolean => talk.rotations() > before;
    // In turn: at the end of a turn, in a silence, and at once, whoever speaks.
    await until(stay % 3 === 0 ? 6.1 : 6.9);
    if (stay % 3 === 0) await talk.asks(PING);
    else if (stay === MOVED_WHILE_LISTENING) await talk.isMovedWhileItListens(since + LIMITS.rotateAtOnceMs);
    else if (stay % 3 === 2) await talk.speaks(() => caller.passUntil(isMoved, true));
    await caller.passUntil(isMoved);
    stays.push(house.clock.now() - since);
  }
  await caller.pass(CALL_MS - age());
  const closed = await caller.hangUp();
  const traces: (readonly TraceEntry[])[] = [];
  for (const stream of await caller.streams()) {
    await stream.ended();
    traces.push(await stream.entries());
  }
  return { caller, talk, stays, closed, traces, told: caller.since(0), lastedMs: age() };
}

describe("a call of two hours", () => {
  let call: Awaited<ReturnType<typeof holdTheCall>>;

  beforeAll(async () => {
    const { speed } = (await emulator("/health")) as { readonly speed: number };
    await emulator("/scenario", { method: "POST", body: JSON.stringify(SCENARIO) });
    await emulator("/clock", { method: "POST", body: JSON.stringify({ speed: STILL }) });
    call = await holdTheCall();
    await emulator("/clock", { method: "POST", body: JSON.stringify({ speed }) });
    await emulator("/scenario", { method: "DELETE" });
    // Some 20 s where nobody else is at work.
  }, 240_000);

  const of = (type: string, members: Partial<Message> = {}): readonly Message[] =>
    call.told.filter(
      (message) =>
        message.type === type && Object.entries(members).every(([name, value]) => message[name] === value),
    );

  it("moves to a fresh stream fifteen times and more, at every age there is, without a gap", () => {
    expect(call.lastedMs).toBeGreaterThanOrEqual(CALL_MS);
    const rotations = of("segment", { reason: "rotation" });
    expect(rotations.length).toBeGreaterThanOrEqual(15);
    expect(rotations.map(({ gapMs }) => gapMs)).toEqual(rotations.map(() => 0));
    const ages = [
      LIMITS.rotateAtTurnEndMs,
      LIMITS.rotateAtSilenceMs,
      LIMITS.rotateAtOnceMs,
      LIMITS.streamMaxMs,
    ];
    const counts = ages.map((age, place) => {
      const next = ages[place + 1] ?? Number.POSITIVE_INFINITY;
      return call.stays.filter((ms) => ms >= age && ms < next).length;
    });
    expect(Math.min(...counts.slice(0, 3))).toBeGreaterThanOrEqual(3);
    expect(counts[3]).toBe(0);
  });

  it("is moved in the middle of an answer, and hears it to its end", () => {
    const moves = call.told.flatMap(({ type, reason }, place) =>
      type === "segment" && reason === "rotation" ? [place] : [],
    );
    const placeOf = (state: string, answer: unknown): number =>
      call.told.findIndex((told) => told.type === "answer" && told.state === state && told.answer === answer);
    const through = of("answer", { state: "ended" }).filter(({ answer }) =>
      moves.some((move) => placeOf("started", answer) < move && move < placeOf("ended", answer)),
    );
    expect(through).toHaveLength(1);
  });

  it("loses nothing else: no stream but the one whose object was lost, and no word of an error", () => {
    expect(of("segment", { reason: "recovery" })).toHaveLength(1);
    expect(call.traces).toHaveLength(of("segment", { reason: "rotation" }).length + 2);
    expect(of("error")).toEqual([]);
  });

  it("has every frame of its caller's heard, in order, and none twice by one stream", () => {
    const { lost, disordered, replayed } = countFrames(call.traces.map(witnessOf), 0, call.caller.frames);
    expect(call.caller.frames * CALLER.frameMs).toBeGreaterThan(0.99 * CALL_MS);
    expect(lost).toEqual([]);
    expect(disordered).toEqual([]);
    // Of a sentence that is under way a fresh stream hears what is kept of its beginning, and no more.
    expect((Math.max(...replayed) - 2) * CALLER.frameMs).toBeLessThanOrEqual(LIMITS.callerBufferMs);
    expect(Math.max(...replayed)).toBeGreaterThan(0);
  });

  it("has every question answered exactly once", () => {
    const { owed, aloud } = call.talk;
    expect(owed.length).toBeGreaterThan(40);
    expect(owed.filter((words) => timesHeard(call.told, words) !== 1)).toEqual([]);
    expect(aloud).toBeGreaterThan(15);
    expect(timesHeard(call.told, ALOUD)).toBe(aloud);
    const answers = new Set(of("answer", { state: "ended" }).map(({ answer }) => answer));
    for (const answer of call.talk.interrupted) answers.delete(answer);
    expect(answers.size).toBe(owed.length + aloud);
  });

  it("has each tool run once, and its result told once", () => {
    expect(call.talk.counted.length).toBeGreaterThan(5);
    expect(house.counted).toEqual(call.talk.counted);
    const ended = of("tool_ended", { status: "ok" }).map(({ call: id }) => id);
    expect(new Set(ended).size).toBe(ended.length);
    expect(of("tool_started").map(({ call: id }) => id)).toEqual(ended);
  });

  it("is silent at once when its caller talks over it", () => {
    expect(call.talk.interrupted.length).toBeGreaterThan(3);
    for (const answer of call.talk.interrupted) {
      const at = call.told.findIndex((told) => told.type === "interrupted" && told.answer === answer);
      expect(call.told.slice(at).filter((told) => told.type === "audio" && told.answer === answer)).toEqual(
        [],
      );
    }
  });

  it("tells its client everything under numbers without a gap, over three sockets and two objects", () => {
    const numbers = call.told.filter(({ type }) => type !== "resumed").map(({ seq }) => seq);
    expect(of("resumed").map(({ lost }) => lost)).toEqual([0, 0]);
    expect(numbers).toEqual(numbers.map((_, place) => place + 1));
  });

  it("tells each stream what was said in the model's bounds, beginning with the caller", () => {
    const histories = call.traces.map(historyOf);
    expect(histories[0]).toEqual([]);
    for (const history of histories.slice(1)) {
      expect(history[0]?.role).toBe("USER");
      expect(history.at(-1)?.role).toBe("ASSISTANT");
      expect(Math.max(...history.map(({ text }) => bytesOf(text)))).toBeLessThanOrEqual(
        LIMITS.historyMessageBytes,
      );
    }
    const sizes = histories.map((history) => history.reduce((sum, { text }) => sum + bytesOf(text), 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.historyBytes);
    // There was more to tell than that.
    expect(Math.max(...sizes)).toBeGreaterThan(0.9 * LIMITS.historyBytes);
  });

  it("leaves each stream in order, before its eight minutes are over", () => {
    const sessionEnds = call.traces.map((trace) => {
      expect(
        trace.filter(({ direction, name }) => direction === "sent" && /exception|error/i.test(name)),
      ).toEqual([]);
      expect(trace.at(-1)?.at).toBeLessThan(LIMITS.streamMaxMs);
      return trace.filter(({ direction, name }) => direction === "received" && name === "sessionEnd").length;
    });
    // The object that was lost could not say goodbye to its stream.
    expect(sessionEnds.filter((count) => count === 1)).toHaveLength(call.traces.length - 1);
  });

  it("ends in order, and leaves nothing behind", async () => {
    expect(call.closed).toEqual({ code: 1000, reason: "bye" });
    expect(call.told.at(-1)).toMatchObject({ type: "closing", reason: "bye" });
    const status = await (await api(`/v1/sessions/${call.caller.session}`)).json();
    expect(status).toMatchObject({ state: "ended", end: "bye", streams: call.traces.length });
    expect(await emulator("/health")).toMatchObject({ streams: 0 });
    const { models } = (await (await api("/v1/capacity")).json()) as { models: readonly object[] };
    expect(models).toMatchObject([{ used: 0, waiting: 0 }]);
  });
});

const bytesOf = (text: string): number => utf8.encode(text).byteLength;

/** What a stream was told of the talk before it. */
function historyOf(
  trace: readonly TraceEntry[],
): readonly { readonly role: string; readonly text: string }[] {
  const roles = new Map<unknown, string>();
  return trace.flatMap(({ direction, name, body }) => {
    const { contentName, role, interactive, content } = (body ?? {}) as Record<string, unknown>;
    if (direction !== "received") return [];
    if (name === "contentStart" && interactive === false && role !== "SYSTEM" && role !== "TOOL")
      roles.set(contentName, String(role));
    const known = name === "textInput" ? roles.get(contentName) : undefined;
    return known === undefined ? [] : [{ role: known, text: String(content) }];
  });
}
