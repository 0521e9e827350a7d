import { describe, expect, it } from "vitest";
import { ERRORS, type GatewayErrorCode } from "../../src/base/errors.ts";
import { errorOf, KEY, openHouse } from "./house.ts";

const SESSION = "00000000-0000-4000-8000-000000000001";
const JSON_TYPE = "application/json";

/** A request that somebody got wrong, what it is answered, and words that the detail must hold. */
type Malformed = readonly [
  name: string,
  method: string,
  path: string,
  code: GatewayErrorCode,
  detail: string,
];
type MalformedBody = readonly [
  name: string,
  body: string | Uint8Array,
  code: GatewayErrorCode,
  detail: string,
];

const requests: readonly Malformed[] = [
  ["nothing at all", "GET", "/", "not_found", ""],
  ["a version to come", "GET", "/v2/sessions", "not_found", ""],
  ["no version", "GET", "/sessions", "not_found", ""],
  ["a slash too many at the end", "GET", "/v1/agents/", "not_found", ""],
  ["a slash too many in between", "GET", "/v1//agents", "not_found", ""],
  ["capitals", "GET", "/V1/Agents", "not_found", ""],
  ["an encoded slash", "GET", "/v1%2fagents", "not_found", ""],
  ["a part of a session that there is not", "GET", `/v1/sessions/${SESSION}/audio`, "not_found", ""],
  ["a session without id", "GET", "/v1/sessions/", "not_found", ""],
  ["a secret file", "GET", "/.dev.vars", "not_found", ""],
  ["a path that climbs", "GET", "/v1/sessions/../../healthz/x", "not_found", ""],
  ["all sessions", "GET", "/v1/sessions", "method_not_allowed", "POST, OPTIONS"],
  ["to end all sessions", "DELETE", "/v1/sessions", "method_not_allowed", "POST, OPTIONS"],
  [
    "to change a session",
    "PATCH",
    `/v1/sessions/${SESSION}`,
    "method_not_allowed",
    "GET, HEAD, DELETE, OPTIONS",
  ],
  ["to put a session", "PUT", `/v1/sessions/${SESSION}`, "method_not_allowed", "GET, HEAD, DELETE, OPTIONS"],
  [
    "to write a transcript",
    "POST",
    `/v1/sessions/${SESSION}/transcript`,
    "method_not_allowed",
    "GET, HEAD, OPTIONS",
  ],
  [
    "to read a segment alone",
    "GET",
    `/v1/sessions/${SESSION}/segment`,
    "method_not_allowed",
    "POST, OPTIONS",
  ],
  [
    "to connect by POST",
    "POST",
    `/v1/sessions/${SESSION}/connect`,
    "method_not_allowed",
    "GET, HEAD, OPTIONS",
  ],
  ["to make an agent", "POST", "/v1/agents", "method_not_allowed", "GET, HEAD, OPTIONS"],
  ["to heal", "POST", "/healthz", "method_not_allowed", "GET, HEAD, OPTIONS"],
  ["a method of another world", "PROPFIND", "/v1/agents", "method_not_allowed", "GET, HEAD, OPTIONS"],
  ["an id that is none", "GET", "/v1/sessions/42", "session_unknown", "UUID"],
  ["an id with an injection", "DELETE", "/v1/sessions/1'%20OR%20'1'='1", "session_unknown", "UUID"],
  ["an id in broken encoding", "GET", "/v1/sessions/%E0%A4%A", "session_unknown", "UUID"],
  ["an id of nothing", "GET", "/v1/sessions/%00/transcript", "session_unknown", "UUID"],
  ["an id without end", "GET", `/v1/sessions/${"a".repeat(5_000)}`, "session_unknown", "UUID"],
];

const say = (value: unknown): string => JSON.stringify(value);
const pcm = { encoding: "pcm16", rate: 16000 };

