import { describe, expect, it } from "vitest";
import { describeIssue, parseConfig, type SETTINGS, secretsOf } from "../../src/base/config.ts";

const GOOD = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  API_KEYS: "first-key-of-16-chars,second-key-of-16-chars",
  TICKET_SECRET: "0123456789abcdef0123456789abcdef",
};

const issuesOf = (env: unknown) => {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.error;
};

describe("parseConfig", () => {
  it("reads the least that a production gateway needs, and fills in the rest", () => {
    expect(parseConfig(GOOD)).toEqual({
      ok: true,
      value: {
        credentials: {
          accessKeyId: GOOD.AWS_ACCESS_KEY_ID,
          secretAccessKey: GOOD.AWS_SECRET_ACCESS_KEY,
          sessionToken: null,
        },
        role: null,
        stsEndpoint: null,
        region: null,
        endpoint: null,
        agentcoreEndpoint: null,
        apiKeys: ["first-key-of-16-chars", "second-key-of-16-chars"],
        ticketSecret: GOOD.TICKET_SECRET,
        allowedOrigins: [],
        streamPlaces: [],
        tenantShares: [],
        environment: "production",
      },
    });
  });

  it("reads everything there is to set", () => {
    const parsed = parseConfig({
      ...GOOD,
      AWS_ACCESS_KEY_ID: "ASIAIOSFODNN7EXAMPLE",
      AWS_SESSION_TOKEN: "FwoGZXIvYXdzEBY=",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/service/antiphon",
      AWS_ROLE_EXTERNAL_ID: "a-customer:42",
      STS_ENDPOINT: "http://127.0.0.1:8790/",
      AWS_REGION: "eu-north-1",
      BEDROCK_ENDPOINT: "http://127.0.0.1:8790/",
      AGENTCORE_ENDPOINT: "http://127.0.0.1:8790/core/",
      ALLOWED_ORIGINS: "https://app.example.com, http://LOCALHOST:3000/",
      ENVIRONMENT: "development",
    });
    expect(parsed.ok && parsed.value).toMatchObject({
      credentials: { sessionToken: "FwoGZXIvYXdzEBY=" },
      role: { arn: "arn:aws:iam::123456789012:role/service/antiphon", externalId: "a-customer:42" },
      stsEndpoint: "http://127.0.0.1:8790",
      region: "eu-north-1",
      endpoint: "http://127.0.0.1:8790",
      agentcoreEndpoint: "http://127.0.0.1:8790/core",
      allowedOrigins: ["https://app.example.com", "http://localhost:3000"],
      environment: "development",
    });
  });

  it("forgives the newline that a pasted secret brings along, and takes blank for unset", () => {
    const parsed = parseConfig({
      ...GOOD,
      TICKET_SECRET: `${GOOD.TICKET_SECRET}\n`,
      AWS_REGION: " ",
      API_KEYS: ` ${GOOD.API_KEYS} , `,
    });
    expect(parsed.ok && parsed.value.ticketSecret).toBe(GOOD.TICKET_SECRET);
    expect(parsed.ok && parsed.value.region).toBeNull();
    expect(parsed.ok && parsed.value.apiKeys).toHaveLength(2);
  });

  it("does without API keys in development only", () => {
    const { API_KEYS: _, ...without } = GOOD;
    expect(parseConfig({ ...without, ENVIRONMENT: "development" }).ok).toBe(true);
    expect(issuesOf(without).map((issue) => issue.setting)).toEqual(["API_KEYS"]);
  });

  it("tells everything that is missing at once", () => {
    for (const env of [{}, null, undefined, 7, "text"])
      expect(issuesOf(env).map((issue) => [issue.setting, issue.problem])).toEqual([
        ["AWS_ACCESS_KEY_ID", "is missing"],
        ["AWS_SECRET_ACCESS_KEY", "is missing"],
        ["TICKET_SECRET", "is missing"],
        ["API_KEYS", "is missing"],
      ]);
  });

  const faults: readonly [setting: (typeof SETTINGS)[number], value: unknown, problem: string][] = [
    ["AWS_ACCESS_KEY_ID", '"AKIAIOSFODNN7EXAMPLE"', "has characters that no access key id has"],
    ["AWS_ACCESS_KEY_ID", 12345678, "is not text"],
    ["AWS_SECRET_ACCESS_KEY", "half of it and more", "has spaces or other characters that no secret has"],
    ["AWS_SESSION_TOKEN", "line one\nline two", "has spaces or other characters that no token has"],
    ["AWS_ROLE_ARN", "arn:aws:iam::123456789012:user/antiphon", "is not the ARN of an IAM role"],
    ["AWS_ROLE_ARN", "antiphon-role", "is not the ARN of an IAM role"],
    ["AWS_ROLE_EXTERNAL_ID", "two words", "has characters that no external id has"],
    ["STS_ENDPOINT", "http://sts.example", "is not encrypted"],
    ["STS_ENDPOINT", "sts.example", "is not an http(s) URL"],
    ["AWS_REGION", "Stockholm", "is not the name of an AWS region"],
    ["AWS_REGION", "us-east-1a", "is not the name of an AWS region"],
    ["BEDROCK_ENDPOINT", "127.0.0.1:9999", "is not an http(s) URL"],
    ["BEDROCK_ENDPOINT", "wss://door.example", "is not an http(s) URL"],
    ["BEDROCK_ENDPOINT", "https://user:hunter22@door.example", "carries a user name or password"],
    ["BEDROCK_ENDPOINT", "https://door.example/?token=hunter22", "has a query or a fragment"],
    ["BEDROCK_ENDPOINT", "http://door.example", "is not encrypted"],
    ["API_KEYS", "too-short-key", "has key 1 of 1 that is too short"],
    ["API_KEYS", "long-enough-key-here,short-key", "has key 2 of 2 that is too short"],
    ["API_KEYS", "key with spaces in it", "has key 1 of 1 with characters that no header carries"],
    ["AGENTCORE_ENDPOINT", "http://core.example", "is not encrypted"],
    ["AGENTCORE_ENDPOINT", "core.example", "is not an http(s) URL"],
    ["API_KEYS", ",,,", "holds no key"],
    ["TICKET_SECRET", "only-thirty-one-characters-long", "is too short"],
    ["ALLOWED_ORIGINS", "no-scheme.example", "has an entry, number 1, that is not an origin"],
    [
      "ALLOWED_ORIGINS",
      "https://a.example,https://b.example/path",
      "has an entry, number 2, that is not an origin",
    ],
    ["ALLOWED_ORIGINS", "*", "has an entry, number 1, that is not an origin"],
    ["ALLOWED_ORIGINS", "https://*.example.com", "has an entry, number 1, that is not an origin"],
    ["ALLOWED_ORIGINS", "null", "has an entry, number 1, that is not an origin"],
    ["ALLOWED_ORIGINS", "file:///tmp/page.html", "has an entry, number 1, that is not an origin"],
    ["ENVIRONMENT", "staging", "is not an environment"],
  ];
  it.each(faults)("says what is wrong with %s = %j, without the value", (setting, value, problem) => {
    const role = { AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/antiphon" };
    const issues = issuesOf({ ...GOOD, ...role, [setting]: value });
    expect(issues.map((issue) => [issue.setting, issue.problem])).toEqual([[setting, problem]]);
    const words = issues.map(describeIssue).join(" ");
    expect(words).toContain("Right would be: ");
    if (typeof value === "string" && value.length > 8) expect(words).not.toContain(value);
    expect(words).not.toContain("hunter22");
  });

  it("asks for the session token that temporary credentials need", () => {
    expect(
      issuesOf({ ...GOOD, AWS_ACCESS_KEY_ID: "ASIAIOSFODNN7EXAMPLE" }).map((issue) => issue.setting),
    ).toEqual(["AWS_SESSION_TOKEN"]);
  });

  it("asks for the role that an external id is for", () => {
    expect(issuesOf({ ...GOOD, AWS_ROLE_EXTERNAL_ID: "sesame" }).map((issue) => issue.setting)).toEqual([
      "AWS_ROLE_ARN",
    ]);
  });

  it("lists every secret for the redactor", () => {
    const parsed = parseConfig({ ...GOOD, AWS_SESSION_TOKEN: "FwoGZXIvYXdzEBY=" });
    expect(parsed.ok && [...secretsOf(parsed.value)].sort()).toEqual(
      [
        GOOD.AWS_SECRET_ACCESS_KEY,
        GOOD.TICKET_SECRET,
        "FwoGZXIvYXdzEBY=",
        ...GOOD.API_KEYS.split(","),
      ].sort(),
    );
  });
});
