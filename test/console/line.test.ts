/**
 * The console's line to a session, over sockets that do what the test says, on a clock that it drives.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConnectionSink, Pass } from "../../console/src/gateway/connection.ts";
import { Line } from "../../console/src/gateway/line.ts";
import { type ClientMessage, readMessage } from "../../console/src/wire/messages.ts";

const WAY = { token: "way-back", forMs: 60_000 };

/** One socket, seen from the gateway. */
interface Socket {
  readonly pass: Pass;
  readonly sink: ConnectionSink;
  readonly said: ClientMessage[];
  readonly frames: number[];
  dropped: boolean;
}

let sockets: Socket[];
let events: string[];
let seen: number | null;
let isOver: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  events = [];
  seen = 7;
  isOver = false;
});
afterEach(() => {
  vi.useRealTimers();
});

const world = {
  connect: (_session: string, pass: Pass, sink: ConnectionSink) => {
    const socket: Socket = { pass, sink, said: [], frames: [], dropped: false };
    sockets.push(socket);
    return {
      say: (message: ClientMessage) => void socket.said.push(message),
      sendAudio: (samples: Int16Array) => socket.frames.push(samples[0] ?? 0) > 0,
      leave: () => void socket.said.push({ type: "bye" }),
      drop: () => {
        socket.dropped = true;
      },
    };
  },
  now: () => Date.now(),
  random: () => 1,
  seen: () => seen,
  isOver: async () => isOver,
};
const sink = {
  onMessage: () => undefined,
  onAudio: ({ seq }: { seq: number }) => void events.push(`audio ${seq}`),
  onReturn: () => undefined,
  onAway: () => void events.push("away"),
  onBack: () => void events.push("back"),
  onEnd: (end: string) => void events.push(end),
};
const at = (index: number): Socket => {
  const socket = sockets.at(index);
  if (socket === undefined) throw new Error(`there is no socket ${index} of ${sockets.length}`);
  return socket;
};
const tell = (socket: Socket, message: object): void =>
  socket.sink.onMessage(readMessage(JSON.stringify(message)));
const talking = (): Line => {
  const line = Line.open("s", "ticket", world, sink);
  tell(at(0), { type: "ready", seq: 1, session: "s", agent: "bank", resume: WAY });
  return line;
};
const lose = (code = 1006, opened = true): void => at(-1).sink.onEnd({ opened, code });
const resume = (from = 8): void => tell(at(-1), { type: "resumed", seq: from - 1, from, lost: 0, lostMs: 0 });

