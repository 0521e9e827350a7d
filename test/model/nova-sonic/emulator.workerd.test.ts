/**
 * Against the emulator, which checks signatures, checksums and Nova's order of events with code of its own.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { randomIds } from "../../../src/base/ids.ts";
import type { ModelEvent, StreamSpec } from "../../../src/conversation/events.ts";
import { createNovaSonic } from "../../../src/model/nova-sonic/nova-sonic.ts";
import { Arrivals } from "../../workerd/arrivals.ts";
import { emulator, newestStream } from "../../workerd/call.ts";
import { spec, tool } from "./spec.ts";

const RIGHT = { accessKeyId: "AKIDEMULATOR", secretAccessKey: "emulator-secret-key-not-for-aws" };

const dial = (changes: Partial<StreamSpec> = {}, credentials = RIGHT) => {
  const told = new Arrivals<ModelEvent>();
  const model = createNovaSonic({
    credentials: () => credentials,
    endpoint: env.EMULATOR_URL,
    clock: systemClock,
    ids: randomIds,
  });
  const stream = model.open(spec(changes), (event) => told.push(event));
  const heard = async (type: ModelEvent["type"], fits: (event: ModelEvent) => boolean = () => true) => {
    const event = await told.first((each) => each.type === "ended" || (each.type === type && fits(each)));
    if (event.type !== type) throw new Error(`the stream ended: ${JSON.stringify(event)}`);
    return event;
  };
  return { stream, told, heard, begin: () => stream.begin(spec(changes)) };
};
const open = async (changes: Partial<StreamSpec> = {}) => {
  const call = dial(changes);
  await call.heard("opened");
  call.begin();
  return call;
};

const post = (path: string, body: object) =>
  emulator(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const nextStreamSuffers = (fault: object, when: "now" | "mid_answer" = "now") =>
  post("/faults", { fault, when });

const SAYS_YES = { name: "yes", turns: [], otherwise: [{ say: "Yes." }] };
const USES_TOOL = {
  name: "tool",
  turns: [],
  otherwise: { do: [{ use: "get_time", arguments: { zone: "UTC" } }], results: [{ say: "Noon." }] },
};

afterEach(async () => {
  await emulator("/scenario", { method: "DELETE" });
  await emulator("/faults", { method: "DELETE" });
});

describe("a stream to the emulator", () => {
  it("opens, is answered in words and sound, and finishes in order", async () => {
    await post("/scenario", SAYS_YES);
    const { stream, told, heard } = await open();
    stream.sendAudio(new Uint8Array(6400));
    stream.sendText("Can you hear me? 🎙");
    expect(await heard("agent_text")).toMatchObject({ stage: "planned", text: "Yes." });
    await heard("agent_audio");
    expect(await heard("agent_audio_ended", (event) => "last" in event && event.last)).toBeTruthy();
    await heard("agent_text", (event) => "stage" in event && event.stage === "spoken");
    stream.finish();
    await heard("ended");
    expect(told.all.at(-1)).toEqual({ type: "ended", end: { type: "finished" } });
    const pcm = told.all.filter((event) => event.type === "agent_audio");
    expect(pcm.every((event) => event.pcm.length % 2 === 0)).toBe(true);
  });

  it("has its longest history and ten seconds of audio at once accepted", async () => {
    await post("/scenario", SAYS_YES);
    const history = Array.from({ length: 12 }, (_, i) => ({
      role: i % 2 === 0 ? ("caller" as const) : ("agent" as const),
      text: "Ünïcödé wörds, and 🎙 too. ".repeat(90),
    }));
    const { stream, heard } = await open({ history, inputRate: 8000, outputRate: 8000 });
    for (let i = 0; i < 10; i++) stream.sendAudio(new Uint8Array(16_000));
    stream.sendText("Still there?");
    await heard("agent_audio");
    stream.abort();
  });

  it("uses a tool and speaks its result", async () => {
    await post("/scenario", USES_TOOL);
    const { stream, heard } = await open({ tools: [tool("get_time"), tool("not a name")] });
    stream.sendText("What time is it?");
    const use = await heard("tool_use");
    expect(use).toMatchObject({ name: "get_time", argumentsText: expect.stringContaining("UTC") });
    if (use.type === "tool_use") {
      stream.sendToolResult(use.use, { status: "ok", value: "12:00\u0000\ud800" });
      stream.sendToolResult(use.use, { status: "ok", value: "13:00" });
    }
    expect(await heard("agent_text")).toMatchObject({ text: "Noon." });
    stream.abort();
  });

  it("may wait before it begins, and then knows what was said until then", async () => {
    const { stream, heard } = dial();
    await heard("opened");
    await post("/scenario", SAYS_YES);
    stream.begin(spec({ history: [{ role: "caller", text: "I have waited." }] }));
    stream.sendText("Hello");
    await heard("agent_audio");
    expect(await (await newestStream()).names("note")).not.toContain("violation");
    stream.abort();
  });

  it.each(["join_frames", "split_frames", "padding", "unknown_event"])("goes on through %s", async (type) => {
    await post("/scenario", SAYS_YES);
    await nextStreamSuffers({ type });
    const { stream, heard } = await open();
    stream.sendText("Hello");
    await heard("agent_audio_ended", (event) => "last" in event && event.last);
    stream.abort();
  });

  it.each([
    [{ type: "refuse", status: 429 }, "busy"],
    [{ type: "refuse", status: 403 }, "refused"],
    [{ type: "refuse", status: 500 }, "unreachable"],
    [{ type: "exception", exception: "throttlingException" }, "busy"],
    [{ type: "exception", exception: "modelStreamErrorException" }, "lost"],
    [{ type: "error" }, "lost"],
    [{ type: "internal531" }, "lost"],
    [{ type: "cut" }, "lost"],
  ])("that suffers %j is %s", async (fault, end) => {
    await nextStreamSuffers(fault);
    const { stream, told } = dial();
    stream.begin(spec());
    expect(await told.first(({ type }) => type === "ended")).toMatchObject({ end: { type: end } });
  });

  it("is refused with the wrong key, and nothing of the key is told", async () => {
    const { told } = dial({}, { ...RIGHT, secretAccessKey: "a-wrong-secret-key" });
    const ended = await told.first(({ type }) => type === "ended");
    expect(ended).toMatchObject({ end: { type: "refused", cause: expect.stringContaining("HTTP 403") } });
    expect(JSON.stringify(ended)).not.toMatch(/a-wrong|AKIDEMULATOR|X-Amz/);
  });
});
