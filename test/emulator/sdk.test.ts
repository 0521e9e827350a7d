/**
 * The proof: AWS's own SDK, unmodified, holds a conversation with the emulator through both doors.
 */
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import * as nodeBuild from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../emulator/auth/credentials.ts";
import { type Emulator, startEmulator } from "../../emulator/emulator.ts";
import * as nova from "./support/events.ts";
import { loadBrowserBuild } from "./support/sdk.ts";
import { LETTER_MS, say, scriptedSenses, use } from "./support/senses.ts";

const MODEL = "amazon.nova-2-sonic-v1:0";
const pem = (name: string): string =>
  readFileSync(new URL(`./support/loopback-${name}.pem`, import.meta.url), "utf8");

/** Eight seconds of it: long enough to be interrupted on the slowest machine. */
const LONG = "and not a cent more than that ".repeat(7).trim();

const senses = scriptedSenses(["what is my balance", "thank you"], {
  "what is my balance": [use("get_balance", { account: "savings" })],
  "results of get_balance": [say(`You have {}, ${LONG}.`)],
  "thank you": [say("Good bye.")],
});

interface Told {
  readonly names: string[];
  readonly texts: string[];
  audioBytes: number;
}

/** Asks for the balance, answers the tool call, cuts the answer short with thanks, and hangs up when those are answered. */
async function converse(sdk: typeof nodeBuild, client: nodeBuild.BedrockRuntimeClient): Promise<Told> {
  const told: Told = { names: [], texts: [], audioBytes: 0 };
  const queue: nova.NovaEvent[] = [
    ...nova.prologue({ tools: [nova.tool("get_balance")] }),
    ...nova.utterance(),
  ];
  let wake = (): void => {};
  let done = false;
  const push = (...events: readonly nova.NovaEvent[]): void => {
    queue.push(...events);
    wake();
  };
  async function* body(): AsyncGenerator<nodeBuild.InvokeModelWithBidirectionalStreamInput> {
    for (;;) {
      for (const event of queue.splice(0)) yield { chunk: { bytes: Buffer.from(JSON.stringify(event)) } };
      if (done) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  const { body: answers } = await client.send(
    new sdk.InvokeModelWithBidirectionalStreamCommand({ modelId: MODEL, body: body() }),
  );
  let interrupted = false;
  for await (const { chunk } of answers ?? []) {
    const { event } = JSON.parse(Buffer.from(chunk?.bytes ?? []).toString("utf8"));
    const [name = ""] = Object.keys(event);
    told.names.push(name);
    if (name === "textOutput") told.texts.push(`${event.textOutput.role}: ${event.textOutput.content}`);
    if (name === "toolUse") push(...nova.toolResult("r", event.toolUse.toolUseId, '{"euros":12}'));
    if (name === "audioOutput") {
      told.audioBytes += Buffer.from(event.audioOutput.content, "base64").length;
      if (!interrupted) push(...nova.utterance());
      interrupted = true;
    }
    if (
      name === "contentEnd" &&
      event.contentEnd.type === "TEXT" &&
      event.contentEnd.stopReason === "END_TURN"
    ) {
      done = true;
      push(...nova.epilogue());
    }
  }
  return told;
}

function expectWholeConversation(told: Told): void {
  expect(told.texts).toEqual([
    "USER: what is my balance",
    `ASSISTANT: You have {"euros":12}, ${LONG}.`,
    'ASSISTANT: { "interrupted" : true }',
    "USER: thank you",
    "ASSISTANT: Good bye.",
    "ASSISTANT: Good bye.",
  ]);
  expect(told.names[0]).toBe("completionStart");
  expect(told.names.at(-1)).toBe("completionEnd");
  expect(told.names).toContain("usageEvent");
  const whole = (9 * LETTER_MS * nova.RATE * 2) / 1000;
  expect(told.audioBytes).toBeGreaterThan(whole);
  expect(told.audioBytes).toBeLessThan(whole + (LONG.length * LETTER_MS * nova.RATE * 2) / 1000);
}

describe("the AWS SDK, unmodified,", () => {
  let plain: Emulator;
  let secure: Emulator;
  let browserBuild: typeof nodeBuild;

  beforeAll(async () => {
    const common = { port: 0, h2Port: 0, senses, firstAudioMs: 20 };
    const usual = getCACertificates("default");
    setDefaultCACertificates([...usual, pem("cert")]);
    [plain, secure, browserBuild] = await Promise.all([
      startEmulator(common),
      startEmulator({ ...common, tls: { cert: pem("cert"), key: pem("key") } }),
      loadBrowserBuild(),
    ]);
    return () => setDefaultCACertificates(usual);
  });
  afterAll(() => Promise.all([plain.close(), secure.close()]));

  const clientOf = (sdk: typeof nodeBuild, endpoint: string, secret = DEFAULT_CREDENTIALS.secretAccessKey) =>
    new sdk.BedrockRuntimeClient({
      region: "us-east-1",
      endpoint,
      maxAttempts: 1,
      credentials: { accessKeyId: DEFAULT_CREDENTIALS.accessKeyId, secretAccessKey: secret },
    });

  test("in its Node build holds a conversation with a tool over HTTP/2", async () => {
    const client = clientOf(nodeBuild, plain.h2Url);
    expectWholeConversation(await converse(nodeBuild, client));
    client.destroy();
    const [record] = plain.registry.list();
    expect(record?.door).toBe("http2");
  });

  test("in its Node build does so over TLS", async () => {
    const client = clientOf(nodeBuild, secure.h2Url);
    expectWholeConversation(await converse(nodeBuild, client));
    client.destroy();
  });

  test("in its browser build holds a conversation with a tool over the WebSocket", async () => {
    const client = clientOf(browserBuild, secure.httpUrl);
    expectWholeConversation(await converse(browserBuild, client));
    client.destroy();
    expect(secure.registry.list().map((record) => record.door)).toContain("websocket");
  });

  test("recognises a refusal over HTTP/2 as AWS's", async () => {
    const client = clientOf(nodeBuild, plain.h2Url, "another secret");
    await expect(converse(nodeBuild, client)).rejects.toMatchObject({
      name: "InvalidSignatureException",
      $metadata: { httpStatusCode: 403 },
    });
    client.destroy();
  });

  test.each([
    ["over HTTP/2", () => [nodeBuild, plain.h2Url, plain] as const],
    ["over the WebSocket", () => [browserBuild, secure.httpUrl, secure] as const],
  ])("recognises an exception in the middle of an answer %s", async (_, door) => {
    const [sdk, url, emulator] = door();
    emulator.registry.order({
      fault: { type: "exception", exception: "modelStreamErrorException" },
      when: "mid_answer",
      times: 1,
    });
    const client = clientOf(sdk, url);
    await expect(converse(sdk, client)).rejects.toMatchObject({
      name: "ModelStreamErrorException",
      message: "System instability detected. Please retry your request.",
      originalStatusCode: 500,
    });
    client.destroy();
  });
});
