/**
 * Against the emulator, which checks signatures, limits and the order of events with code of its own.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import type { ModelEvent, StreamSpec } from "../../../src/conversation/events.ts";
import { createAgentCoreVoice } from "../../../src/model/agentcore-voice/agentcore-voice.ts";
import { ARN, SESSION } from "../../workerd/agentcore/agent-end.ts";
import { Arrivals } from "../../workerd/arrivals.ts";
import { emulator, orderFault } from "../../workerd/call.ts";
import { spec } from "../nova-sonic/spec.ts";

const RIGHT = { accessKeyId: "AKIDEMULATOR", secretAccessKey: "emulator-secret-key-not-for-aws" };
const SAYS_YES = { name: "yes", turns: [], otherwise: [{ say: "Yes. Of course." }] };
const USES_TOOL = {
  name: "tool",
  turns: [],
  otherwise: { do: [{ use: "get_time", arguments: {} }], results: [{ say: "Noon." }] },
};

const dial = (changes: Partial<StreamSpec> = {}, qualifier = "DEFAULT", credentials = RIGHT) => {
  const told = new Arrivals<ModelEvent>();
  const model = createAgentCoreVoice({
    credentials: () => credentials,
    endpoint: env.EMULATOR_URL,
    runtimeArn: ARN,
    qualifier,
    session: SESSION,
    clock: systemClock,
  });
  const stream = model.open(spec(changes), (event) => told.push(event));
  const heard = async (type: ModelEvent["type"], fits: (event: ModelEvent) => boolean = () => true) => {
    const event = await told.first((each) => each.type === "ended" || (each.type === type && fits(each)));
    if (event.type !== type) throw new Error(`the stream ended: ${JSON.stringify(event)}`);
    return event;
  };
  return { stream, told, heard, begin: () => stream.begin(spec(changes)) };
};
const open = async (changes: Partial<StreamSpec> = {}, qualifier = "DEFAULT") => {
  const call = dial(changes, qualifier);
  await call.heard("opened");
  call.begin();
  return call;
};
const play = (scenario: object) => emulator("/scenario", { method: "POST", body: JSON.stringify(scenario) });
const isLast = (event: ModelEvent) => event.type === "agent_audio_ended" && event.last;

afterEach(async () => {
  await emulator("/scenario", { method: "DELETE" });
  await emulator("/faults", { method: "DELETE" });
});

describe.each(["DEFAULT", "GA"])("a stream to the emulator's agent %s", (qualifier) => {
  it("opens, is answered in words and sound, and finishes in order", async () => {
    await play(SAYS_YES);
    const { stream, told, heard } = await open({}, qualifier);
    stream.sendAudio(new Uint8Array(6400));
    stream.sendText("Can you hear me? 🎙");
    await heard("agent_audio_ended", isLast);
    const texts = told.all
      .filter((event) => event.type === "agent_text")
      .map(({ stage, text }) => `${stage} ${text}`);
    expect(texts).toEqual(["planned Yes.", "spoken Yes.", "planned Of course.", "spoken Of course."]);
    expect(told.all.filter(({ type }) => type === "agent_audio_started")).toHaveLength(1);
    stream.finish();
    await heard("ended");
    expect(told.all.at(-1)).toEqual({ type: "ended", end: { type: "finished" } });
  });

  it("is told of ten seconds at once, within the agent's limits", async () => {
    await play(SAYS_YES);
    const { stream, heard } = await open({ inputRate: 24_000 }, qualifier);
    for (let i = 0; i < 500; i++) stream.sendAudio(new Uint8Array(960));
    stream.sendText("Still there?");
    await heard("agent_audio");
    stream.abort();
  });

  it("may wait before it is told who it is", async () => {
    const { stream, heard, begin } = dial({}, qualifier);
    await heard("opened");
    await play(SAYS_YES);
    begin();
    stream.sendText("Hello");
    await heard("agent_audio_ended", isLast);
    stream.abort();
  });

  it("speaks of what its own tool found, and asks us for nothing", async () => {
    await play(USES_TOOL);
    const { stream, told, heard } = await open({}, qualifier);
    stream.sendText("What time is it?");
    expect(await heard("agent_text")).toMatchObject({ text: "Noon." });
    expect(told.all.some(({ type }) => type === "tool_use")).toBe(false);
    stream.abort();
  });

  it.each([
    [{ type: "unknown_event" }],
    [{ type: "echo" }],
    [{ type: "garbage", kind: "bad_json" }],
    [{ type: "garbage", kind: "bad_crc" }],
    [{ type: "internal531" }],
    [{ type: "stall", ms: 500 }],
  ])("goes on through %j", async (fault) => {
    await play(SAYS_YES);
    await orderFault({ fault });
    const { stream, heard } = await open({}, qualifier);
    stream.sendText("Hello");
    await heard("agent_audio_ended", isLast);
    stream.abort();
  });
});

describe("a stream to the emulator's agent", () => {
  it.each([
    [{ type: "refuse", status: 401 }, "refused"],
    [{ type: "refuse", status: 402 }, "busy"],
    [{ type: "refuse", status: 403 }, "refused"],
    [{ type: "refuse", status: 404 }, "refused"],
    [{ type: "refuse", status: 409 }, "busy"],
    [{ type: "refuse", status: 424, errorType: "RuntimeClientError" }, "lost"],
    [{ type: "refuse", status: 429 }, "busy"],
    [{ type: "refuse", status: 500 }, "unreachable"],
    [{ type: "exception", exception: "throttlingException" }, "busy"],
    [{ type: "exception", exception: "modelStreamErrorException" }, "lost"],
    [{ type: "close", code: 1000 }, "lost"],
    [{ type: "close", code: 1001 }, "lost"],
    [{ type: "close", code: 1008 }, "refused"],
    [{ type: "close", code: 1009 }, "refused"],
    [{ type: "close", code: 1011 }, "lost"],
    [{ type: "error" }, "lost"],
    [{ type: "cut" }, "lost"],
  ])("that suffers %j is %s", async (fault, end) => {
    await orderFault({ fault });
    const { stream, told } = dial();
    stream.begin(spec());
    expect(await told.first(({ type }) => type === "ended")).toMatchObject({ end: { type: end } });
  });

  it("is refused with the wrong key, and nothing of the key is told", async () => {
    const { told } = dial({}, "DEFAULT", { ...RIGHT, secretAccessKey: "a-wrong-secret-key" });
    const ended = await told.first(({ type }) => type === "ended");
    expect(ended).toMatchObject({ end: { type: "refused", cause: expect.stringContaining("HTTP 403") } });
    expect(JSON.stringify(ended)).not.toMatch(/a-wrong|AKIDEMULATOR|X-Amz/);
  });

  it("is refused by an endpoint that is not there", async () => {
    const { told } = dial({}, "nightly");
    expect(await told.first(({ type }) => type === "ended")).toMatchObject({
      end: { type: "refused", cause: expect.stringContaining("HTTP 404") },
    });
  });
});
