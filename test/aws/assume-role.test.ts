import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../emulator/auth/credentials.ts";
import { type Emulator, startEmulator } from "../../emulator/emulator.ts";
import { assumeRole, readAssumed } from "../../src/aws/assume-role.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { scriptedSenses } from "../emulator/support/senses.ts";

const ROLE = "arn:aws:iam::123456789012:role/antiphon";
const NOW = Date.UTC(2026, 10, 22, 12);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, h2Port: 0, senses: scriptedSenses([], {}) });
});
afterAll(() => emulator.close());

const assume = (changes: Partial<Parameters<typeof assumeRole>[0]> = {}) =>
  assumeRole({
    role: { arn: ROLE, externalId: null },
    credentials: DEFAULT_CREDENTIALS,
    region: "us-east-1",
    endpoint: emulator.httpUrl,
    ...changes,
  });

describe("taking a role", () => {
  it("gives credentials of its own, with the time at which they expire", async () => {
    const before = Date.now();
    const taken = await assume();
    if (!taken.ok) throw new Error(JSON.stringify(taken.error));
    expect(taken.value.accessKeyId).toMatch(/^ASIA/);
    expect(taken.value.secretAccessKey).not.toBe(DEFAULT_CREDENTIALS.secretAccessKey);
    expect(taken.value.expiresAt - before).toBeGreaterThan(LIMITS.roleMs - 60_000);
    expect(taken.value.expiresAt - before).toBeLessThan(LIMITS.roleMs + 60_000);
  });

  it("tells the external id that the role's owner asks for", async () => {
    const arn = "arn:aws:iam::123456789012:role/guarded-sesame";
    expect((await assume({ role: { arn, externalId: "sesame" } })).ok).toBe(true);
    expect(await assume({ role: { arn, externalId: null } })).toMatchObject({ error: { kind: "denied" } });
  });

  it("is refused in STS's own words, and no secret is told", async () => {
    const denied = await assume({
      role: { arn: "arn:aws:iam::123456789012:role/denied", externalId: null },
    });
    expect(denied).toMatchObject({
      ok: false,
      error: {
        type: "refused",
        kind: "denied",
        errorType: "AccessDenied",
        message: expect.stringContaining("not authorized to perform: sts:AssumeRole"),
      },
    });
    const wrong = await assume({
      credentials: { ...DEFAULT_CREDENTIALS, secretAccessKey: "another-secret" },
    });
    expect(wrong).toMatchObject({ error: { kind: "denied", errorType: "SignatureDoesNotMatch" } });
    expect(JSON.stringify(wrong)).not.toContain("another-secret");
  });

  it("may be tried again where STS has no time, or nobody answers", async () => {
    emulator.services.desk.order(
      "sts",
      { when: "now", fault: { type: "refuse", status: 400, errorType: "Throttling" } },
      1,
    );
    expect(await assume()).toMatchObject({ error: { kind: "throttled" } });
    expect(await assume({ endpoint: "http://127.0.0.1:1" })).toMatchObject({
      error: { type: "unreachable" },
    });
  });
});

describe("STS's answer", () => {
  const answer = (changes: Record<string, string> = {}): string => {
    const members = {
      AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
      SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY",
      SessionToken: "FwoGZXIvYXdzEBY//token==",
      Expiration: "2026-11-22T13:00:00Z",
      ...changes,
    };
    const xml = Object.entries(members).map(([tag, text]) => `<${tag}>${text}</${tag}>`);
    return `<AssumeRoleResponse><AssumeRoleResult><Credentials>${xml.join("\n")}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  };

  it("is read", () => {
    expect(readAssumed(answer(), NOW)).toEqual({
      ok: true,
      value: {
        accessKeyId: "ASIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY",
        sessionToken: "FwoGZXIvYXdzEBY//token==",
        expiresAt: Date.UTC(2026, 10, 22, 13),
      },
    });
  });

  it.each([
    ["is empty", ""],
    ["is somebody's web page", "<html><body>Sign in to the hotel's network</body></html>"],
    ["is JSON", '{"Credentials":{"AccessKeyId":"ASIAIOSFODNN7EXAMPLE"}}'],
    [
      "has two access keys",
      answer().replace("<Credentials>", "<AccessKeyId>ASIAIOSFODNN7EXAMPLF</AccessKeyId>"),
    ],
    ["has a key that is none", answer({ AccessKeyId: "ASIA\r\nx-evil: 1" })],
    ["has a key that is too long", answer({ AccessKeyId: "A".repeat(129) })],
    ["has an empty secret", answer({ SecretAccessKey: "" })],
    ["has a secret with spaces", answer({ SecretAccessKey: "a b" })],
    ["has entities", answer({ SecretAccessKey: "&xxe;" })],
    ["has a token with line breaks inside", answer({ SessionToken: "a\nb" })],
    ["has a token without end", answer({ SessionToken: "a".repeat(8193) })],
    ["has expired", answer({ Expiration: "2026-11-22T12:00:00Z" })],
    ["has no time of expiry", answer({ Expiration: "soon" })],
    ["is cut off", answer().slice(0, 200)],
  ])("that %s is none, and its words are not repeated", (_, xml) => {
    const read = readAssumed(xml, NOW);
    expect(read).toMatchObject({ ok: false, error: { type: "unreadable" } });
    expect(JSON.stringify(read)).not.toMatch(/ASIA|EXAMPLE|hotel/);
  });

  it("of a hostile length is read in no time", () => {
    const since = performance.now();
    expect(readAssumed("<AccessKeyId>".repeat(5_000), NOW).ok).toBe(false);
    expect(readAssumed(`<AccessKeyId>${"a".repeat(64 * 1024)}`, NOW).ok).toBe(false);
    expect(performance.now() - since).toBeLessThan(1_000);
  });
});
