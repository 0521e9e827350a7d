import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import { type Emulator, startEmulator } from "../../../emulator/emulator.ts";
import { scriptedSenses } from "../support/senses.ts";
import { ARN, type Asking, ask, open, SESSION } from "./client.ts";

let emulator: Emulator;
const TOKEN = "a-session-token-that-came-with-the-key";
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, h2Port: 0, senses: scriptedSenses() });
});
afterAll(() => emulator.close());

const connected = () =>
  emulator.registry
    .list()
    .at(-1)
    ?.trace.since(0)
    .find(({ name }) => name === "connected")?.body;

describe("AgentCore's WebSocket lets in", () => {
  it.each([
    ["signed headers", { how: "headers" }, "headers"],
    ["a presigned URL", { how: "presigned" }, "presigned"],
    ["a bearer token", { how: "bearer" }, "bearer"],
    ["a browser's token, as a subprotocol", { how: "subprotocol" }, "subprotocol"],
  ] as const)("%s, and knows the session", async (_, asking, authorised) => {
    const answer = await ask(emulator, asking);
    expect(answer).toMatchObject({
      type: "open",
      protocol: authorised === "subprotocol" ? "base64UrlBearerAuthorization" : "",
    });
    expect(connected()).toMatchObject({ runtime: ARN, qualifier: "DEFAULT", session: SESSION, authorised });
    if (answer.type === "open") answer.client.socket.close();
  });

  it("whoever leaves the session to AgentCore", async () => {
    (await open(emulator, { session: null })).socket.close();
    expect(connected()).not.toHaveProperty("session", SESSION);
  });

  it("custom headers, which the agent sees in lower case", async () => {
    const name = "X-Amzn-Bedrock-AgentCore-Runtime-Custom-Tenant";
    (await open(emulator, { headers: { [name]: "acme" } })).socket.close();
    expect(connected()).toMatchObject({ custom: { [name.toLowerCase()]: "acme" } });
  });

  it("a session token that belongs to its key", async () => {
    const strict = await startEmulator({
      port: 0,
      h2Port: 0,
      senses: scriptedSenses(),
      credentials: [{ ...DEFAULT_CREDENTIALS, sessionToken: TOKEN }],
    });
    for (const how of ["headers", "presigned"] as const) {
      (await open(strict, { how, sessionToken: TOKEN })).socket.close();
      expect(await ask(strict, { how })).toMatchObject({ status: 403 });
    }
    await strict.close();
  });
});

const long = (seconds: number) => new Date(Date.now() - seconds * 1000);
const REFUSED: readonly (readonly [string, Asking, number, string])[] = [
  ["nobody", { how: "nothing" }, 403, "MissingAuthenticationTokenException"],
  ["a wrong secret", { secretAccessKey: "wrong" }, 403, "InvalidSignatureException"],
  [
    "a wrong secret in a URL",
    { how: "presigned", secretAccessKey: "wrong" },
    403,
    "InvalidSignatureException",
  ],
  ["a signature for Bedrock", { service: "bedrock" }, 403, "InvalidSignatureException"],
  ["a signature for another region", { region: "us-west-2" }, 404, "ResourceNotFoundException"],
  ["a token nobody gave out", { how: "bearer", token: "guessed" }, 401, "UnauthorizedException"],
  ["a browser's wrong token", { how: "subprotocol", token: "guessed" }, 401, "UnauthorizedException"],
  [
    "a browser's token without end",
    { how: "subprotocol", token: "x".repeat(3100) },
    400,
    "ValidationException",
  ],
  ["a URL good for an hour", { how: "presigned", expiresIn: 3600 }, 403, "InvalidSignatureException"],
  ["an old URL", { how: "presigned", expiresIn: 60, date: long(120) }, 403, "InvalidSignatureException"],
  ["old headers", { date: long(600) }, 403, "InvalidSignatureException"],
  [
    "a qualifier put in afterwards",
    { tamper: (url) => url.searchParams.set("qualifier", "GA") },
    403,
    "InvalidSignatureException",
  ],
  [
    "another session than was signed",
    {
      how: "presigned",
      tamper: (url) => url.searchParams.set("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "x".repeat(40)),
    },
    403,
    "InvalidSignatureException",
  ],
  ["a session id of 32 characters", { session: "x".repeat(32) }, 400, "ValidationException"],
  ["a short session id in a URL", { how: "presigned", session: "x" }, 400, "ValidationException"],
  ["an endpoint that is not there", { qualifier: "nightly" }, 404, "ResourceNotFoundException"],
  ["what is no ARN", { arn: "helper" }, 400, "ValidationException"],
  ["a gateway's ARN", { arn: ARN.replace(":runtime/", ":gateway/") }, 400, "ValidationException"],
  ["an ARN that is not encoded properly", { path: "/runtimes/%zz/ws" }, 400, "ValidationException"],
  ["an ARN that is not encoded", { path: `/runtimes/${ARN}/ws` }, 404, "UnknownOperationException"],
  [
    "another operation",
    { path: `/runtimes/${encodeURIComponent(ARN)}/shells` },
    404,
    "UnknownOperationException",
  ],
];

describe("AgentCore's WebSocket refuses", () => {
  it.each(REFUSED)("%s", async (_, asking, status, errorType) => {
    expect(await ask(emulator, asking)).toMatchObject({ type: "refused", status, errorType });
  });

  it.each([
    [401, "UnauthorizedException"],
    [402, "ServiceQuotaExceededException"],
    [409, "RetryableConflictException"],
    [429, "ThrottlingException"],
  ] as const)("with %i once, when that was ordered", async (status, errorType) => {
    emulator.registry.order({ fault: { type: "refuse", status }, when: "now", times: 1 });
    expect(await ask(emulator)).toMatchObject({ status, errorType });
    (await open(emulator)).socket.close();
  });
});
