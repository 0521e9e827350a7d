/**
 * Where the stream goes, and what `npm start` makes up.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseDevVars } from "../../scripts/lib/dev-vars.ts";
import { EMULATOR_CREDENTIALS, planSettings } from "../../scripts/lib/settings.ts";

const SECRET = "fresh-random-text-of-at-least-32-characters";
const plan = (given: Record<string, string>) =>
  planSettings(new Map(Object.entries(given)), {
    file: ".dev.vars",
    emulatorUrl: "http://127.0.0.1:8790",
    random: () => SECRET,
  });
const KEYS = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG" };

describe("the settings of npm start", () => {
  it("send the stream to the emulator when nothing is given", () => {
    const result = plan({});
    expect(result).toMatchObject({ ok: true, value: { upstream: { type: "emulator" } } });
    expect(result.ok && Object.fromEntries(result.value.values)).toEqual({
      ENVIRONMENT: "development",
      API_KEYS: SECRET,
      TICKET_SECRET: SECRET,
      BEDROCK_ENDPOINT: "http://127.0.0.1:8790",
      AGENTCORE_ENDPOINT: "http://127.0.0.1:8790",
      STS_ENDPOINT: "http://127.0.0.1:8790",
      ...EMULATOR_CREDENTIALS,
    });
  });

  it("send the stream to AWS when credentials are given, and nothing of the emulator's with them", () => {
    const result = plan({ ...KEYS, AWS_REGION: "eu-north-1" });
    expect(result).toMatchObject({ value: { upstream: { type: "aws", region: "eu-north-1" } } });
    expect(result.ok && result.value.values.has("BEDROCK_ENDPOINT")).toBe(false);
    expect(result.ok && result.value.values.get("AWS_ACCESS_KEY_ID")).toBe("AKIAEXAMPLE");
  });

  it("send the stream to an endpoint of the developer's own", () => {
    expect(plan({ ...KEYS, BEDROCK_ENDPOINT: "https://vpce.example.com" })).toMatchObject({
      value: { upstream: { type: "endpoint", url: "https://vpce.example.com" } },
    });
  });

  it("are those of the emulator when .dev.vars.example is copied and not filled in", () => {
    const example = parseDevVars(readFileSync(new URL("../../.dev.vars.example", import.meta.url), "utf8"));
    expect(example.ok && plan(Object.fromEntries(example.value.values))).toMatchObject({
      ok: true,
      value: { upstream: { type: "emulator" } },
    });
  });

  it("prefer the developer's own values to made-up ones", () => {
    const result = plan({ API_KEYS: "my-own-key-of-good-length", ALLOWED_ORIGINS: "https://example.com" });
    expect(result.ok && result.value.values.get("API_KEYS")).toBe("my-own-key-of-good-length");
    expect(result.ok && result.value.values.get("ALLOWED_ORIGINS")).toBe("https://example.com");
  });

  it.each([
    ["a key without its secret", { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" }, "not AWS_SECRET_ACCESS_KEY"],
    ["a secret without its key", { AWS_SECRET_ACCESS_KEY: "secret" }, "not AWS_ACCESS_KEY_ID"],
    ["a token alone", { AWS_SESSION_TOKEN: "token" }, "AWS_SESSION_TOKEN"],
    ["an endpoint without credentials", { BEDROCK_ENDPOINT: "http://localhost:1" }, "no AWS credentials"],
    ["a short API key", { API_KEYS: "short" }, "API_KEYS"],
    ["a short ticket secret", { TICKET_SECRET: "short" }, "TICKET_SECRET"],
    ["a region that is none", { ...KEYS, AWS_REGION: "Virginia" }, "AWS_REGION"],
    ["an endpoint that is no URL", { ...KEYS, BEDROCK_ENDPOINT: "bedrock" }, "BEDROCK_ENDPOINT"],
  ])("refuse %s in one line with the mend", (_, given, words) => {
    const result = plan(given);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) });
    expect(!result.ok && result.error).not.toContain("\n");
  });
});
