import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readText } from "../../src/aws/bounded-body.ts";
import { awsCall } from "../../src/aws/call.ts";
import { type HttpCall, httpCall } from "../../src/aws/http-call.ts";

const base = (env as unknown as { readonly EMULATOR_URL: string }).EMULATOR_URL;
const text = (response: Response) => readText(response, 4_096);
const callTo = (path: string, more: Partial<HttpCall> = {}): HttpCall => ({
  method: "GET",
  url: `${base}${path}`,
  headers: {},
  body: null,
  timeoutMs: 5_000,
  ...more,
});

describe("an HTTP call from workerd", () => {
  it("reads an answer", async () => {
    const answer = await httpCall(callTo("/_emulator/health"), text);
    expect(answer).toEqual({ ok: true, value: expect.stringMatching(/^\{/) });
  });

  it("is refused with status and words", async () => {
    expect(await httpCall(callTo("/_emulator/nothing"), text)).toMatchObject({
      ok: false,
      error: { type: "refused", status: expect.any(Number), message: expect.stringMatching(/./) },
    });
  });

  it("reads no more than it may", async () => {
    const answer = await httpCall(callTo("/_emulator/health"), (response) => readText(response, 2));
    expect(answer).toMatchObject({ ok: false, error: { type: "too_large" } });
  });

  it("ends with its time and with its signal", async () => {
    const after = (_ms: number, run: () => void) => {
      queueMicrotask(run);
      return () => {};
    };
    expect(await httpCall(callTo("/_emulator/health", { clock: { after } }), text)).toMatchObject({
      error: { type: "timeout" },
    });
    const off = new AbortController();
    const called = httpCall(callTo("/_emulator/health", { signal: off.signal }), text);
    off.abort();
    expect(await called).toMatchObject({ error: { type: "aborted" } });
  });

  it("says when nobody is there", async () => {
    const answer = await httpCall({ ...callTo(""), url: "http://127.0.0.1:9/" }, text);
    expect(answer).toMatchObject({ ok: false, error: { type: "unreachable" } });
  });

  it("is signed without harm to the platform", async () => {
    const credentials = { accessKeyId: "AKIDEMULATOR", secretAccessKey: "emulator-secret-key-not-for-aws" };
    const signing = { service: "bedrock", region: "us-east-1", credentials };
    const call = callTo("/model/amazon.nova-2-lite-v1%3A0/none", { method: "POST", body: "{}" });
    expect(await awsCall(call, signing, text)).toMatchObject({ ok: false, error: { type: "refused" } });
  });
});