const bodies: readonly MalformedBody[] = [
  ["no body", "", "bad_request", "body: not valid JSON"],
  ["half a body", '{"agent":"ba', "bad_request", "body: not valid JSON"],
  ["two bodies", '{"agent":"bank"}{"agent":"bank"}', "bad_request", "body: not valid JSON"],
  ["a form", "agent=bank", "bad_request", "body: not valid JSON"],
  ["bytes that are no text", Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), "bad_request", "body: not valid UTF-8"],
  ["null", "null", "bad_request", "body: expected an object"],
  ["a list", say([{ agent: "bank" }]), "bad_request", "body: expected an object"],
  ["an empty object", "{}", "bad_request", "body.agent: missing; expected a string"],
  ["an agent that is a number", say({ agent: 7 }), "bad_request", "body.agent: expected a string"],
  ["an agent without a name", say({ agent: "" }), "bad_request", "body.agent: too small"],
  ["an agent nobody made", say({ agent: "ghost" }), "agent_unknown", "GET /v1/agents"],
  ["an agent that is misspelt", say({ agent: "bannk" }), "agent_unknown", 'Did you mean "bank"?'],
  ["an agent that objects inherit", say({ agent: "constructor" }), "agent_unknown", "GET /v1/agents"],
  ["a misspelt member", say({ agent: "bank", callr: "x" }), "bad_request", 'body: unknown member "callr"'],
  [
    "a prototype",
    '{"agent":"bank","__proto__":{"toolDetails":true}}',
    "bad_request",
    'unknown member "__proto__"',
  ],
  [
    "a session id of its own",
    say({ agent: "bank", session: SESSION }),
    "bad_request",
    'unknown member "session"',
  ],
  [
    "a caller that is null",
    say({ agent: "bank", caller: null }),
    "bad_request",
    "body.caller: expected a string",
  ],
  ["a caller without a name", say({ agent: "bank", caller: "" }), "bad_request", "body.caller: too small"],
  [
    "a caller without end",
    say({ agent: "bank", caller: "x".repeat(257) }),
    "bad_request",
    "body.caller: too big",
  ],
  [
    "a caller on two lines",
    say({ agent: "bank", caller: "a\r\nx-admin: 1" }),
    "bad_request",
    "body.caller: expected text without control characters",
  ],
  [
    "a caller of half a character",
    '{"agent":"bank","caller":"\\udc00"}',
    "bad_request",
    "body.caller: expected text without control",
  ],
  [
    "a tenant that is a list",
    say({ agent: "bank", tenant: ["a"] }),
    "bad_request",
    "body.tenant: expected a string",
  ],
  [
    "audio in one direction",
    say({ agent: "bank", audio: { input: pcm } }),
    "bad_request",
    "body.audio.output: missing",
  ],
  ["audio in words", say({ agent: "bank", audio: "pcm16" }), "bad_request", "body.audio: expected an object"],
  [
    "audio as MP3",
    say({ agent: "bank", audio: { input: pcm, output: { ...pcm, encoding: "mp3" } } }),
    "bad_request",
    "body.audio.output.encoding: expected",
  ],
  [
    "audio at 48 kHz",
    say({ agent: "bank", audio: { input: { ...pcm, rate: 48000 }, output: pcm } }),
    "bad_request",
    "body.audio.input.rate: expected 8000 or",
  ],
  [
    "A-law at 24 kHz",
    say({ agent: "bank", audio: { input: { encoding: "alaw", rate: 24000 }, output: pcm } }),
    "bad_request",
    "expected 8000",
  ],
  [
    "tool details by a word",
    say({ agent: "bank", toolDetails: "true" }),
    "bad_request",
    "body.toolDetails: expected a boolean",
  ],
  ["a body as deep as the sea", "[".repeat(30_000), "bad_request", "nested deeper than 64"],
  [
    "a body larger than allowed",
    say({ agent: "bank", caller: "x".repeat(70_000) }),
    "too_large",
    "65536 bytes",
  ],
];

