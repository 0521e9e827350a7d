/**
 * AgentCore Runtime over HTTP: who may call, which runtimes and sessions there are, and how agents answer and fail.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Emulator } from "../../../emulator/emulator.ts";
import { LIMITS } from "../../../emulator/limits.ts";
import { createDrivenClock, type DrivenClock } from "../support/driven-clock.ts";
import {
  type Asking,
  ask,
  control,
  RUNTIME,
  SESSION,
  sseData,
  startServices,
  told,
} from "../support/service-client.ts";

const HEADER = "x-amzn-bedrock-agentcore-runtime-session-id";
const BEARER = { authorization: "Bearer emulator-bearer-token-not-for-aws" };

let emulator: Emulator;
let clock: DrivenClock;
beforeAll(async () => {
  clock = createDrivenClock();
  emulator = await startServices({ clock });
});
afterEach(async () => {
  await control(emulator, "DELETE", "calls");
  await control(emulator, "DELETE", "scenario");
  await control(emulator, "DELETE", "faults");
});
afterAll(() => emulator.close());

const invoke = (body: unknown, asking: Asking = {}, arn = RUNTIME, query = "?qualifier=DEFAULT") =>
  ask(emulator, `/runtimes/${encodeURIComponent(arn)}/invocations${query}`, {
    service: "bedrock-agentcore",
    ...asking,
    headers: { [HEADER]: SESSION, ...asking.headers },
    body,
  });
const hello = { prompt: "What are the mortgage rates?" };

describe("a call is refused", () => {
  test.each<readonly [string, Asking, number, string]>([
    ["without a signature", { service: "none" }, 403, "MissingAuthenticationTokenException"],
    ["with Bedrock's signature", { service: "bedrock" }, 403, "InvalidSignatureException"],
    [
      "with a wrong token",
      { service: "none", headers: { authorization: "Bearer no" } },
      401,
      "UnauthorizedException",
    ],
    [
      "with another payload than was signed",
      { swappedBody: '{"prompt":"x"}' },
      403,
      "InvalidSignatureException",
    ],
    ["from another region", { region: "eu-north-1" }, 404, "ResourceNotFoundException"],
    [
      "with a session id of 32 letters",
      { headers: { [HEADER]: "s".repeat(32) } },
      400,
      "ValidationException",
    ],
    [
      "with a session id of 257 letters",
      { headers: { [HEADER]: "s".repeat(257) } },
      400,
      "ValidationException",
    ],
  ])("%s", async (_, asking, status, errorType) => {
    expect(await told(invoke(hello, asking))).toMatchObject({ status, errorType });
  });

  test.each([
    ["a runtime that is missing", RUNTIME.replace("mortgage_specialist", "missing"), 404],
    ["no runtime's name", "nonsense", 400],
    ["an ARN of another service", "arn:aws:bedrock:us-east-1:123456789012:runtime/a-Ab12Cd34Ef", 400],
    ["an ARN with a short id", "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/a-1", 400],
    ["an id without its account", "mortgage-Ab12Cd34Ef", 400],
  ])("for %s", async (_, arn, status) => {
    expect((await told(invoke(hello, {}, arn))).status).toBe(status);
  });

  test("when its name cannot be decoded", async () => {
    const path = "/runtimes/%E0%A4%A/invocations";
    const answer = await told(ask(emulator, path, { service: "none", headers: BEARER, body: hello }));
    expect(answer).toMatchObject({ status: 400, body: { reason: "FieldValidationFailed" } });
  });

  test("with what the container says to a payload that is not JSON", async () => {
    for (const payload of ["", "{", "hello"]) {
      expect(await told(invoke(payload))).toMatchObject({
        status: 424,
        errorType: "RuntimeClientError",
        body: { message: "Received error (400) from runtime." },
      });
    }
  });
});

describe("a runtime", () => {
  test("takes a bearer token, or its id with the account", async () => {
    expect((await invoke(hello, { service: "none", headers: BEARER })).status).toBe(200);
    const query = "?accountId=123456789012&qualifier=DEFAULT";
    expect((await invoke(hello, {}, "mortgage-Ab12Cd34Ef", query)).status).toBe(200);
  });

  test("makes a session where none is named, and tells its id", async () => {
    const path = `/runtimes/${encodeURIComponent(RUNTIME)}/invocations`;
    const answer = await ask(emulator, path, { service: "bedrock-agentcore", body: hello });
    expect(answer.headers.get(HEADER)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([{ prompt: "Hello" }, { input: { text: "Hello" } }, { question: "Hello", caller: 7 }, "Hello"])(
    "finds the question in %j",
    async (payload) => {
      await told(invoke(typeof payload === "string" ? JSON.stringify(payload) : payload));
      expect((await told(invoke({ prompt: "What did I say?" }))).body.result).toBe("You said: Hello");
    },
  );

  test("does not fetch again what it knows, until something was changed", async () => {
    const events = async (prompt: string) => {
      const answer = await invoke({ prompt }, { headers: { accept: "text/event-stream" } });
      return sseData(await answer.text());
    };
    expect(await events("What is the balance of my savings?")).toMatchObject([
      { cached: false },
      { turn: 1 },
    ]);
    expect(await events("What is the balance of my savings?")).toMatchObject([{ cached: true }, { turn: 2 }]);
    await events("Transfer 100 dollars from savings to checking");
    expect(await events("What is the balance of my savings?")).toMatchObject([
      { cached: false },
      { turn: 4 },
    ]);
  });

  test("forgets a session that was idle for 15 minutes", async () => {
    const turn = async (): Promise<number> => (await told(invoke({ prompt: "Hello" }))).body.turn;
    expect(await turn()).toBe(1);
    await clock.advance(LIMITS.runtimeSessionIdleMs - 1);
    expect(await turn()).toBe(2);
    await clock.advance(LIMITS.runtimeSessionIdleMs);
    expect(await turn()).toBe(1);
  });

  test("stops a session once, and must be told which", async () => {
    const stop = (headers: Record<string, string>) =>
      told(
        ask(emulator, `/runtimes/${encodeURIComponent(RUNTIME)}/stopruntimesession`, {
          service: "bedrock-agentcore",
          headers,
          body: { clientToken: "a" },
        }),
      );
    await told(invoke(hello));
    expect(await stop({ [HEADER]: SESSION })).toMatchObject({ status: 200 });
    expect(await stop({ [HEADER]: SESSION })).toMatchObject({
      status: 404,
      errorType: "ResourceNotFoundException",
    });
    expect(await stop({})).toMatchObject({ status: 400 });
  });

  test.each([
    [undefined, "application/json"],
    ["*/*", "application/json"],
    ["application/json, text/event-stream", "application/json"],
    ["text/event-stream, application/json", "text/event-stream"],
    ["application/json;q=0.1, text/event-stream", "text/event-stream"],
    ["text/event-stream;q=0, */*", "application/json"],
  ])("answers Accept: %s with %s", async (accept, expected) => {
    const answer = await invoke(hello, accept === undefined ? {} : { headers: { accept } });
    expect(answer.headers.get("content-type")).toBe(expected);
  });
});

