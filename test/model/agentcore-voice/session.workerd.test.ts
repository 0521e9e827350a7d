/**
 * Whole calls: a client, the gateway, a hosted agent behind the emulator's AgentCore door.
 */
import { afterEach, describe, expect, it } from "vitest";
import { binding, defineAgent, gateway } from "../../../src/index.ts";
import { RUNTIME } from "../../workerd/agentcore/worker.ts";
import { api, Call, type EmulatedStream, emulator, newestStream, orderFault } from "../../workerd/call.ts";

const play = (scenario: object) => emulator("/scenario", { method: "POST", body: JSON.stringify(scenario) });
const SAYS_NOON = { name: "noon", turns: [], otherwise: [{ say: "It is noon." }] };
const TALKS_LONG = {
  name: "long",
  heard: ["please stop"],
  turns: [{ when: { words: ["stop"] }, do: [{ say: "I have stopped." }] }],
  otherwise: [
    { say: Array.from({ length: 12 }, (_, i) => `This is sentence number ${i + 1} of a story.`).join(" ") },
  ],
};

interface Connected {
  readonly runtime: string;
  readonly qualifier: string;
  readonly session: string;
  readonly authorised: string;
}
const connected = async (stream: EmulatedStream): Promise<Connected> =>
  (await stream.until("note", "connected")).body as Connected;

const newerThan = (old: EmulatedStream): Promise<EmulatedStream> => newestStream([old.id]);

afterEach(async () => {
  await emulator("/scenario", { method: "DELETE" });
  await emulator("/faults", { method: "DELETE" });
});

describe.each(["hosted", "hosted-ga"])("a call with %s", (agent) => {
  it("answers a typed question in words and in speech", async () => {
    await play(SAYS_NOON);
    const call = await Call.ready({ agent });
    call.send({ type: "text", text: "What time is it?" });
    expect(await call.until("transcript", { role: "caller" })).toMatchObject({ text: "What time is it?" });
    await call.until("answer", { state: "ended" });
    const answer = await call.until("transcript", { role: "agent", final: true });
    expect(answer.text).toBe("It is noon.");
    const bytes = call.messages
      .filter((message) => message.type === "audio" && message.answer === answer.answer)
      .reduce((sum, message) => sum + Number(message.bytes), 0);
    expect(bytes / 48_000).toBeGreaterThan(0.4);
    expect(bytes / 48_000).toBeLessThan(4);
    call.send({ type: "bye" });
    expect(await call.untilClosed()).toEqual({ code: 1000, reason: "bye" });
  });

  it("is cut short by the caller, once, and goes on", async () => {
    await play(TALKS_LONG);
    const call = await Call.ready({ agent });
    call.send({ type: "text", text: "Tell me a story." });
    await call.until("audio");
    const loud = new Int16Array(16_000).map((_, i) => 12_000 * Math.sin((i * 2 * Math.PI * 180) / 16_000));
    call.raw(new Uint8Array(loud.buffer));
    const cut = await call.until("interrupted");
    expect(cut).toMatchObject({ by: "caller" });
    expect(await call.until("transcript", { role: "caller" })).toMatchObject({ text: "please stop" });
    const answer = await call.until("transcript", { role: "agent", final: true, text: "I have stopped." });
    expect(answer.answer).not.toBe(cut.answer);
    const late = call.messages.filter(
      (message) => message.type === "audio" && message.answer === cut.answer && message.seq > cut.seq,
    );
    expect(late).toEqual([]);
    expect(call.messages.filter(({ type }) => type === "interrupted")).toHaveLength(1);
    call.send({ type: "bye" });
    await call.untilClosed();
  });
});

