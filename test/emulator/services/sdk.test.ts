/**
 * The proof: AWS's own SDKs, unmodified, talk with the emulator's text model and agent runtimes.
 */
import {
  BedrockAgentCoreClient,
  InvokeAgentRuntimeCommand,
  RetryableConflictException,
  RuntimeClientError,
  ServiceQuotaExceededException,
  StopRuntimeSessionCommand,
} from "@aws-sdk/client-bedrock-agentcore";
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  type Message,
  ThrottlingException,
  ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import type { Emulator } from "../../../emulator/emulator.ts";
import { control, MODEL, RUNTIME, SESSION, sseData, startServices } from "../support/service-client.ts";

let emulator: Emulator;
let bedrock: BedrockRuntimeClient;
let agentcore: BedrockAgentCoreClient;

beforeAll(async () => {
  emulator = await startServices();
  const common = {
    region: "us-east-1",
    endpoint: emulator.httpUrl,
    credentials: DEFAULT_CREDENTIALS,
    maxAttempts: 1,
  };
  // This client speaks HTTP/2 wherever it is not told otherwise.
  bedrock = new BedrockRuntimeClient({ ...common, endpoint: emulator.h2Url });
  agentcore = new BedrockAgentCoreClient(common);
});
afterEach(() => control(emulator, "DELETE", "faults"));
afterAll(async () => {
  bedrock.destroy();
  agentcore.destroy();
  await emulator.close();
});

const TOOLS: NonNullable<ConverseCommandInput["toolConfig"]> = {
  tools: [
    {
      toolSpec: {
        name: "mortgage___get_rates",
        description: "Today's mortgage rates",
        inputSchema: { json: { type: "object", properties: {} } },
      },
    },
  ],
};
const QUESTION: Message = { role: "user", content: [{ text: "What are the mortgage rates?" }] };

const answerTo = (message: Message, json: { readonly [key: string]: number }): Message => ({
  role: "user",
  content: (message.content ?? []).flatMap(({ toolUse }) =>
    toolUse === undefined ? [] : [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ json }] } }],
  ),
});