describe("a line", () => {
  it("that is lost is found again with the token, and tells what has been seen", () => {
    talking();
    lose();
    expect([events, sockets.length]).toEqual([["away"], 1]);
    vi.advanceTimersByTime(250);
    expect(sockets.map(({ pass }) => pass)).toEqual([
      { type: "ticket", token: "ticket" },
      { type: "resume", token: "way-back", seen: 7 },
    ]);
    resume();
    expect(events).toEqual(["away", "back"]);
  });

  it("tries again with longer pauses, tells once that it is away, and gives up when the session is given up", () => {
    talking();
    lose();
    const tries: number[] = [];
    for (let known = 1; !events.includes("lost"); ) {
      vi.advanceTimersToNextTimer();
      if (sockets.length === known) continue;
      known = sockets.length;
      tries.push(Date.now());
      lose(1006, false);
    }
    const pauses = tries.map((time, index) => time - (tries[index - 1] ?? time));
    expect(pauses.slice(1, 7)).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
    expect(events).toEqual(["away", "lost"]);
    expect(Date.now() - (tries[0] ?? 0)).toBeLessThanOrEqual(WAY.forMs);
    expect(Date.now() - (tries[0] ?? 0)).toBeGreaterThan(WAY.forMs - 11_000);
    const before = sockets.length;
    vi.advanceTimersByTime(120_000);
    expect(sockets.length).toBe(before);
  });

  it("begins anew with short pauses and a full minute when it is lost again", () => {
    talking();
    for (let times = 0; times < 3; times += 1) {
      lose();
      vi.advanceTimersByTime(250);
      resume();
    }
    expect(events).toEqual(["away", "back", "away", "back", "away", "back"]);
  });

  it("keeps what is said while it is away, and says it after what the voice has to tell", () => {
    const line = talking();
    lose();
    line.say({ type: "text", text: "Are you there?" });
    line.say({ type: "dtmf", digits: "1" });
    line.say({ type: "played", answer: 1, ms: 100 });
    line.say({ type: "mute", muted: true });
    vi.advanceTimersByTime(250);
    line.say({ type: "interrupt" });
    expect(at(-1).said).toEqual([]);
    resume();
    expect(at(-1).said).toEqual([
      { type: "text", text: "Are you there?" },
      { type: "dtmf", digits: "1" },
      { type: "interrupt" },
    ]);
    expect(at(0).said).toEqual([]);
  });

  it("keeps the last three seconds of the caller's voice, and sends them in order, once", () => {
    const line = talking();
    lose();
    for (let frame = 1; frame <= 400; frame += 1) expect(line.sendAudio(Int16Array.of(frame))).toBe(true);
    vi.advanceTimersByTime(250);
    expect(at(-1).frames).toEqual([]);
    resume();
    line.sendAudio(Int16Array.of(401));
    expect(at(-1).frames).toEqual(Array.from({ length: 151 }, (_, index) => 251 + index));
  });

  it("that has fallen silent is taken for lost, though its socket says nothing", () => {
    talking();
    for (let seq = 2; seq < 8; seq += 1) {
      vi.advanceTimersByTime(14_000);
      tell(at(0), { type: "ping", seq });
    }
    expect(at(0).said.map((message) => message.type === "pong" && message.seq)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(17_000);
    expect([events, at(0).dropped, sockets.length]).toEqual([["away"], true, 2]);
    // What still comes over the old socket is nobody's.
    at(0).sink.onAudio({ seq: 9, answer: 1, samples: new Int16Array(0) });
    at(0).sink.onEnd({ opened: true, code: 1006 });
    tell(at(0), { type: "ping", seq: 10 });
    expect(events).toEqual(["away"]);
    expect(at(0).said).toHaveLength(6);
  });

  it("whose return stands still is tried again", () => {
    talking();
    lose();
    vi.advanceTimersByTime(250);
    vi.advanceTimersByTime(17_000);
    expect([sockets.length, at(1).dropped]).toEqual([3, true]);
  });

  it("that another device has taken over is left to it", () => {
    talking();
    lose(4411);
    vi.advanceTimersByTime(120_000);
    expect([events, sockets.length]).toEqual([["elsewhere"], 1]);
  });

  it.each([
    [1000, "over"],
    [4410, "over"],
    [4400, "lost"],
    [4401, "lost"],
    [4429, "lost"],
  ])("that was closed with %d is not looked for", (code, end) => {
    talking();
    lose(code);
    vi.advanceTimersByTime(120_000);
    expect([events, sockets.length]).toEqual([[end], 1]);
  });

  it.each([1001, 1011, 1012, 4408, 4414, 4503])("that was closed with %d is looked for", (code) => {
    talking();
    lose(code);
    vi.advanceTimersByTime(250);
    expect([events, sockets.length]).toEqual([["away"], 2]);
  });

  it("is over when the gateway has taken its leave", () => {
    talking();
    tell(at(0), { type: "closing", seq: 9, reason: "time_limit" });
    lose(1000);
    vi.advanceTimersByTime(120_000);
    expect([events, sockets.length]).toEqual([["over"], 1]);
  });

  it("is given up at once when the session is known to be over", async () => {
    talking();
    lose();
    vi.advanceTimersByTime(250);
    isOver = true;
    lose(1006, false);
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toEqual(["away", "over"]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sockets).toHaveLength(2);
  });

  it("to a gateway that tells no way back ends where it is cut", () => {
    Line.open("s", "ticket", world, sink);
    tell(at(0), { type: "ready", seq: 1, session: "s", agent: "bank" });
    vi.advanceTimersByTime(120_000);
    lose();
    expect([events, sockets.length]).toEqual([["lost"], 1]);
  });

  it("that was never let in is refused, not lost", () => {
    Line.open("s", "ticket", world, sink);
    lose(1006, false);
    expect(events).toEqual(["refused"]);
  });

  it("is tried at once when the network is there again, and not twice", () => {
    const line = talking();
    line.hurry();
    lose();
    line.hurry();
    expect(sockets).toHaveLength(2);
    line.hurry();
    vi.advanceTimersByTime(5_000);
    expect(sockets).toHaveLength(2);
  });

  it("takes its leave where it can, and says where it cannot", () => {
    const line = talking();
    expect(line.leave()).toBe(true);
    expect(at(0).said).toEqual([{ type: "bye" }]);
    lose(1000);
    const other = talking();
    tell(at(-1), { type: "ready", seq: 1, session: "s", agent: "bank", resume: WAY });
    lose();
    expect(other.leave()).toBe(false);
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(2);
  });

  it("is opened again after a reload, within what is left of the minute", () => {
    seen = null;
    Line.reopen("s", WAY, Date.now() - 58_000, world, sink);
    expect(at(0).pass).toEqual({ type: "resume", token: "way-back", seen: null });
    for (let tries = 1; tries <= 3; tries += 1) {
      expect([events, sockets.length]).toEqual([[], tries]);
      lose(1006, false);
      vi.advanceTimersByTime(1_000);
    }
    expect([events, sockets.length]).toEqual([["lost"], 3]);
  });
});