describe("a call with a hosted agent", () => {
  it("is signed, lands in its own microVM, and closes in order when the caller hangs up", async () => {
    const call = await Call.ready({ agent: "hosted" });
    const stream = await newestStream();
    expect(await connected(stream)).toMatchObject({
      runtime: RUNTIME,
      qualifier: "DEFAULT",
      session: `antiphon-${call.made.session}`,
      authorised: "headers",
    });
    call.hangUp();
    await stream.ended();
    const left = await stream.until("received", "(closed)");
    expect(left.body).toEqual({ code: 1000 });
    expect((await stream.names("received"))[0]).toBe("config");
    const status = await (await api(`/v1/sessions/${call.made.session}`)).json();
    expect(status).toMatchObject({ state: "ended", end: "client_left" });
  });

  it("finds the same microVM again when its connection is lost, and tells it what was said", async () => {
    await play(SAYS_NOON);
    const call = await Call.ready({ agent: "hosted" });
    call.send({ type: "text", text: "What time is it?" });
    await call.until("transcript", { role: "agent", final: true });
    const first = await newestStream();
    await orderFault({ fault: { type: "cut" }, stream: first.id });
    await call.until("segment", { reason: "recovery" });
    const second = await newerThan(first);
    expect((await connected(second)).session).toBe((await connected(first)).session);
    const config = (await second.until("received", "config")).body as { system_prompt: string };
    expect(config.system_prompt).toContain("You are a test.");
    expect(config.system_prompt).toContain("Caller: What time is it?\nYou: It is noon.");
    call.send({ type: "text", text: "And now?" });
    await call.until("transcript", { role: "agent", final: true });
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("waits for a session that is busy, and goes on", async () => {
    await orderFault({ fault: { type: "refuse", status: 409 }, times: 2 });
    const call = await Call.ready({ agent: "hosted" });
    call.send({ type: "bye" });
    expect((await call.untilClosed()).code).toBe(1000);
  });

  it("is told apart from one that may not be called", async () => {
    await orderFault({ fault: { type: "refuse", status: 403 } });
    const call = await Call.open({ agent: "hosted" });
    call.hello();
    expect(await call.until("error")).toMatchObject({ error: { code: "model_refused" } });
    expect(JSON.stringify(call.messages)).not.toMatch(/AccessDenied|bedrock|arn:/);
  });

  it("speaks to a telephone in its own encoding", async () => {
    await play(SAYS_NOON);
    const telephone = { encoding: "mulaw", rate: 8000 };
    const call = await Call.open({ agent: "hosted", audio: { input: telephone, output: telephone } });
    call.hello(telephone, telephone);
    await call.until("ready");
    call.send({ type: "text", text: "What time is it?" });
    await call.until("answer", { state: "ended" });
    const answer = await call.until("transcript", { role: "agent", final: true });
    const bytes = call.messages
      .filter((message) => message.type === "audio" && message.answer === answer.answer)
      .reduce((sum, message) => sum + Number(message.bytes), 0);
    expect(bytes / 8000).toBeGreaterThan(0.4);
    expect(bytes / 8000).toBeLessThan(4);
    const config = (await (await newestStream()).until("received", "config")).body;
    expect(config).toMatchObject({ input_sample_rate: 16_000, output_sample_rate: 16_000 });
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("counts its tokens", async () => {
    await play(SAYS_NOON);
    const call = await Call.ready({ agent: "hosted" });
    call.send({ type: "text", text: "What time is it?" });
    await call.until("answer", { state: "ended" });
    call.send({ type: "bye" });
    const usage = await call.until("usage");
    expect(Object.values(usage.tokens as object).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    await call.untilClosed();
  });
});

describe("the list of agents", () => {
  it("shows a hosted agent where its ARN says, whatever region the settings name", async () => {
    const { agents } = (await (await api("/v1/agents")).json()) as { agents: unknown[] };
    expect(agents[0]).toMatchObject({ name: "hosted", model: RUNTIME, region: "us-west-2" });
  });
});

describe("a gateway", () => {
  it("refuses to start with a hosted agent that lists tools of ours", () => {
    const agent = defineAgent({ name: "wrong", model: RUNTIME, prompt: "Hi.", tools: [binding("BANK")] });
    expect(() => gateway({ agents: [agent] })).toThrow(/"wrong" asks its model .*tools/s);
  });
});
