import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { issueTicket, type TicketClaims, verifyTicket } from "../../src/edge/ticket.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const NOW = 1_800_000_000_000;
const CLAIMS: TicketClaims = {
  session: "0b0f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a10",
  ticket: "1c1f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a11",
  agent: "bank",
  caller: "frida@example.com",
  tenant: null,
  expiresAt: NOW + 45_000,
};
const OTHER = "2d2f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a12";

const check = (token: string, { session = CLAIMS.session, secret = SECRET, now = NOW } = {}) =>
  verifyTicket(token, session, secret, now);
const refused = (code: string) => ({ ok: false, error: { code } });

describe("a ticket", () => {
  const token = issueTicket(CLAIMS, SECRET);

  it("gives back its claims to whoever holds the secret", () => {
    expect(check(token)).toEqual({ ok: true, value: CLAIMS });
  });

  it("carries any name, and stays fit for a URL and a subprotocol's name", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 256 }),
        fc.string({ maxLength: 256 }),
        (caller, tenant) => {
          const claims = { ...CLAIMS, caller, tenant };
          const made = issueTicket(claims, SECRET);
          expect(made).toMatch(/^[\w.-]+$/);
          expect(check(made)).toEqual({ ok: true, value: claims });
        },
      ),
    );
  });

  it("stays within its limit for the longest identities there are", () => {
    const widest = "漢".repeat(LIMITS.identityChars);
    const made = issueTicket({ ...CLAIMS, agent: "a".repeat(64), caller: widest, tenant: widest }, SECRET);
    expect(made.length).toBeLessThanOrEqual(LIMITS.ticketChars);
    expect(check(made).ok).toBe(true);
  });

  it("opens its own session only", () => {
    expect(check(token, { session: OTHER })).toMatchObject(refused("ticket_invalid"));
  });

  it("is good until its last millisecond, and not after", () => {
    expect(check(token, { now: CLAIMS.expiresAt - 1 }).ok).toBe(true);
    expect(check(token, { now: CLAIMS.expiresAt })).toMatchObject(refused("ticket_expired"));
  });

  it("tells nobody that it has expired who could not have had it", () => {
    expect(check(token, { session: OTHER, now: CLAIMS.expiresAt })).toMatchObject(refused("ticket_invalid"));
    expect(check(`${token.slice(0, -1)}A`, { now: CLAIMS.expiresAt })).toMatchObject(
      refused("ticket_invalid"),
    );
  });

  it("is refused under another secret", () => {
    expect(check(token, { secret: SECRET.toUpperCase() })).toMatchObject(refused("ticket_invalid"));
  });

  it("is refused when any one of its characters is another", () => {
    const alphabet = "ABab01-_.";
    for (let at = 0; at < token.length; at++)
      for (const character of alphabet) {
        if (token[at] === character) continue;
        const tampered = token.slice(0, at) + character + token.slice(at + 1);
        expect(check(tampered), `character ${at} as ${character}`).toMatchObject(refused("ticket_invalid"));
      }
  });

  it("is refused when cut off anywhere, or longer than it was", () => {
    for (let length = 0; length < token.length; length++)
      expect(check(token.slice(0, length))).toMatchObject(refused("ticket_invalid"));
    for (const tail of [".", "A", "=", " ", ".AAAA", `.${token}`])
      expect(check(token + tail)).toMatchObject(refused("ticket_invalid"));
  });

  it("is refused when its parts are another ticket's", () => {
    const [, , mac] = token.split(".");
    const [version, claims] = issueTicket({ ...CLAIMS, caller: "admin" }, SECRET).split(".");
    expect(check(`${version}.${claims}.${mac}`)).toMatchObject(refused("ticket_invalid"));
  });

  it("is refused when it is a token of another kind", () => {
    for (const other of [
      "",
      "at1",
      "at1..",
      "at0.e30.AAAA",
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
      `at1.${Buffer.from(JSON.stringify(Object.values(CLAIMS))).toString("base64url")}.`,
      "x".repeat(1_000_000),
      "\u0000",
      "at1.é.é",
    ])
      expect(check(other)).toMatchObject(refused("ticket_invalid"));
  });

  it("is refused when we signed something that holds no claims", async () => {
    const { createHmac } = await import("node:crypto");
    for (const text of ["[]", "{}", "no json", JSON.stringify(["a", "b", "c", null, null, NOW]), ""]) {
      const signed = `at1.${Buffer.from(text).toString("base64url")}`;
      const mac = createHmac("sha256", SECRET).update(signed).digest("base64url");
      expect(check(`${signed}.${mac}`)).toMatchObject(refused("ticket_invalid"));
    }
  });

  it("never makes the check throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => !check(text).ok && !check(`at1.${text}`).ok),
    );
  });
});
