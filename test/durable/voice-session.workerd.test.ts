import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import {
  api,
  Call,
  connect,
  emulator,
  makeSession,
  newestStream,
  orderFault,
  withNewStream,
} from "../workerd/call.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await emulator("/faults", { method: "DELETE" });
});

/** The world's clock, for the objects as well, from now on. */
const later = (ms: number): void => {
  const now = Date.now() + ms;
  vi.spyOn(Date, "now").mockReturnValue(now);
};

describe("a call", () => {
  it("answers a typed question with the tool's result, in words and in speech", async () => {
    const call = await Call.ready();
    call.send({ type: "text", text: "What is the balance of my checking account?" });
    expect(await call.until("tool_started")).toMatchObject({ name: "get_balance" });
    expect(await call.until("tool_ended")).toMatchObject({ name: "get_balance", status: "ok" });
    const answer = await call.until("transcript", { role: "agent", final: true });
    expect(answer.text).toMatch(/1,?284/);
    const audio = call.messages.filter(
      (message) => message.type === "audio" && message.answer === answer.answer,
    );
    const seconds = audio.reduce((sum, message) => sum + Number(message.bytes), 0) / 48_000;
    expect(seconds).toBeGreaterThan(1);
    call.send({ type: "bye" });
    expect(await call.untilClosed()).toEqual({ code: 1000, reason: "bye" });
  });

  it("numbers everything it says without a gap", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    call.send({ type: "bye" });
    await call.until("closing");
    expect(call.messages.map((message) => message.seq)).toEqual(call.messages.map((_, index) => index + 1));
  });

  it("is on record afterwards, with what it cost", async () => {
    const call = await Call.ready({ caller: "ada", tenant: "acme" });
    call.send({ type: "text", text: "What is the balance of my savings account?" });
    await call.until("tool_ended");
    await call.until("transcript", { role: "agent", final: true });
    call.send({ type: "bye" });
    await call.untilClosed();
    const status = await (await api(`/v1/sessions/${call.made.session}`)).json();
    expect(status).toMatchObject({
      state: "ended",
      end: "bye",
      caller: "ada",
      tenant: "acme",
      agent: "first",
    });
    const transcript = (await (await api(`/v1/sessions/${call.made.session}/transcript`)).json()) as {
      entries: { type: string }[];
    };
    expect(transcript.entries.map((entry) => entry.type)).toEqual(
      expect.arrayContaining(["caller", "tool", "agent"]),
    );
  });
});

describe("a session made ahead", () => {
  it("has its stream open and past its prologue before the client connects", async () => {
    const [made, stream] = await withNewStream(makeSession);
    await stream.until("received", "contentStart", (entry) => JSON.stringify(entry.body).includes('"AUDIO"'));
    const call = new Call(made, await socketOf(made));
    call.hello();
    await call.until("ready");
    expect((await newestStream()).id).toBe(stream.id);
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("opens once for its ticket", async () => {
    const made = await makeSession();
    const call = new Call(made, await socketOf(made));
    const again = await connect(made);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ error: { code: "ticket_spent" } });
    call.hangUp();
  });

  it("speaks to a telephone in its own encoding", async () => {
    const telephone = { encoding: "mulaw", rate: 8000 };
    const call = await Call.open({ audio: { input: telephone, output: telephone } });
    call.hello(telephone, telephone);
    await call.until("ready");
    const greeting = await call.until("transcript", { role: "agent", final: true });
    const bytes = call.messages
      .filter((message) => message.type === "audio" && message.answer === greeting.answer)
      .reduce((sum, message) => sum + Number(message.bytes), 0);
    expect(bytes / 8000).toBeGreaterThan(1);
    expect(bytes / 8000).toBeLessThan(15);
    call.send({ type: "bye" });
    await call.untilClosed();
  });
});

describe("hanging up", () => {
  it("closes the stream to the model in order", async () => {
    const call = await Call.ready();
    const stream = await newestStream();
    call.hangUp();
    await stream.ended();
    // Its trace ends with the goodbye; the empty message that closes it comes by itself.
    await expect
      .poll(async () => (await stream.names("received")).slice(-4))
      .toEqual(["contentEnd", "promptEnd", "sessionEnd", "(end of input)"]);
    const status = await (await api(`/v1/sessions/${call.made.session}`)).json();
    expect(status).toMatchObject({ state: "ended", end: "client_left" });
  });

  it("is done for the client by whoever deletes the session", async () => {
    const call = await Call.ready();
    const path = `/v1/sessions/${call.made.session}`;
    expect((await api(path, { method: "DELETE" })).status).toBe(204);
    expect(await call.until("closing")).toMatchObject({ reason: "deleted" });
    expect((await call.untilClosed()).code).toBe(1000);
    expect((await api(path, { method: "DELETE" })).status).toBe(410);
  });
});

