import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import type { AlarmClock } from "../../src/base/clock.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { Command, EndReason, Notice } from "../../src/conversation/events.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import { ClientLine } from "../../src/durable/client-line.ts";

/** Time that passes when it is told to. */
class Hands implements AlarmClock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (!next || next.at > until) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }
}

/** The other side of a socket: what it was sent, and how it was closed. */
class Far {
  readonly texts: { readonly type: string; readonly seq: number; readonly [member: string]: unknown }[] = [];
  audio = 0;
  closed: number | null = null;
  /** The other side has closed, and its close event is still under way. */
  fails = false;
  readonly socket = {
    send: (frame: string | Uint8Array) => {
      if (this.fails) throw new TypeError("Can't call WebSocket send() after close().");
      if (typeof frame === "string") this.texts.push(JSON.parse(frame));
      else this.audio++;
    },
    close: (code: number) => {
      this.closed = code;
    },
  } as unknown as WebSocket;

  of(type: string) {
    return this.texts.filter((text) => text.type === type);
  }
}

const RESUME = { token: "t", forMs: LIMITS.resumeMs };
const WORD: Notice = { type: "speech", state: "started" };
const second = (answer: number): Notice => ({ type: "audio", answer, pcm: silence(1000, 24000) });

function line() {
  const clock = new Hands();
  const seen = { commands: [] as Command[], left: [] as boolean[], ended: [] as EndReason[] };
  const it = new ClientLine({
    clock,
    mayReturn: true,
    isNewLife: false,
    rates: { input: 16000, output: 24000 },
    command: (command) => seen.commands.push(command),
    left: (mayReturn) => seen.left.push(mayReturn),
    end: (reason) => seen.ended.push(reason),
  });
  const join = (returning = false): Far => {
    const far = new Far();
    it.join(far.socket, antiphonV1.connect({ toolDetails: true, resume: RESUME }), returning);
    return far;
  };
  const says = (far: Far, message: object) => it.receive(far.socket, JSON.stringify(message));
  const hello = (far: Far, seenSeq?: number, outputRate = 24000) =>
    says(far, {
      type: "hello",
      protocol: "antiphon.v1",
      audio: { input: { encoding: "pcm16", rate: 16000 }, output: { encoding: "pcm16", rate: outputRate } },
      ...(seenSeq === undefined ? {} : { seen: seenSeq }),
    });
  return { it, clock, seen, join, says, hello };
}

