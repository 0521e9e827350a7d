import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { issueResumeToken, resumeTokenEnd, verifyResumeToken } from "../../src/edge/resume-token.ts";
import { issueTicket, verifyTicket } from "../../src/edge/ticket.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const NOW = 1_800_000_000_000;
const SESSION = "0b0f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a10";
const OTHER = "2d2f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a12";
const END = resumeTokenEnd(NOW, LIMITS.sessionMs);

const check = (token: string, { session = SESSION, secret = SECRET, now = NOW } = {}) =>
  verifyResumeToken(token, session, secret, now);
const refused = (code: string) => ({ ok: false, error: { code } });
const INVALID = refused("resume_invalid");

/** Signed with the right secret, whatever it says. */
const signed = (version: string, text: string): string => {
  const body = `${version}.${Buffer.from(text).toString("base64url")}`;
  return `${body}.${createHmac("sha256", SECRET).update(body).digest("base64url")}`;
};

describe("a resume token", () => {
  const token = issueResumeToken(SESSION, END, SECRET);

  it("lets its session's client back in, and fits a URL and a subprotocol's name", () => {
    expect(check(token)).toEqual({ ok: true, value: null });
    expect(token).toMatch(/^ar1\.[\w-]+\.[\w-]+$/);
    expect(token.length).toBeLessThan(256);
  });

  it("lets it in as often as it comes, until the longest session that its agent has is over", () => {
    expect(END - NOW).toBe(LIMITS.ticketMs + LIMITS.sessionMs);
    for (const now of [NOW, NOW, END - 1]) expect(check(token, { now }).ok).toBe(true);
    expect(check(token, { now: END })).toEqual(refused("session_ended"));
  });

  it("opens no other session, today or when it has expired", () => {
    for (const now of [NOW, END]) expect(check(token, { session: OTHER, now })).toMatchObject(INVALID);
  });

  it("of another gateway is refused", () => {
    const foreign = issueResumeToken(SESSION, END, SECRET.toUpperCase());
    expect(check(foreign)).toMatchObject(INVALID);
  });

  it("is no ticket, and a ticket is none, though both are signed with one secret", () => {
    const claims = { session: SESSION, ticket: OTHER, agent: "bank", caller: null, tenant: null };
    const ticket = issueTicket({ ...claims, expiresAt: END }, SECRET);
    expect(check(ticket)).toMatchObject(INVALID);
    expect(verifyTicket(token, SESSION, SECRET, NOW)).toMatchObject(refused("ticket_invalid"));
    // Neither does one become the other under the other's name: the name is signed.
    expect(check(ticket.replace(/^at1/, "ar1"))).toMatchObject(INVALID);
    expect(verifyTicket(token.replace(/^ar1/, "at1"), SESSION, SECRET, NOW)).toMatchObject(
      refused("ticket_invalid"),
    );
    // Nor would the claims of one do for the other, had we signed them.
    expect(check(signed("ar1", JSON.stringify([SESSION, OTHER, "bank", null, null, END])))).toMatchObject(
      INVALID,
    );
    expect(verifyTicket(signed("at1", JSON.stringify([SESSION, END])), SESSION, SECRET, NOW)).toMatchObject(
      refused("ticket_invalid"),
    );
  });

  it("with any one character changed is refused", () => {
    for (let index = 0; index < token.length; index++) {
      for (const other of ["A", "B"]) {
        const changed = token.slice(0, index) + other + token.slice(index + 1);
        if (changed !== token) expect(check(changed)).toMatchObject(INVALID);
      }
    }
  });

  it("that was prolonged, cut, doubled or moved to another session by its holder is refused", () => {
    const [version, claims = "", mac] = token.split(".");
    const forge = (fields: unknown) =>
      `${version}.${Buffer.from(JSON.stringify(fields)).toString("base64url")}.${mac}`;
    for (const forged of [
      forge([SESSION, END + 1]),
      forge([OTHER, END]),
      `${version}.${claims}`,
      `${version}.${claims}.`,
      `${version}..${mac}`,
      `${token}.${mac}`,
      `${token}=`,
      ` ${token}`,
      `${token}\n`,
      token.toUpperCase(),
      token.repeat(2),
    ])
      expect(check(forged, { session: forged.includes(OTHER) ? OTHER : SESSION })).toMatchObject(INVALID);
  });

  it("of another kind, ten kilobytes or a megabyte long, is refused", () => {
    for (const other of [
      "",
      "ar1",
      "ar1..",
      "ar0.e30.AAAA",
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
      "ar1.é.é",
      "\u0000",
      "x".repeat(10_000),
      `ar1.${"A".repeat(10_000)}.AAAA`,
      token + "A".repeat(10_000),
      "x".repeat(1_000_000),
    ])
      expect(check(other)).toMatchObject(INVALID);
    // Refused for its length, before anybody counts over it, even if we had signed it.
    expect(check(signed("ar1", JSON.stringify([SESSION, END, "x".repeat(10_000)])))).toMatchObject({
      error: { code: "resume_invalid", cause: "too long" },
    });
  });

  it("that we signed, but that says something else, is refused", () => {
    for (const text of ["", "[]", "{}", "no json", JSON.stringify([SESSION]), JSON.stringify([SESSION, -1])])
      expect(check(signed("ar1", text))).toMatchObject(INVALID);
  });

  it("never makes the check throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => !check(text).ok && !check(`ar1.${text}`).ok),
    );
  });
});