describe("the AWS SDK, unmodified,", () => {
  test("has a text model use a tool and speak its result", async () => {
    const request = { modelId: MODEL, system: [{ text: "You know mortgages." }], toolConfig: TOOLS };
    const first = await bedrock.send(new ConverseCommand({ ...request, messages: [QUESTION] }));
    expect(first.stopReason).toBe("tool_use");
    const asked = first.output?.message;
    if (asked === undefined) throw new Error("no message");
    expect(asked.content).toMatchObject([{ toolUse: { name: "mortgage___get_rates", input: {} } }]);

    const messages = [QUESTION, asked, answerTo(asked, { percent: 6.2 })];
    const second = await bedrock.send(new ConverseCommand({ ...request, messages }));
    expect(second.stopReason).toBe("end_turn");
    expect(second.output?.message?.content).toEqual([{ text: "The percent is 6.2 percent." }]);
    const { inputTokens = 0, outputTokens = 0, totalTokens } = second.usage ?? {};
    expect(inputTokens).toBeGreaterThan(10);
    expect(outputTokens).toBeGreaterThan(3);
    expect(totalTokens).toBe(inputTokens + outputTokens);
    expect(second.metrics?.latencyMs).toBeGreaterThanOrEqual(0);
  });

  test("reads the same as a stream", async () => {
    const told: ConverseStreamOutput[] = [];
    const first = await bedrock.send(
      new ConverseStreamCommand({ modelId: MODEL, messages: [QUESTION], toolConfig: TOOLS }),
    );
    for await (const event of first.stream ?? []) told.push(event);
    expect(told.map((event) => Object.keys(event)[0])).toEqual([
      "messageStart",
      "contentBlockStart",
      "contentBlockDelta",
      "contentBlockStop",
      "messageStop",
      "metadata",
    ]);
    const toolUse = told[1]?.contentBlockStart?.start?.toolUse;
    expect(toolUse?.name).toBe("mortgage___get_rates");
    expect(told[2]?.contentBlockDelta?.delta?.toolUse?.input).toBe("{}");
    expect(told.at(-2)?.messageStop?.stopReason).toBe("tool_use");
    expect(told.at(-1)?.metadata?.usage?.totalTokens).toBeGreaterThan(0);

    const asked: Message = { role: "assistant", content: [{ toolUse: { ...toolUse, input: {} } as never }] };
    const messages = [QUESTION, asked, answerTo(asked, { percent: 6.2 })];
    const second = await bedrock.send(
      new ConverseStreamCommand({ modelId: MODEL, messages, toolConfig: TOOLS }),
    );
    let text = "";
    for await (const event of second.stream ?? []) text += event.contentBlockDelta?.delta?.text ?? "";
    expect(text).toBe("The percent is 6.2 percent.");
  });

  test("learns of refusals and of streams that break by AWS's own classes of errors", async () => {
    const assistantFirst = {
      modelId: MODEL,
      messages: [{ role: "assistant" as const, content: [{ text: "Hi" }] }],
    };
    await expect(bedrock.send(new ConverseCommand(assistantFirst))).rejects.toThrow(ValidationException);
    const refuse = { service: "converse", fault: { type: "refuse", status: 429 } };
    await control(emulator, "POST", "faults", refuse);
    await expect(bedrock.send(new ConverseCommand({ modelId: MODEL, messages: [QUESTION] }))).rejects.toThrow(
      ThrottlingException,
    );
    const fault = { type: "exception", exception: "throttlingException", message: "slow down" };
    await control(emulator, "POST", "faults", { service: "converse", fault, when: "mid_answer" });
    const { stream } = await bedrock.send(
      new ConverseStreamCommand({ modelId: MODEL, messages: [QUESTION] }),
    );
    const read = async (): Promise<void> => {
      for await (const _ of stream ?? []);
    };
    await expect(read()).rejects.toMatchObject({ name: "ThrottlingException", message: "slow down" });
  });

  test("learns of a line that is cut, before an answer and in the middle of one", async () => {
    const send = () => bedrock.send(new ConverseCommand({ modelId: MODEL, messages: [QUESTION] }));
    for (const when of ["now", "mid_answer"]) {
      await control(emulator, "POST", "faults", { service: "converse", fault: { type: "cut" }, when });
      await expect(send()).rejects.toThrow();
    }
    expect((await send()).stopReason).toBe("end_turn");
  });

  test("invokes a runtime, whose session remembers, and stops it", async () => {
    const invoke = async (prompt: string, runtimeSessionId = SESSION) => {
      const answer = await agentcore.send(
        new InvokeAgentRuntimeCommand({
          agentRuntimeArn: RUNTIME,
          runtimeSessionId,
          qualifier: "DEFAULT",
          accept: "application/json",
          payload: Buffer.from(JSON.stringify({ prompt })),
        }),
      );
      expect(answer.runtimeSessionId).toBe(runtimeSessionId);
      expect(answer.contentType).toBe("application/json");
      return JSON.parse((await answer.response?.transformToString()) ?? "");
    };
    const first = await invoke("What are the mortgage rates?");
    expect(first).toMatchObject({ turn: 1, tools: ["mortgage___get_rates"] });
    expect(first.result).toContain("5.1");
    expect(await invoke("What did I say?")).toMatchObject({
      turn: 2,
      result: "You said: What are the mortgage rates?",
    });
    expect(await invoke("What did I say?", `${SESSION}-2`)).toMatchObject({ turn: 1 });

    const stop = { agentRuntimeArn: RUNTIME, runtimeSessionId: SESSION, clientToken: "t".repeat(40) };
    expect(await agentcore.send(new StopRuntimeSessionCommand(stop))).toMatchObject({
      statusCode: 200,
      runtimeSessionId: SESSION,
    });
    expect(await invoke("What did I say?")).toMatchObject({ turn: 1 });
  });

  test("reads a runtime's progress and result as events", async () => {
    const answer = await agentcore.send(
      new InvokeAgentRuntimeCommand({
        agentRuntimeArn: RUNTIME,
        runtimeSessionId: `${SESSION}-events`,
        accept: "text/event-stream",
        payload: Buffer.from('{"prompt":"What are the mortgage rates?"}'),
      }),
    );
    expect(answer.contentType).toBe("text/event-stream");
    const events = sseData((await answer.response?.transformToString()) ?? "");
    expect(events).toMatchObject([
      { progress: "Using get rates", tool: "mortgage___get_rates", cached: false },
      { result: expect.any(String), turn: 1 },
    ]);
  });

  test.each([
    [409, RetryableConflictException],
    [402, ServiceQuotaExceededException],
    [424, RuntimeClientError],
  ])("gets a refused invocation with status %i as its own class, once", async (status, expected) => {
    await control(emulator, "POST", "faults", { service: "agentcore", fault: { type: "refuse", status } });
    const invoke = () =>
      agentcore.send(
        new InvokeAgentRuntimeCommand({
          agentRuntimeArn: RUNTIME,
          runtimeSessionId: `${SESSION}-${status}`,
          payload: Buffer.from('{"prompt":"Hello"}'),
        }),
      );
    await expect(invoke()).rejects.toThrow(expected);
    expect((await invoke()).statusCode).toBe(200);
  });
});
