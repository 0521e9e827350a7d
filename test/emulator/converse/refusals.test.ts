/**
 * What Converse refuses, in AWS's words; each request is right but for one thing.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Emulator } from "../../../emulator/emulator.ts";
import { LIMITS } from "../../../emulator/limits.ts";
import { type Asking, ask, MODEL, startServices, told } from "../support/service-client.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startServices();
});
afterAll(() => emulator.close());

const converse = (body: unknown, model = MODEL, asking: Asking = {}) =>
  told(ask(emulator, `/model/${encodeURIComponent(model)}/converse`, { ...asking, body }));

const user = (...content: unknown[]) => ({ role: "user", content });
const assistant = (...content: unknown[]) => ({ role: "assistant", content });
const text = (words: string) => ({ text: words });
const use = (toolUseId: string, input: unknown = {}) => ({ toolUse: { toolUseId, name: "look", input } });
const result = (toolUseId: string, content: unknown = [{ json: { a: 1 } }]) => ({
  toolResult: { toolUseId, content },
});
const spec = (over: Record<string, unknown> = {}) => ({
  toolSpec: { name: "look", description: "Looks", inputSchema: { json: { type: "object" } }, ...over },
});
const toolConfig = { tools: [spec()] };
const hello = [user(text("Hello"))];

describe("a request that Bedrock would not take is refused with a ValidationException", () => {
  const cases: readonly (readonly [why: string, body: unknown, message: RegExp])[] = [
    ["no messages", {}, /^A conversation must start with a user message\./],
    ["an assistant first", { messages: [assistant(text("Hi"))] }, /must start with a user message/],
    [
      "two users in a row",
      { messages: [...hello, ...hello] },
      /^A conversation must alternate between user and assistant/,
    ],
    [
      "an assistant last",
      { messages: [...hello, assistant(text("Hi"))] },
      /last turn in the conversation to be a user/,
    ],
    [
      "a message without content",
      { messages: [user()] },
      /^The content field in the Message object at messages\.0 is empty/,
    ],
    [
      "blank words",
      { messages: [user(text(" "))] },
      /ContentBlock object at messages\.0\.content\.0 is blank/,
    ],
    [
      "a tool used by the user",
      { messages: [user(use("1"))], toolConfig },
      /^User messages cannot contain tool uses/,
    ],
    [
      "a result of the assistant",
      { messages: [...hello, assistant(result("1")), user(text("And?"))], toolConfig },
      /^Assistant messages cannot contain tool results/,
    ],
    [
      "a result without a use",
      { messages: [user(result("1"))], toolConfig },
      /exceeds the number of toolUse blocks of previous turn/,
    ],
    [
      "a use without a result",
      { messages: [...hello, assistant(use("1"), use("2")), user(result("1"))], toolConfig },
      /^Expected toolResult blocks at messages\.2\.content for the following Ids: 2$/,
    ],
    [
      "a result for another use",
      { messages: [...hello, assistant(use("1")), user(result("2"))], toolConfig },
      /^Expected toolResult blocks at messages\.2\.content for the following Ids: 1$/,
    ],
    [
      "two results for one use",
      { messages: [...hello, assistant(use("1"), use("2")), user(result("1"), result("1"))], toolConfig },
      /contain duplicate Ids: 1$/,
    ],
    [
      "two uses of one id",
      { messages: [...hello, assistant(use("1"), use("1")), user(result("1"))], toolConfig },
      /^The toolUse blocks at messages\.1\.content contain duplicate Ids: 1$/,
    ],
    [
      "tools used and none configured",
      { messages: [...hello, assistant(use("1")), user(result("1"))] },
      /^The toolConfig field must be defined when using toolUse and toolResult content blocks\.$/,
    ],
    [
      "arguments that are a string",
      { messages: [...hello, assistant(use("1", "{}")), user(result("1"))], toolConfig },
      /messages\.1\.content\.0\.toolUse\.input is invalid\. Provide a json object/,
    ],
    [
      "a result that is a list",
      { messages: [...hello, assistant(use("1")), user(result("1", [{ json: [1] }]))], toolConfig },
      /messages\.2\.content\.0\.toolResult\.content\.0\.json is invalid\. Provide a json object/,
    ],
    [
      "no tools in toolConfig",
      { messages: hello, toolConfig: { tools: [] } },
      /'toolConfig\.tools' failed to satisfy/,
    ],
    [
      "a tool's name with a dot",
      { messages: hello, toolConfig: { tools: [spec({ name: "a.b" })] } },
      /\[a-zA-Z0-9_-\]\+$/,
    ],
    [
      "a tool's name of 65 letters",
      { messages: hello, toolConfig: { tools: [spec({ name: "a".repeat(65) })] } },
      /less than or equal to 64$/,
    ],
    [
      "an empty description",
      { messages: hello, toolConfig: { tools: [spec({ description: "" })] } },
      /description' failed to satisfy/,
    ],
    [
      "a tool twice",
      { messages: hello, toolConfig: { tools: [spec(), spec()] } },
      /^The tool look is already defined at toolConfig\.tools\.0\.$/,
    ],
    [
      "a schema that is a string",
      { messages: hello, toolConfig: { tools: [spec({ inputSchema: { json: '{"type":"object"}' } })] } },
      /inputSchema\.json\.type must be one of the following: object\.$/,
    ],
    [
      "a choice of an unknown tool",
      { messages: hello, toolConfig: { ...toolConfig, toolChoice: { tool: { name: "x" } } } },
      /not defined/,
    ],
    [
      "a choice of none",
      { messages: hello, toolConfig: { ...toolConfig, toolChoice: { none: {} } } },
      /^The format of the value at toolConfig\.toolChoice is invalid/,
    ],
    [
      "no tokens",
      { messages: hello, inferenceConfig: { maxTokens: 0 } },
      /maxTokens' failed to satisfy constraint/,
    ],
    [
      "too many tokens",
      { messages: hello, inferenceConfig: { maxTokens: 65_537 } },
      /exceeds the model limit of 65536/,
    ],
    [
      "a temperature of 2",
      { messages: hello, inferenceConfig: { temperature: 2 } },
      /inferenceConfig\.temperature' .*less than or equal to 1$/,
    ],
    [
      "a negative topP",
      { messages: hello, inferenceConfig: { topP: -0.1 } },
      /inferenceConfig\.topP' .*greater than or equal to 0$/,
    ],
    [
      "an empty stop sequence",
      { messages: hello, inferenceConfig: { stopSequences: ["a", ""] } },
      /stopSequences\.2\.member/,
    ],
    ["an empty system prompt", { messages: hello, system: [text("")] }, /system\.1\.member\.text/],
    [
      "more than the model can read",
      { messages: [user(text("a ".repeat(2_100_000)))] },
      /^Input is too long for requested model\.$/,
    ],
    [
      "a role that is not one",
      { messages: [{ role: "system", content: [text("a")] }] },
      /messages\.0\.role is invalid/,
    ],
    [
      "content that is a string",
      { messages: [{ role: "user", content: "Hello" }] },
      /messages\.0\.content is invalid/,
    ],
    ["a list", [], /^The format of the value at the request is invalid/],
  ];
  test.each(cases)("%s", async (_, body, message) => {
    const answer = await converse(body);
    expect(answer).toMatchObject({ status: 400, errorType: "ValidationException" });
    expect(answer.body.message).toMatch(message);
  });

  test("and what is not JSON with a SerializationException", async () => {
    expect(await converse('{"messages":')).toMatchObject({
      status: 400,
      errorType: "SerializationException",
    });
  });

  test("and what is larger than it takes with 413", async () => {
    const answer = await converse("x".repeat(LIMITS.serviceBodyBytes + 1));
    expect(answer).toMatchObject({ status: 413, errorType: "RequestEntityTooLargeException" });
  });
});

describe("a model", () => {
  test.each([
    "amazon.nova-2-lite-v1:0",
    "us.amazon.nova-2-lite-v1:0",
    "global.amazon.nova-2-lite-v1:0:256k",
    "amazon.nova-micro-v1:0",
    "eu.amazon.nova-pro-v1:0",
    "anthropic.claude-sonnet-4-5-20250929-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0",
  ])("%s answers", async (model) => {
    expect(await converse({ messages: hello }, model)).toMatchObject({
      status: 200,
      body: { stopReason: "end_turn" },
    });
  });

  test.each([
    ["amazon.nova-9-v1:0", "The provided model identifier is invalid."],
    ["nonsense", "The provided model identifier is invalid."],
    ["%", "The provided model identifier is invalid."],
    [
      "amazon.nova-2-sonic-v1:0",
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    ],
    [
      "amazon.titan-embed-text-v2:0",
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    ],
  ])("%s does not", async (model, message) => {
    expect(await converse({ messages: hello }, model)).toMatchObject({ status: 400, body: { message } });
  });
});

describe("a signature", () => {
  const good = { messages: hello };
  test("over headers alone, without a header for the body's hash, is good", async () => {
    expect(await converse(good, MODEL, { withoutHashHeader: true })).toMatchObject({ status: 200 });
  });

  test.each<readonly [string, Asking, string]>([
    ["no signature", { service: "none" }, "MissingAuthenticationTokenException"],
    ["another service's", { service: "bedrock-agentcore" }, "InvalidSignatureException"],
    ["a wrong secret's", { secret: "not-the-secret" }, "InvalidSignatureException"],
    ["another body's", { swappedBody: '{"messages":[]}' }, "InvalidSignatureException"],
    [
      "another body's, its hash not sent",
      { swappedBody: "{}", withoutHashHeader: true },
      "InvalidSignatureException",
    ],
    ["a wrong key", { service: "none", headers: { authorization: "Bearer wrong" } }, "AccessDeniedException"],
  ])("%s is refused with 403", async (_, asking, errorType) => {
    expect(await converse(good, MODEL, asking)).toMatchObject({ status: 403, errorType });
  });

  test("is not needed with a Bedrock API key", async () => {
    const headers = { authorization: "Bearer emulator-bearer-token-not-for-aws" };
    expect(await converse(good, MODEL, { service: "none", headers })).toMatchObject({ status: 200 });
  });
});
