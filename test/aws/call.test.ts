import { Sha256Node } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readText } from "../../src/aws/bounded-body.ts";
import { awsCall, signedHeaders } from "../../src/aws/call.ts";
import { describeCallFailure, refusalKind } from "../../src/aws/call-failure.ts";
import { agentcoreEndpoint, invocationsUrl } from "../../src/aws/endpoint.ts";
import { type HttpCall, httpCall } from "../../src/aws/http-call.ts";
import {
  type Asked,
  breakOff,
  hang,
  hangInBody,
  json,
  type Reply,
  redirect,
  type Server,
  startServer,
  tenMegabytes,
} from "../tools/server.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "a-session-token-of-some-length",
};
const ARN = "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/loans-Ab12";
const signing = { service: "bedrock-agentcore", region: "eu-central-1", credentials, now: () => NOW };

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const callTo = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({
  method: "POST",
  url,
  headers: {
    "content-type": "application/json",
    "x-amzn-bedrock-agentcore-runtime-session-id": "s".repeat(33),
  },
  body: '{"prompt":"hello"}',
  timeoutMs: 5_000,
  ...more,
});
const text = (response: Response) => readText(response, 1_000);

describe("a signed call", () => {
  it.each([
    ["a runtime", invocationsUrl("https://bedrock-agentcore.eu-central-1.amazonaws.com", ARN, "DEFAULT")],
    [
      "a model",
      "https://bedrock-runtime.eu-central-1.amazonaws.com/model/amazon.nova-2-lite-v1%3A0/converse",
    ],
    ["a server with a port", "http://127.0.0.1:8790/mcp"],
  ])("bears the signature that AWS's own signer makes: %s", async (_, url) => {
    const call = callTo(url);
    const { authorization } = await signedHeaders(call, signing);
    const { hostname, port, host, pathname, searchParams, protocol } = new URL(url);
    const judge = new SignatureV4({
      credentials,
      region: signing.region,
      service: signing.service,
      sha256: Sha256Node,
    });
    const { "content-type": _type, ...headers } = call.headers;
    const signed = await judge.sign(
      new HttpRequest({
        method: "POST",
        protocol,
        hostname,
        ...(port === "" ? {} : { port: Number(port) }),
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: { ...headers, host },
        body: call.body,
      }),
      // Ours does not send the body's hash as a header, which only S3 wants.
      { signingDate: new Date(NOW), unsignableHeaders: new Set(["x-amz-content-sha256"]) },
    );
    expect(authorization).toBe(signed.headers.authorization);
    expect(authorization).toContain("x-amz-security-token");
  });

  it("arrives as it was signed, and its answer is read", async () => {
    server.reply = json({ fine: true });
    const url = invocationsUrl(server.url, ARN, "DEFAULT");
    expect(await awsCall(callTo(url), signing, text)).toEqual({ ok: true, value: '{"fine":true}' });
    expect(server.asked.at(-1)).toMatchObject({
      path: `/runtimes/${encodeURIComponent(ARN)}/invocations?qualifier=DEFAULT`,
      body: '{"prompt":"hello"}',
      headers: {
        "x-amz-date": "20261122T120000Z",
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 /),
      },
    });
  });
});

