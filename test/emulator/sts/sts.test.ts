/**
 * The proof: AWS's own SDK, unmodified, takes a role of the emulator's, and calls its services with what it is given.
 */
import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { AssumeRoleCommand, type Credentials, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import { type Emulator, startEmulator } from "../../../emulator/emulator.ts";
import { scriptedSenses } from "../support/senses.ts";

const ROLE = "arn:aws:iam::123456789012:role/antiphon";
const region = "us-east-1";

let emulator: Emulator;
let now = Date.now();
beforeEach(async () => {
  now = Date.now();
  emulator = await startEmulator({
    port: 0,
    h2Port: 0,
    senses: scriptedSenses([], {}),
    wallNow: () => now,
  });
});
afterEach(() => emulator.close());

const assume = async (
  changes: object = {},
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = DEFAULT_CREDENTIALS,
): Promise<Credentials> => {
  const client = new STSClient({ region, endpoint: emulator.httpUrl, credentials, maxAttempts: 1 });
  try {
    const command = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "a-test", ...changes });
    const { Credentials: given } = await client.send(command);
    if (given === undefined) throw new Error("no credentials");
    return given;
  } finally {
    client.destroy();
  }
};

const askWith = async ({ AccessKeyId = "", SecretAccessKey = "", SessionToken = "" }: Credentials) => {
  const client = new BedrockRuntimeClient({
    region,
    endpoint: emulator.h2Url,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === "" ? {} : { sessionToken: SessionToken }),
    },
    maxAttempts: 1,
  });
  try {
    return await client.send(
      new ConverseCommand({
        modelId: "us.amazon.nova-2-lite-v1:0",
        messages: [{ role: "user", content: [{ text: "Hello" }] }],
      }),
    );
  } finally {
    client.destroy();
  }
};

describe("a role, taken with AWS's own SDK,", () => {
  it("gives credentials that open the services, for as long as was asked", async () => {
    const given = await assume({ DurationSeconds: 900 });
    expect(given.Expiration?.getTime()).toBe(Math.floor((now + 900_000) / 1000) * 1000);
    expect((await askWith(given)).output?.message?.role).toBe("assistant");
  });

  it("is known by key, secret and token together", async () => {
    const given = await assume();
    for (const changes of [{ SessionToken: "" }, { SessionToken: "another" }, { SecretAccessKey: "another" }])
      await expect(askWith({ ...given, ...changes })).rejects.toThrow(/invalid|does not match/);
  });

  it("expires by the clock, or when the control endpoint says so", async () => {
    const first = await assume({ DurationSeconds: 900 });
    now += 900_001;
    await expect(askWith(first)).rejects.toMatchObject({ name: "ExpiredTokenException" });
    now = Date.now();
    const second = await assume();
    await fetch(`${emulator.controlUrl}/credentials`, { method: "DELETE" });
    await expect(askWith(second)).rejects.toMatchObject({ name: "ExpiredTokenException" });
    expect((await askWith(await assume())).output).toBeDefined();
  });

  it("may take another in its turn", async () => {
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = await assume();
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
    expect((await assume({}, credentials)).AccessKeyId).toMatch(/^ASIA/);
  });

  it.each([
    [{ RoleArn: "arn:aws:iam::123456789012:role/denied" }, "AccessDenied"],
    [{ RoleArn: "arn:aws:iam::123456789012:role/guarded-sesame" }, "AccessDenied"],
    [{ RoleArn: "arn:aws:iam::123456789012:user/somebody" }, "ValidationError"],
    [{ RoleSessionName: "a name with spaces" }, "ValidationError"],
    [{ DurationSeconds: 43_200 }, "ValidationError"],
  ])("is refused for %j with %s", async (changes, name) => {
    await expect(assume(changes)).rejects.toMatchObject({ name });
  });

  it("is given to whoever knows its external id", async () => {
    const changes = { RoleArn: "arn:aws:iam::123456789012:role/guarded-sesame", ExternalId: "sesame" };
    expect((await assume(changes)).AccessKeyId).toBeDefined();
  });

  it("is refused to a wrong key and a wrong secret", async () => {
    const wrong = { ...DEFAULT_CREDENTIALS, secretAccessKey: "another" };
    await expect(assume({}, wrong)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(assume({}, { ...wrong, accessKeyId: "AKIDNOBODY" })).rejects.toMatchObject({
      name: expect.stringContaining("InvalidClientTokenId"),
    });
  });

  it("suffers the faults that were ordered", async () => {
    await fetch(`${emulator.controlUrl}/faults`, {
      method: "POST",
      body: JSON.stringify({ service: "sts", fault: { type: "refuse", status: 503 } }),
    });
    await expect(assume()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect((await assume()).AccessKeyId).toBeDefined();
  });
});
