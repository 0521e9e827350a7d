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

/** Both clocks, the session's and the emulator's, run this many times as fast as the world's. */
const SPEED = 30;
const MINUTE = 60_000;
const FRAME_MS = 100;

const started = systemClock.now();
const fastClock: AlarmClock = {
  now: () => started + (performance.now() + performance.timeOrigin - started) * SPEED,
  after: (ms, run) => systemClock.after(ms / SPEED, run),
};

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
    timeout: 120_000,
  }, async () => {
    const { speed } = (await emulator("/health")) as { readonly speed: number };
    await emulator("/clock", { method: "POST", body: JSON.stringify({ speed: SPEED }) });
    const before = new Set((await list()).map((stream) => stream.id));
    await runInDurableObject(env.SESSIONS.getByName("ten-minutes"), async (_, state) => {
      const store = new SessionStore(state.storage.sql);
      store.create(INIT, fastClock.now());
      const runtime = new SessionRuntime({
        init: INIT,
        agent: first,
        model: createNovaSonic({
          credentials: () => ({
            accessKeyId: "AKIDEMULATOR",
            secretAccessKey: "emulator-secret-key-not-for-aws",
            sessionToken: null,
          }),
          endpoint: (env as unknown as { BEDROCK_ENDPOINT: string }).BEDROCK_ENDPOINT,
          clock: systemClock,
          ids: randomIds,
        }),
        store,
        clock: fastClock,
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
  const begun = fastClock.now();
  let sentMs = 0;
  let asked = 0;
  while (sentMs < 10 * MINUTE) {
    for (; sentMs < fastClock.now() - begun; sentMs += FRAME_MS) call.raw(frame);
    if (sentMs >= asked * MINUTE + MINUTE / 2) {
      asked++;
      call.send({ type: "text", text: "What is the balance of my checking account?" });
    }
    // The pace of a microphone, not a wait for something to happen.
    await scheduler.wait(FRAME_MS / SPEED);
  }
  call.send({ type: "bye" });
  await call.until("closing");
  const balances = call.messages.filter(
    (message) => message.type === "tool_ended" && message.status === "ok",
  );
  expect(balances.length).toBeGreaterThanOrEqual(asked);
  expect(
    call.messages.filter((message) => message.type === "segment" && message.reason === "rotation"),
  ).not.toEqual([]);
  expect(call.messages.filter((message) => message.type === "error")).toEqual([]);
}

async function list(): Promise<readonly { readonly id: string }[]> {
  return ((await emulator("/streams")) as { streams: readonly { id: string }[] }).streams;
}
