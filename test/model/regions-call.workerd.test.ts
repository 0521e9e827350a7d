/**
 * A whole call over two regions, against the emulator: which region is meant stands in each request's signature.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { type Upgrade, upgrade } from "../../src/aws/upgrade.ts";
import { systemClock } from "../../src/base/clock.ts";
import { randomIds } from "../../src/base/ids.ts";
import { err } from "../../src/base/result.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import { SessionRuntime } from "../../src/durable/session-runtime.ts";
import { SessionStore } from "../../src/durable/session-store.ts";
import { speechModels } from "../../src/model/doors.ts";
import { createRegionHealth } from "../../src/model/region-health.ts";
import { AGENT } from "../conversation/stage.ts";
import { Call, emulator, orderFault } from "../workerd/call.ts";

const EAST = "us-east-1";
const WEST = "us-west-2";
const INIT = {
  session: "two-regions",
  agent: AGENT.name,
  caller: null,
  tenant: null,
  inputRate: 16000,
  outputRate: 24000,
  ticket: { id: "t", expiresAt: 0 },
  toolDetails: true,
  resumeToken: "r",
} as const;
const NO_TOOLS = {
  specs: [],
  missing: [],
  prefetch: async () => {},
  check: () => ({ ok: false, error: "there are no tools" }) as const,
  run: () => Promise.reject(new Error("there are no tools")),
};
const REMEMBERS = {
  name: "remembers",
  turns: [
    { when: { words: ["colour"] }, do: [{ say: "You said blue." }] },
    { when: { words: ["blue"] }, do: [{ say: "Blue it is." }] },
  ],
  otherwise: [{ say: "Yes." }],
};

afterEach(async () => {
  await emulator("/scenario", { method: "DELETE" });
  await emulator("/faults", { method: "DELETE" });
});

it("a call goes on in the second region, with what was said, when the first one goes dark", async () => {
  await emulator("/scenario", { method: "POST", body: JSON.stringify(REMEMBERS) });
  const dialled: string[] = [];
  const logged: string[] = [];
  let dark = false;
  const dial: Upgrade = async (request) => {
    const region = new URL(request.url).searchParams.get("X-Amz-Credential")?.split("/")[2] ?? "";
    dialled.push(region);
    if (dark && region === EAST)
      return err({ type: "refused", status: 503, errorType: "ServiceUnavailableException", message: "dark" });
    return upgrade(request);
  };
  const segments = AGENT.segments.map((segment) => ({ ...segment, region: EAST, regions: [EAST, WEST] }));
  await runInDurableObject(env.SESSIONS.getByName(INIT.session), async (_, state) => {
    const store = new SessionStore(state.storage.sql);
    store.create(INIT, systemClock.now());
    const runtime = new SessionRuntime({
      init: INIT,
      agent: { ...AGENT, segments },
      model: speechModels({
        config: { endpoint: env.EMULATOR_URL, agentcoreEndpoint: null },
        credentials: {
          get: () => ({
            accessKeyId: "AKIDEMULATOR",
            secretAccessKey: "emulator-secret-key-not-for-aws",
          }),
        },
        session: INIT.session,
        clock: systemClock,
        ids: randomIds,
        log: (_level, event, fields) => logged.push(`${event} ${fields?.region}`),
        dial,
        health: createRegionHealth(() => 0),
      }),
      store,
      clock: systemClock,
      log: () => {},
      ended: () => {},
    });
    const { 0: theirs, 1: ours } = new WebSocketPair();
    ours.binaryType = "arraybuffer";
    ours.accept();
    ours.addEventListener("message", ({ data }) =>
      runtime.receive(ours, typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer)),
    );
    runtime.start(NO_TOOLS);
    runtime.join(ours, antiphonV1);
    const call = new Call({ session: INIT.session, ticket: "", url: "", expiresAt: 0 }, theirs);
    call.hello();
    await call.until("ready");
    call.send({ type: "text", text: "My favourite is blue." });
    await call.until("transcript", { role: "agent", final: true, text: "Blue it is." });
    expect(dialled).toEqual([EAST]);

    dark = true;
    await orderFault({ fault: { type: "cut" }, stream: "running" });
    expect(await call.until("segment", { reason: "recovery" })).toMatchObject({ name: "main" });
    call.send({ type: "text", text: "What colour did I name?" });
    await call.until("transcript", { role: "agent", final: true, text: "You said blue." });
    expect(dialled).toEqual([EAST, EAST, WEST]);
    expect(logged).toEqual([`stream_opened ${EAST}`, `region_failed ${EAST}`, `stream_opened ${WEST}`]);

    const { streams } = (await emulator("/streams")) as { streams: readonly { id: string }[] };
    const traces = await Promise.all(
      streams.map(async ({ id }) => JSON.stringify(await emulator(`/streams/${id}/trace`))),
    );
    const asked = traces.filter((trace) => trace.includes("What colour did I name?"));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("My favourite is blue.");
    runtime.end({ type: "deleted" });
  });
});