describe("a call that comes to nothing", () => {
  const refused = (kind: string, status: number) => ({ type: "refused", kind, status });
  it.each<[string, Reply, object]>([
    [
      "refuses",
      json({ message: "No." }, 403, { "x-amzn-errortype": "AccessDeniedException:http://x" }),
      {
        ...refused("denied", 403),
        errorType: "AccessDeniedException",
        message: "No.",
      },
    ],
    [
      "is throttled",
      json({ message: "Slow." }, 429, { "retry-after": "2" }),
      { ...refused("throttled", 429), retryAfterMs: 2_000 },
    ],
    [
      "names its error in the body",
      json({ __type: "com.amazon#ValidationException", message: "x" }, 400),
      refused("invalid", 400),
    ],
    ["sends a web page", json("<html>Bad gateway</html>", 502), refused("server", 502)],
    ["sends ten megabytes", tenMegabytes, { type: "too_large" }],
    ["breaks off", breakOff, { type: "unreachable" }],
  ])("because the other side %s", async (_, reply, error) => {
    server.reply = reply;
    expect(await httpCall(callTo(server.url), text)).toEqual({
      ok: false,
      error: expect.objectContaining(error),
    });
  });

  it("does not follow a redirect with its signature", async () => {
    const elsewhere = await startServer(json({}));
    server.reply = redirect(elsewhere.url);
    expect(await awsCall(callTo(server.url), signing, text)).toMatchObject({ error: refused("moved", 307) });
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  it.each<[string, Reply]>([
    ["says nothing", hang],
    ["begins and says no more", hangInBody],
  ])("because the other side %s until the time is over, and hangs up", async (_, reply) => {
    const heard = new Promise<Asked>((resolve) => {
      server.reply = async (asked, response) => {
        await reply(asked, response);
        resolve(asked);
      };
    });
    let ring = (): void => {};
    const after = (_ms: number, run: () => void) => {
      ring = run;
      return () => {};
    };
    const called = httpCall(callTo(server.url, { clock: { after } }), text);
    const asked = await heard;
    ring();
    expect(await called).toEqual({ ok: false, error: { type: "timeout" } });
    await asked.hungUp;
  });

  it("because it was called off, before or meanwhile; the other side sees it", async () => {
    server.reply = hangInBody;
    expect(await httpCall(callTo(server.url, { signal: AbortSignal.abort() }), text)).toMatchObject({
      error: { type: "aborted" },
    });
    const off = new AbortController();
    const heard = new Promise<Asked>((resolve) => {
      server.reply = (asked, response) => {
        hangInBody(asked, response);
        resolve(asked);
      };
    });
    const called = httpCall(callTo(server.url, { signal: off.signal }), text);
    const asked = await heard;
    off.abort();
    expect(await called).toEqual({ ok: false, error: { type: "aborted" } });
    await asked.hungUp;
  });

  it("because nobody is there, with the reason and without secrets", async () => {
    const gone = await startServer();
    await gone.close();
    const failed = await httpCall(callTo(gone.url), text);
    expect(failed).toMatchObject({
      error: { type: "unreachable", cause: expect.stringContaining("ECONNREFUSED") },
    });
  });

  it("repeats no secret that the other side repeats", async () => {
    server.reply = json(
      { message: `The key ${credentials.secretAccessKey} and ${credentials.sessionToken} are wrong` },
      403,
    );
    const failed = await awsCall(callTo(server.url), signing, text);
    const words = failed.ok ? "" : describeCallFailure(failed.error);
    expect(words).toMatch(/^HTTP 403 .*are wrong$/);
    expect(words).not.toContain(credentials.secretAccessKey);
    expect(words).not.toContain(credentials.sessionToken);
  });
});

describe("AWS's refusals", () => {
  it.each([
    [409, "RetryableConflictException", "conflict"],
    [424, "RuntimeClientError", "inner"],
    [402, "ServiceQuotaExceededException", "quota"],
    [400, "ServiceQuotaExceededException", "quota"],
    [429, "ModelNotReadyException", "server"],
    [429, "", "throttled"],
    [403, "ExpiredTokenException", "denied"],
    [404, "ResourceNotFoundException", "invalid"],
    [408, "", "server"],
    [302, "", "moved"],
    [500, "", "server"],
    [418, "", "invalid"],
  ])("are sorted by what can be done: %s %s is %s", (status, type, kind) => {
    expect(refusalKind(status, type)).toBe(kind);
  });
});

describe("AgentCore", () => {
  it("is in the region, unless a setting says where", () => {
    expect(agentcoreEndpoint({ region: "eu-central-1", endpoint: null })).toEqual({
      ok: true,
      value: "https://bedrock-agentcore.eu-central-1.amazonaws.com",
    });
    expect(agentcoreEndpoint({ region: "eu-central-1", endpoint: "http://127.0.0.1:8790/" })).toEqual({
      ok: true,
      value: "http://127.0.0.1:8790",
    });
    expect(agentcoreEndpoint({ region: "x.evil.example/", endpoint: null }).ok).toBe(false);
  });
});
