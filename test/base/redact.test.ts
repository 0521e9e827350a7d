import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact } from "../../src/base/redact.ts";

const SESSION = "0b0f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a10";
const SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SIGNATURE = "2d86b190f9edb1a1f32ce4e7a3c6d1d20a1f6bdf2a4f6dd1e1c2a3b4c5d6e7f8";
const TICKET = "at1.WyIwYjBmN2E4ZSJd.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";
const RESUME = TICKET.replace(/^at1/, "ar1");
const KEY = "sk_live_0123456789abcdef";

const nasty: readonly [name: string, text: string, mustGo: readonly string[]][] = [
  [
    "a presigned URL",
    `GET wss://bedrock-runtime.us-east-1.amazonaws.com/model/x?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261122&X-Amz-Signature=${SIGNATURE} failed`,
    ["AKIAIOSFODNN7EXAMPLE", SIGNATURE, "20261122"],
  ],
  ["a relative URL", `/v1/sessions/${SESSION}/connect?ticket=${TICKET}`, [TICKET, "WyIwYjBmN2E4ZSJd"]],
  [
    "a percent-encoded URL inside another text",
    `next=https%3A%2F%2Fhost%2Fp%3Fticket%3D${TICKET}%26x%3D1`,
    ["WyIwYjBmN2E4ZSJd", "c2lnbmF0dXJl"],
  ],
  ["a query cut off before its end", "https://h/p?X-Amz-Security-Token=FwoGZXIvYXdzE", ["FwoGZXIvYXdzE"]],
  ["a query in quotes", '{"url":"https://h/p?a=hunter22"}', ["hunter22"]],
  ["two queries in one line", "https://h/?a=first1 and https://h/?b=second2", ["first1", "second2"]],
  ["a query with a second question mark", "https://h/?x?y=third333", ["third333"]],
  ["a very long query", `https://h/?${"a".repeat(5000)}=fourth44`, ["fourth44"]],
  ["a bearer header", `Authorization: Bearer ${KEY}`, [KEY]],
  ["a bearer header in small letters and tabs", `authorization:\tbearer\t${KEY}`, [KEY]],
  ["a bearer without its header", `refused "Bearer ${KEY}" twice`, [KEY]],
  ["headers as JSON", `{"authorization":"Bearer ${KEY}","x-api-key":"short-key"}`, [KEY, "short-key"]],
  ["headers as single-quoted text", `{ 'cookie': 'id=abc; other=def' }`, ["abc", "def"]],
  ["a basic header", "Authorization: Basic dXNlcjpwYXNz", ["dXNlcjpwYXNz"]],
  [
    "an AWS authorization header",
    `Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1, SignedHeaders=host, Signature=${SIGNATURE}`,
    ["AKIAIOSFODNN7EXAMPLE", SIGNATURE],
  ],
  [
    "AWS's own words about a key",
    "The security token included in the request is invalid: ASIAIOSFODNN7EXAMPLE.",
    ["ASIAIOSFODNN7EXAMPLE"],
  ],
  ["a line of .dev.vars", `AWS_SECRET_ACCESS_KEY=${SECRET_KEY}`, [SECRET_KEY]],
  [
    "a quoted line of .dev.vars",
    'TICKET_SECRET="with spaces, and commas; inside"',
    ["spaces", "commas", "inside"],
  ],
  ["a secret with an escaped quote", '{"secret":"ab\\"cdefgh"}', ["cdefgh"]],
  ["a secret whose quote never closes", '"password": "hunter22 and the rest', ["hunter22", "rest"]],
  ["a bare AWS secret", `signing with ${SECRET_KEY} now`, [SECRET_KEY, "bPxRfiCYEXAMPLEKEY"]],
  ["a bare hex signature", `expected ${SIGNATURE}`, [SIGNATURE]],
  ["subprotocols", `Sec-WebSocket-Protocol: antiphon.v1, ticket.${TICKET}`, [TICKET, "c2lnbmF0dXJl"]],
  ["a ticket cut off in the middle", `ticket.${TICKET.slice(0, 20)}`, ["WyIwYjBm"]],
  ["something else in a ticket's place", "antiphon.v1, ticket.my-own-secret", ["my-own-secret"]],
  ["a resume token", `antiphon.v1, resume.${RESUME}, and bare ${RESUME}`, [RESUME, "WyIwYjBmN2E4ZSJd"]],
  ["a resume token in a query", `/v1/sessions/${SESSION}/connect?resume=${RESUME}`, [RESUME, "WyIwYjBm"]],
  ["a resume token told to a client", `{"resume":{"token":"${RESUME}","forMs":60000}}`, ["WyIwYjBm"]],
  ["a resume token cut off in the middle", `resume.${RESUME.slice(0, 20)}`, ["WyIwYjBm"]],
  ["something else in a resume token's place", "antiphon.v1, resume.my-own-secret", ["my-own-secret"]],
  ["user and password in a URL", "connect to http://user:hunter22@127.0.0.1:8790/", ["user:", "hunter22"]],
  ["a token beside a session id", `session ${SESSION} token=abcdef0123`, ["abcdef0123"]],
  [
    "a token glued to a session id",
    `${SESSION}abcdefghijklmnopqrstuvwxyz0123456789`,
    ["abcdefghijklmnopqrstuvwxyz0123456789"],
  ],
];

describe("redact", () => {
  it.each(nasty)("takes the secrets out of %s", (_name, text, mustGo) => {
    const clean = redact(text);
    for (const secret of mustGo) expect(clean).not.toContain(secret);
    expect(clean).toContain("[redacted]");
  });

  it("keeps what a log is for", () => {
    for (const line of [
      `session ${SESSION} ended: time_limit`,
      `GET /v1/sessions/${SESSION}/transcript 404`,
      "TypeError: x is not a function at decode (src/dialect/antiphon-v1/decode-client-message.ts:12:3)",
      "AccessDeniedException from bedrock-runtime.us-east-1.amazonaws.com for amazon.nova-2-sonic-v1:0",
      "Is it so? Yes. 12 tokens, 3 tickets",
    ])
      expect(redact(line)).toBe(line);
  });

  it("takes out values it is told, as they are and percent-encoded, whatever they look like", () => {
    const odd = "correct horse/battery";
    const clean = redact(`a ${odd} b ${encodeURIComponent(odd)} c`, [odd]);
    expect(clean).toBe("a [redacted] b [redacted] c");
  });

  it("does not take short or empty known values for secrets", () => {
    expect(redact("abc", ["", "b"])).toBe("abc");
  });

  it("never shows a known secret, wherever it is put", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(redact(`${before}${KEY}${after}`, [KEY])).not.toContain(KEY);
      }),
    );
  });

  it("never shows the value of a query, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.webPath(), fc.stringMatching(/^[a-z]{1,8}$/), (path, name) => {
        expect(redact(`https://host.example${path}?${name}=Zq9Zq9Zq9`)).not.toContain("Zq9Zq9Zq9");
      }),
    );
  });

  it.each([
    "?",
    "//a",
    "token=",
    "bearer ",
    "ticket.",
    "at1.-",
    "resume.",
    "ar1.-",
    '"secret":"',
    "AKIA",
    "%3f=",
    "a-1/",
  ])("stays quick on a quarter of a million characters of %j", (piece) => {
    const started = performance.now();
    redact(piece.repeat(Math.ceil(250_000 / piece.length)));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