describe("an agent that fails", () => {
  const endless = {
    name: "test",
    textAgents: [{ name: "endless", always: [{ use: "mortgage___get_rates" }] }],
  };

  test("because it never stops is given up, in either form", async () => {
    await control(emulator, "POST", "scenario", endless);
    expect(await told(invoke(hello))).toMatchObject({ status: 424, errorType: "RuntimeClientError" });
    const answer = await invoke(hello, { headers: { accept: "text/event-stream" } });
    const events = sseData(await answer.text());
    expect(events).toHaveLength(LIMITS.hostedRounds + 1);
    expect(events.at(-1)).toMatchObject({ error: expect.any(String), error_type: "RuntimeError" });
  });

  test("in the middle of a stream says so in the stream", async () => {
    const fault = { type: "exception", exception: "internalServerException", message: "gone" };
    await control(emulator, "POST", "scenario", { ...endless });
    await control(emulator, "POST", "faults", { service: "agentcore", fault, when: "mid_answer" });
    const answer = await invoke(hello, { headers: { accept: "text/event-stream" } });
    expect(sseData(await answer.text())).toMatchObject([
      { progress: expect.any(String) },
      { progress: expect.any(String) },
      { error: "gone" },
    ]);
  });

  test.each([
    [400, "ValidationException"],
    [401, "UnauthorizedException"],
    [402, "ServiceQuotaExceededException"],
    [403, "AccessDeniedException"],
    [404, "ResourceNotFoundException"],
    [409, "RetryableConflictException"],
    [424, "RuntimeClientError"],
    [429, "ThrottlingException"],
    [500, "InternalServerException"],
  ])("with %i on order says %s, once", async (status, errorType) => {
    await control(emulator, "POST", "faults", { service: "agentcore", fault: { type: "refuse", status } });
    expect(await told(invoke(hello))).toMatchObject({
      status,
      errorType,
      body: { message: expect.any(String) },
    });
    expect((await invoke(hello)).status).toBe(200);
  });
});