describe("the alarm", () => {
  it("leaves a caller alone who says nothing for as long as they like", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    call.send({ type: "mute", muted: true });
    const stub = env.SESSIONS.getByName(call.made.session);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const path = `/v1/sessions/${call.made.session}`;
    expect(await (await api(path)).json()).toMatchObject({ state: "talking" });
    call.send({ type: "text", text: "What is the balance of my checking account?" });
    await call.until("tool_ended");
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("reaps a session that nobody came to, and whose object was lost meanwhile", async () => {
    const made = await makeSession();
    await abortAllDurableObjects();
    const stub = env.SESSIONS.getByName(made.session);
    later(LIMITS.ticketMs);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const status = await (await api(`/v1/sessions/${made.session}`)).json();
    expect(status).toMatchObject({ state: "ended", end: "reaped" });
    vi.restoreAllMocks();
    expect((await connect(made)).status).toBe(410);
  });
});

describe("a restart of the object", () => {
  it("ends a session whose client does not come back in time, and keeps what was said", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    await abortAllDurableObjects();
    expect((await call.untilClosed()).code).toBe(1006);
    const stub = () => env.SESSIONS.getByName(call.made.session);
    const path = `/v1/sessions/${call.made.session}`;
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await (await api(path)).json()).toMatchObject({ state: "talking" });
    // An object in which nothing happens is put away until its alarm rings again.
    await abortAllDurableObjects();
    later(LIMITS.resumeMs);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await (await api(path)).json()).toMatchObject({ state: "ended", end: "reaped" });
    const { entries } = (await (await api(`${path}/transcript`)).json()) as { entries: unknown[] };
    expect(entries).toMatchObject([{ type: "agent" }]);
    vi.restoreAllMocks();
    expect((await connect(call.made)).status).toBe(410);
  });

  it("before the client came is nothing to the client: it is ready, and greeted", async () => {
    const made = await makeSession();
    const stub = env.SESSIONS.getByName(made.session);
    // The session's tools are known, and its state is stored: what follows is lost.
    await expect
      .poll(() =>
        runInDurableObject(
          stub,
          (_, state) => state.storage.sql.exec("SELECT snapshot FROM session").one().snapshot,
        ),
      )
      .not.toBeNull();
    await abortAllDurableObjects();
    const call = await Call.join(made);
    call.hello();
    await call.until("ready");
    await call.until("transcript", { role: "agent", final: true });
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("leaves nothing behind once the transcript has been kept long enough", async () => {
    const call = await Call.ready();
    call.send({ type: "bye" });
    await call.untilClosed();
    const stub = env.SESSIONS.getByName(call.made.session);
    await runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec("UPDATE session SET ended_at = ended_at - ?", LIMITS.transcriptKeepMs);
    });
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await api(`/v1/sessions/${call.made.session}`)).status).toBe(404);
  });
});