describe("a client's line", () => {
  it("survives a stall of the client's network, which is told of once", () => {
    const { it: client, clock, seen, join, hello } = line();
    const far = join();
    hello(far);
    clock.pass(13_000);
    for (let frame = 0; frame < 650; frame++) client.receive(far.socket, silence(20, 16000));
    expect(seen.ended).toEqual([]);
    expect(far.of("error")).toHaveLength(1);
    expect(seen.commands.filter(({ type }) => type === "audio")).toHaveLength(LIMITS.clientAudioAheadMs / 20);
  });

  it("is not back when its socket fails while it is told what it has missed", () => {
    const { it: client, seen, join, hello } = line();
    const before = join();
    hello(before);
    client.closed(before.socket, false);
    for (let i = 0; i < 3; i++) client.tell(WORD);
    const back = join(true);
    back.fails = true;
    seen.commands.length = 0;
    hello(back, 0);
    expect(seen.commands).toEqual([]);
    expect(seen.left).toEqual([true, true]);
    expect(client.isOpen).toBe(false);
  });

  it("takes no sign of life for what was never sent", () => {
    const { clock, join, says, hello } = line();
    const far = join();
    hello(far);
    clock.pass(LIMITS.pingEveryMs);
    says(far, { type: "pong", seq: far.of("ping").at(-1)?.seq ?? 0 });
    says(far, { type: "pong", seq: 1_000_000 });
    clock.pass(LIMITS.pingEveryMs);
    says(far, { type: "pong", seq: 1_000_000 });
    clock.pass(LIMITS.pongWithinMs + LIMITS.pingEveryMs);
    expect(far.closed).toBe(4414);
  });

  it("is asked for a sign of life now and then, and lives while it gives one", () => {
    const { clock, seen, join, says, hello } = line();
    const far = join();
    hello(far);
    for (let i = 0; i < 20; i++) {
      clock.pass(LIMITS.pingEveryMs);
      says(far, { type: "pong", seq: far.of("ping").at(-1)?.seq ?? 0 });
    }
    expect(far.of("ping")).toHaveLength(20);
    expect(seen.left).toEqual([]);
  });

  it("is taken for dead when it gives none, though its socket seems open; its client may come back", () => {
    const { clock, seen, join, says, hello } = line();
    const far = join();
    hello(far);
    clock.pass(LIMITS.pingEveryMs);
    says(far, { type: "pong", seq: far.of("ping").at(-1)?.seq ?? 0 });
    clock.pass(LIMITS.pongWithinMs + 2 * LIMITS.pingEveryMs);
    expect(far.closed).toBe(4414);
    expect(seen.left).toEqual([true]);
    clock.pass(100_000);
    expect(seen.left).toHaveLength(1);
  });

  it("to a client that has never heard of pings is left alone, slow as it may be", () => {
    const { it: own, clock, seen, join, hello } = line();
    const far = join();
    hello(far);
    const seconds = Math.ceil(LIMITS.backlogBytes / 48_000) + 10;
    for (let i = 0; i < seconds; i++) own.tell(second(1));
    clock.pass(10 * LIMITS.pongWithinMs);
    expect(far.audio).toBe(seconds);
    expect(seen.left).toEqual([]);
  });

  it("that is slow gets no more sound until it has caught up, and is told how much was left out", () => {
    const { it: own, clock, join, says, hello } = line();
    const far = join();
    hello(far);
    clock.pass(LIMITS.pingEveryMs);
    says(far, { type: "pong", seq: far.of("ping").at(-1)?.seq ?? 0 });
    const seconds = Math.ceil(LIMITS.backlogBytes / 48_000) + 10;
    for (let i = 0; i < seconds; i++) own.tell(second(1));
    own.tell(WORD);
    expect(far.audio).toBeLessThanOrEqual(seconds - 9);
    expect(far.of("speech")).toHaveLength(1);
    says(far, { type: "pong", seq: far.of("ping").at(-1)?.seq ?? 0 });
    const [error] = far.of("error");
    expect(error).toMatchObject({ error: { code: "client_slow" } });
    const before = far.audio;
    own.tell(second(2));
    expect(far.audio).toBe(before + 1);
    expect(JSON.stringify(error)).toContain(`${(seconds - before) * 1000} ms`);
  });

  it("that is slow and loses its socket is told on its return how much was left out, once; another device is not", () => {
    const slow = () => {
      const lined = line();
      const far = lined.join();
      lined.hello(far);
      lined.clock.pass(LIMITS.pingEveryMs);
      lined.says(far, { type: "pong", seq: far.of("ping").at(-1)?.seq ?? 0 });
      const seconds = Math.ceil(LIMITS.backlogBytes / 48_000) + 10;
      for (let i = 0; i < seconds; i++) lined.it.tell(second(1));
      lined.it.closed(far.socket, false);
      return { ...lined, leftOut: `${(seconds - far.audio) * 1000} ms` };
    };
    const same = slow();
    const again = same.join(true);
    same.hello(again, 1);
    expect(again.texts[0]).toMatchObject({ type: "resumed" });
    expect(again.of("error")).toMatchObject([{ error: { code: "client_slow" } }]);
    expect(JSON.stringify(again.of("error"))).toContain(same.leftOut);
    same.it.closed(again.socket, false);
    const third = same.join(true);
    same.hello(third, again.texts.at(-1)?.seq ?? 0);
    expect(third.of("error")).toEqual([]);
    const other = slow();
    const device = other.join(true);
    other.hello(device);
    other.it.tell(second(2));
    expect([device.of("error"), device.audio]).toEqual([[], 1]);
  });

  it("keeps what is told while nobody is there, and tells it once", () => {
    const { it: own, seen, join, hello } = line();
    const far = join();
    hello(far);
    own.tell(WORD);
    own.closed(far.socket, false);
    own.tell(WORD);
    own.tell(second(1));
    const again = join(true);
    expect(again.texts).toEqual([]);
    hello(again, 1);
    expect(again.texts.map(({ type, seq }) => [type, seq])).toEqual([
      ["resumed", 1],
      ["speech", 2],
    ]);
    expect(again.audio).toBe(1);
    expect(seen.left).toEqual([true]);
  });

  it("tells a client that comes back with another rate the words it missed, and how much sound was of no use", () => {
    const { it: own, join, hello } = line();
    const far = join();
    hello(far);
    own.closed(far.socket, false);
    own.tell(second(1));
    own.tell(WORD);
    const again = join(true);
    hello(again, 0, 8000);
    expect(again.texts).toMatchObject([
      { type: "resumed", from: 1, lost: 1, lostMs: 1000 },
      { type: "speech", seq: 2 },
    ]);
    expect(again.audio).toBe(0);
  });

  it("hears nothing of a socket that was given up", () => {
    const { it: own, seen, join, says, hello } = line();
    const far = join();
    hello(far);
    const other = join(true);
    expect(far.closed).toBe(4411);
    says(far, { type: "text", text: "I am the old one." });
    own.closed(far.socket, false);
    hello(other, 0);
    expect(seen.commands.map(({ type }) => type)).toEqual(["hello", "hello"]);
    expect(seen.left).toEqual([true]);
  });

  it("that hangs up does not come back", () => {
    const { it: own, seen, join, hello } = line();
    const far = join();
    hello(far);
    own.closed(far.socket, true);
    expect(seen.left).toEqual([false]);
  });
});
