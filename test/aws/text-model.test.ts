import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CredentialSource, NoCredentials } from "../../src/aws/credentials.ts";
import { createTextModel, type TextModelParts } from "../../src/aws/text-model.ts";
import { TestClock } from "../tools/clock.ts";
import { breakOff, hang, json, type Server, startServer, tenMegabytes } from "../tools/server.ts";

const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a-secret-key-of-some-length" };
const REQUEST = { system: "You keep a record.", prompt: "| Ada came.", maxTokens: 64 };
const never = (): AbortSignal => new AbortController().signal;
const NONE = { input: 0, output: 0 };

let server: Server;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

const textModel = (parts: Partial<TextModelParts> = {}) =>
  createTextModel({
    model: "us.amazon.nova-lite-v1:0",
    region: "eu-central-1",
    endpoint: server.url,
    credentials: { get: () => CREDENTIALS },
    ...parts,
  });

const says = (content: readonly object[], stopReason = "end_turn") =>
  json({
    output: { message: { role: "assistant", content } },
    stopReason,
    usage: { inputTokens: 12, outputTokens: 3 },
  });

describe("a text model", () => {
  it("is asked by Converse, signed for its region, with nothing but what it needs", async () => {
    server.reply = says([{ text: "Ada came." }]);
    expect(await textModel().ask(REQUEST, never())).toEqual({
      ok: true,
      value: { text: "Ada came.", tokens: { input: 12, output: 3 } },
    });
    const [asked] = server.asked;
    expect(asked?.path).toBe("/model/us.amazon.nova-lite-v1%3A0/converse");
    expect(asked?.headers.authorization).toContain("/eu-central-1/bedrock/aws4_request");
    expect(asked?.json).toEqual({
      system: [{ text: REQUEST.system }],
      messages: [{ role: "user", content: [{ text: REQUEST.prompt }] }],
      inferenceConfig: { maxTokens: 64 },
    });
  });

  it("takes its credentials anew for every request", async () => {
    server.reply = says([{ text: "Yes." }]);
    const keys = ["AKIDONE", "AKIDTWO"];
    const get = async () => ({ ...CREDENTIALS, accessKeyId: keys.shift() ?? "" });
    const model = textModel({ credentials: { get } });
    await model.ask(REQUEST, never());
    await model.ask(REQUEST, never());
    const signed = server.asked.map(
      ({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1],
    );
    expect(signed).toEqual(["AKIDONE", "AKIDTWO"]);
  });

  it("leaves out of its answer what is no text", async () => {
    server.reply = says([{ reasoningContent: {} }, { text: "Ada" }, { text: "came." }], "max_tokens");
    expect(await textModel().ask(REQUEST, never())).toMatchObject({ value: { text: "Ada\ncame." } });
  });
});

describe("a text model's failure", () => {
  const TOKENS = { input: 12, output: 3 };
  it.each([
    ["no words", says([{ text: " " }]), "no words; stopped by end_turn", TOKENS],
    [
      "a filter",
      says([{ text: "I cannot." }], "content_filtered"),
      "no words; stopped by content_filtered",
      TOKENS,
    ],
    [
      "a guardrail",
      says([{ text: "I may not." }], "guardrail_intervened"),
      "no words; stopped by guardrail_intervened",
      TOKENS,
    ],
    [
      "a refusal",
      json({ message: "Too many requests" }, 429, { "x-amzn-errortype": "ThrottlingException" }),
      "HTTP 429 ThrottlingException Too many requests",
      NONE,
    ],
    ["an answer cut off", breakOff, expect.stringMatching(/^unreachable: /), NONE],
    ["something else's page", json("<html>"), "unreadable: what came back is no answer of Converse", NONE],
    ["a flood", tenMegabytes, expect.stringMatching(/^too_large: /), NONE],
  ])("is told, with what it cost: %s", async (_, reply, cause, tokens) => {
    server.reply = reply;
    expect(await textModel().ask(REQUEST, never())).toEqual({ ok: false, error: { cause, tokens } });
  });

  it("comes within its time, whoever hangs", async () => {
    server.reply = hang;
    const clock = new TestClock();
    const asking = textModel({ clock, timeoutMs: 300 }).ask(REQUEST, never());
    await expect.poll(() => server.asked.length).toBe(1);
    clock.pass(300);
    expect(await asking).toEqual({ ok: false, error: { cause: "no answer in time", tokens: NONE } });
    await server.asked[0]?.hungUp;
    expect(clock.waiting).toBe(0);
  });

  it("comes at once when it is called off, and hangs up", async () => {
    server.reply = hang;
    const over = new AbortController();
    const asking = textModel().ask(REQUEST, over.signal);
    await expect.poll(() => server.asked.length).toBe(1);
    over.abort();
    expect(await asking).toEqual({ ok: false, error: { cause: "called off", tokens: NONE } });
    await server.asked[0]?.hungUp;
  });

  it("is told without a question asked where there is nobody to sign for, or nowhere to ask", async () => {
    const nobody: CredentialSource = { get: () => Promise.reject(new NoCredentials("none", true)) };
    expect(await textModel({ credentials: nobody }).ask(REQUEST, never())).toMatchObject({
      error: { cause: "there are no AWS credentials to sign with" },
    });
    expect(await textModel({ region: "nowhere" }).ask(REQUEST, never())).toMatchObject({ ok: false });
    expect(server.asked).toEqual([]);
  });

  it("tells whoever gave the credentials that AWS calls them expired", async () => {
    server.reply = json({ message: "expired" }, 403, { "x-amzn-errortype": "ExpiredTokenException" });
    const expired: unknown[] = [];
    const credentials: CredentialSource = {
      get: () => CREDENTIALS,
      expired: (given) => {
        expired.push(given);
        return true;
      },
    };
    await textModel({ credentials }).ask(REQUEST, never());
    expect(expired).toEqual([CREDENTIALS]);
  });

  it("repeats no secret", async () => {
    server.reply = json({ message: `what is ${CREDENTIALS.secretAccessKey}?` }, 400);
    const answer = await textModel().ask(REQUEST, never());
    expect(JSON.stringify(answer)).not.toContain(CREDENTIALS.secretAccessKey);
  });
});
