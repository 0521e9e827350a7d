import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { first } from "../../agents/first.ts";
import { silence } from "../../src/audio/frames.ts";
import { type AlarmClock, systemClock } from "../../src/base/clock.ts";
import { randomIds } from "../../src/base/ids.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import { SessionRuntime } from "../../src/durable/session-runtime.ts";
import { SessionStore } from "../../src/durable/session-store.ts";
import { createNovaSonic } from "../../src/model/nova-sonic/nova-sonic.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import { Call, EmulatedStream, emulator } from "../workerd/call.ts";

const MINUTE = 60_000;
/** One message of the caller's audio, and one step of both clocks. */
const FRAME_MS = 200;
const MINUTES = 10;
/** The least that the emulator takes: its clock stands still but for what it is turned. */
const STILL = 0.1;

/**
 * The session's clock stands still as well until it is turned. Ten minutes pass in a fraction of that, and a machine
 * that is slow takes longer over the same ten minutes.
 */
class TurnedClock implements AlarmClock {
  #now = systemClock.now();
  readonly #timers = new Set<{ readonly due: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  turn(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.due - b.due);
      if (next === undefined || next.due > end) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }
}

const clock = new TurnedClock();

const INIT = {
  session: "ten-minutes",
  agent: "first",
  caller: null,
  tenant: null,
  inputRate: 16000,
  outputRate: 24000,
  ticket: { id: "t", expiresAt: 0 },
  toolDetails: true,
} as const;

describe("a conversation of ten minutes by the clock", () => {
  it("passes every signature check and outlives the eight minutes of a stream", {
    timeout: 300_000,
  }, async () => {
    const { speed } = (await emulator("/health")) as { readonly speed: number };
    await emulator("/clock", { method: "POST", body: JSON.stringify({ speed: STILL }) });
    const before = new Set((await list()).map((stream) => stream.id));
    await runInDurableObject(env.SESSIONS.getByName("ten-minutes"), async (_, state) => {
      const store = new SessionStore(state.storage.sql);
      store.create(INIT, clock.now());
      const nova = createNovaSonic({
        credentials: () => ({
          accessKeyId: "AKIDEMULATOR",
          secretAccessKey: "emulator-secret-key-not-for-aws",
          sessionToken: null,
        }),
        endpoint: (env as unknown as { BEDROCK_ENDPOINT: string }).BEDROCK_ENDPOINT,
        clock: systemClock,
        ids: randomIds,
      });
      const runtime = new SessionRuntime({
        init: INIT,
        agent: first,
        model: () => nova,
        store,
        clock,
        log: () => {},
        ended: () => {},
      });
      const { 0: theirs, 1: ours } = new WebSocketPair();
      ours.binaryType = "arraybuffer";
      ours.accept();
      ours.addEventListener("message", ({ data }) =>
        runtime.receive(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer)),
      );
      runtime.start(await openToolBox(first, env));
      runtime.join(ours, antiphonV1);
      await talkForTenMinutes(new Call({ session: INIT.session, ticket: "", url: "", expiresAt: 0 }, theirs));
    });
    await emulator("/clock", { method: "POST", body: JSON.stringify({ speed }) });

    const streams = (await list()).filter((stream) => !before.has(stream.id));
    expect(streams.length).toBeGreaterThanOrEqual(2);
    for (const { id } of streams) {
      const names = await new EmulatedStream(id).names("sent");
      expect(names.filter((name) => /exception|error/i.test(name))).toEqual([]);
    }
  });
});

async function talkForTenMinutes(call: Call): Promise<void> {
  call.hello();
  await call.until("ready");
  const frame = silence(FRAME_MS, 16000);
  const begun = clock.now();
  const passed = (): number => clock.now() - begun;
  const count = (type: string, members: Record<string, unknown>): number =>
    call.messages.filter(
      (message) =>
        message.type === type && Object.entries(members).every(([name, value]) => message[name] === value),
    ).length;
  /** A moment for everybody. The emulator's answer says that it is there as well. */
  const step = async (): Promise<void> => {
    call.raw(frame);
    clock.turn(FRAME_MS);
    await emulator("/clock", { method: "POST", body: JSON.stringify({ advanceMs: FRAME_MS }) });
  };

  for (let asked = 1; asked <= MINUTES; asked++) {
    while (passed() < asked * MINUTE - MINUTE / 2) await step();
    const answers = count("answer", { state: "ended" });
    call.send({ type: "text", text: "What is the balance of my checking account?" });
    while (count("tool_ended", { status: "ok" }) < asked) await step();
    while (count("answer", { state: "ended" }) === answers) await step();
  }
  while (passed() < MINUTES * MINUTE) await step();
  call.send({ type: "bye" });
  await call.until("closing");
  expect(call.messages.filter(({ type, status }) => type === "tool_ended" && status !== "ok")).toEqual([]);
  expect(
    call.messages.filter((message) => message.type === "segment" && message.reason === "rotation"),
  ).not.toEqual([]);
  expect(call.messages.filter((message) => message.type === "error")).toEqual([]);
}

async function list(): Promise<readonly { readonly id: string }[]> {
  return ((await emulator("/streams")) as { streams: readonly { id: string }[] }).streams;
}