describe("a request that is wrong", () => {
  it("is known here in at least fifty ways", () => {
    expect(requests.length + bodies.length).toBeGreaterThanOrEqual(50);
  });

  it.each(requests)(
    "because it asks for %s is answered as documented",
    async (_name, method, path, code, detail) => {
      const house = openHouse();
      const response = await house.askWithKey(path, { method });
      await expectRefusal(response, code, detail);
      if (code === "method_not_allowed") expect(response.headers.get("allow")).toBe(detail);
      expect(house.sessions.objects.size).toBe(0);
    },
  );

  it.each(bodies)(
    "because its body is %s is answered as documented, and the next one works",
    async (_name, body, code, detail) => {
      const house = openHouse();
      const headers = { authorization: `Bearer ${KEY}`, "content-type": JSON_TYPE };
      const init = { method: "POST", headers, body: typeof body === "string" ? body : Buffer.from(body) };
      await expectRefusal(await house.ask("/v1/sessions", init), code, detail);
      expect(house.sessions.objects.size).toBe(0);
      expect((await house.post({ agent: "bank" })).status).toBe(201);
    },
  );

  it.each([
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "multipart/form-data",
  ])("because its Content-Type is %j is told which would be right", async (type) => {
    const headers = { authorization: `Bearer ${KEY}`, "content-type": type };
    const response = await openHouse().ask("/v1/sessions", {
      method: "POST",
      headers,
      body: '{"agent":"bank"}',
    });
    await expectRefusal(response, "bad_request", "Content-Type: expected application/json");
  });

  it("because its body never ends is cut off after what may be read, whatever its headers say", async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1024;
          controller.enqueue(new Uint8Array(1024).fill(0x20));
        },
        cancel() {
          cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { "content-type": JSON_TYPE, "content-length": "16" };
    const response = await openHouse().askWithKey("/v1/sessions", {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${KEY}` },
      body,
    });
    await expectRefusal(response, "too_large", "65536 bytes");
    expect(cancelled).toBe(true);
    expect(pulled).toBeLessThanOrEqual(65_536 + 2 * 1024);
  });

  it("because its body breaks off is not our fault", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("gone")),
    });
    const headers = { "content-type": JSON_TYPE, authorization: `Bearer ${KEY}` };
    const response = await openHouse().ask("/v1/sessions", { method: "POST", headers, body });
    await expectRefusal(response, "bad_request", "ended before its end");
  });
});

describe("every answer", () => {
  it("is kept from caches, frames, sniffing and referrers", async () => {
    const house = openHouse();
    const path = `/v1/sessions/${SESSION}`;
    for (const response of [
      await house.post({ agent: "bank" }),
      await house.askWithKey(path),
      await house.askWithKey(path, { method: "DELETE" }),
      await house.askWithKey(path, { method: "OPTIONS" }),
      await house.ask("/healthz"),
      await house.ask("/v1/agents"),
      await house.ask("/nowhere"),
    ])
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      });
  });

  it("to HEAD is that to GET without a body", async () => {
    const house = openHouse();
    for (const path of ["/healthz", "/v1/agents"]) {
      const [get, head] = [await house.askWithKey(path), await house.askWithKey(path, { method: "HEAD" })];
      expect([head.status, await head.text()]).toEqual([get.status, ""]);
      expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    }
    expect((await house.ask("/v1/agents", { method: "HEAD" })).status).toBe(401);
    expect((await house.askWithKey("/v1/sessions", { method: "HEAD" })).status).toBe(405);
  });

  it("to OPTIONS names the methods, and needs no key", async () => {
    const response = await openHouse().ask(`/v1/sessions/${SESSION}`, { method: "OPTIONS" });
    expect([response.status, response.headers.get("allow")]).toEqual([204, "GET, HEAD, DELETE, OPTIONS"]);
  });

  it("to a fault of our own says nothing of it, and the log says all but the secrets", async () => {
    const house = openHouse();
    house.sessions.getByName = () => {
      throw new Error(`storage failed for Bearer ${KEY} at https://host/?X-Amz-Signature=abcdef`);
    };
    const response = await house.post({ agent: "bank" });
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(
      '{"error":{"code":"internal","message":"Something went wrong on our side."}}',
    );
    expect(house.lines).toEqual([expect.stringContaining("storage failed")]);
    expect(house.lines.join()).not.toMatch(new RegExp(`${KEY}|abcdef`));
  });
});

const expectRefusal = async (response: Response, code: GatewayErrorCode, detail = ""): Promise<void> => {
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const error = await errorOf(response);
  expect([response.status, error.code, error.message]).toEqual([
    ERRORS[code].status,
    code,
    ERRORS[code].message,
  ]);
  expect(error.detail ?? "").toContain(detail);
};