describe("when the model fails", () => {
  it("goes on with a fresh stream after the socket is cut in the middle of an answer", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    const stream = await newestStream();
    await orderFault({ stream: stream.id, when: "mid_answer", fault: { type: "cut" } });
    call.send({ type: "text", text: "What is the balance of my checking account?" });
    expect(await call.until("segment", { reason: "recovery" })).toMatchObject({ name: "main" });
    const answer = await call.until("transcript", { role: "agent", final: true });
    expect(answer.text).toMatch(/1,?284/);
    expect(call.messages.filter((message) => message.type === "tool_started")).toHaveLength(1);
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it.each([
    "validationException",
    "modelStreamErrorException",
    "modelTimeoutException",
    "throttlingException",
    "internalServerException",
    "serviceUnavailableException",
  ])("lets no %s reach the client, and answers", async (exception) => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    const stream = await newestStream();
    const message = "System instability detected. Please retry your request.";
    await orderFault({
      stream: stream.id,
      when: "mid_answer",
      fault: { type: "exception", exception, message },
    });
    call.send({ type: "text", text: "What is the balance of my savings account?" });
    await call.until("segment", { reason: "recovery" });
    expect((await call.until("transcript", { role: "agent", final: true })).text).toMatch(/9,?420/);
    expect(JSON.stringify(call.messages)).not.toMatch(/instability|Exception|AKID/);
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("says that it was refused when it is refused for good, and nothing of whose fault", async () => {
    await orderFault({ stream: "next", fault: { type: "refuse", status: 403 } });
    const call = await Call.open();
    call.hello();
    expect(await call.until("error")).toMatchObject({ error: { code: "model_refused" } });
    expect(await call.until("closing")).toMatchObject({ reason: "error" });
    expect((await call.untilClosed()).code).toBe(4502);
    expect(JSON.stringify(call.messages)).not.toMatch(/AccessDenied|security token|AKID/);
  });

  it("tries again when the model is busy", async () => {
    await orderFault({ stream: "next", times: 2, fault: { type: "refuse", status: 429 } });
    const call = await Call.ready();
    call.send({ type: "bye" });
    await call.untilClosed();
  });
});

/** What hostile or broken clients send after hello, and what they are told. */
const HOSTILE: readonly (readonly [string, string | Uint8Array, string])[] = [
  ["nothing", "", "bad_message"],
  ["no JSON", "hello?", "bad_message"],
  ["broken JSON", '{"type":"text"', "bad_message"],
  ["null", "null", "bad_message"],
  ["a number", "42", "bad_message"],
  ["a list", '[{"type":"text","text":"hi"}]', "bad_message"],
  ["no type", "{}", "bad_message"],
  ["an unknown type", '{"type":"shutdown"}', "bad_message"],
  ["a type from the other side", '{"type":"ready"}', "bad_message"],
  [
    "hello again",
    '{"type":"hello","protocol":"antiphon.v1","audio":{"input":{"encoding":"pcm16","rate":16000},"output":{"encoding":"pcm16","rate":24000}}}',
    "bad_message",
  ],
  ["text without words", '{"type":"text","text":""}', "bad_message"],
  ["text that is a number", '{"type":"text","text":5}', "bad_message"],
  ["an unknown member", '{"type":"text","text":"hi","role":"system"}', "bad_message"],
  [
    "too many words",
    JSON.stringify({ type: "text", text: "x".repeat(LIMITS.callerTextChars + 1) }),
    "bad_message",
  ],
  [
    "a message over the size",
    JSON.stringify({ type: "text", text: "x".repeat(LIMITS.clientTextBytes) }),
    "too_large",
  ],
  ["a playback before the start", '{"type":"played","answer":1,"ms":-1}', "bad_message"],
  ["a playback of no answer", '{"type":"played","answer":1.5,"ms":1}', "bad_message"],
  ["mute in words", '{"type":"mute","muted":"yes"}', "bad_message"],
  ["keys no telephone has", '{"type":"dtmf","digits":"XYZ"}', "bad_message"],
  [
    "too many keys",
    JSON.stringify({ type: "dtmf", digits: "1".repeat(LIMITS.dtmfDigits + 1) }),
    "bad_message",
  ],
  ["a result for no call", '{"type":"tool_result","call":"t99","result":1}', "bad_message"],
  ["a result without result", '{"type":"tool_result","call":"t1"}', "bad_message"],
  ["a result and an error", '{"type":"tool_result","call":"t1","result":1,"error":"x"}', "bad_message"],
  ["a prototype", '{"type":"text","text":"hi","__proto__":{"x":1}}', "bad_message"],
  ["audio over the size", new Uint8Array(LIMITS.clientAudioBytes + 2), "too_large"],
];

describe("a client that talks nonsense", () => {
  it("is told what was wrong each time, and the session goes on", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    for (const [name, data, code] of HOSTILE) {
      call.raw(data);
      const { error } = (await call.until("error")) as unknown as {
        error: { code: string; detail?: string };
      };
      expect([name, error.code]).toEqual([name, code]);
    }
    call.send({ type: "text", text: "What is the balance of my checking account?" });
    await call.until("tool_ended");
    expect((await call.until("transcript", { role: "agent", final: true })).text).toMatch(/1,?284/);
    call.send({ type: "bye" });
    expect((await call.untilClosed()).code).toBe(1000);
  });

  it("is let go when it never stops", async () => {
    const call = await Call.ready();
    for (let i = 0; i <= LIMITS.clientMistakes; i++) call.raw("{");
    expect((await call.untilClosed()).code).toBe(4400);
  });

  it("is asked for hello first", async () => {
    const call = await Call.open();
    call.send({ type: "text", text: "hi" });
    expect(await call.until("error")).toMatchObject({ error: { code: "hello_required" } });
    call.hello();
    await call.until("ready");
    call.hangUp();
  });
});

async function socketOf(made: Awaited<ReturnType<typeof makeSession>>): Promise<WebSocket> {
  const { webSocket } = await connect(made);
  if (!webSocket) throw new Error("no socket");
  return webSocket;
}
