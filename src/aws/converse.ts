/**
 * Bedrock's Converse operation: the part of it that an agent of text and tools speaks.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
import * as z from "zod";
import type { AlarmClock } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { parseJson } from "../base/parse-json.ts";
import { err, ok, type Result } from "../base/result.ts";
import { readText } from "./bounded-body.ts";
import { awsCall, type Signing } from "./call.ts";
import type { CallFailure } from "./call-failure.ts";

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: readonly JsonObject[];
}

export interface ConverseRequest {
  readonly model: string;
  readonly prompt: string;
  readonly messages: readonly Message[];
  readonly tools: readonly OfferedTool[];
  readonly maxTokens: number;
}

/** A function the model may ask for. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments: an object schema. */
  readonly inputSchema: JsonObject;
}

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly input: Json;
}

export interface ConverseAnswer {
  /** To be sent back as it is, before the results of its tools. */
  readonly message: Message;
  readonly text: string;
  readonly uses: readonly ToolUse[];
  /** `end_turn`, `tool_use`, `max_tokens`, `guardrail_intervened`, `content_filtered`, … */
  readonly stopReason: string;
  readonly tokens: { readonly input: number; readonly output: number };
}

const ANSWER = z.object({
  output: z.object({
    message: z.object({
      role: z.literal("assistant"),
      content: z.array(z.custom<JsonObject>(isJsonObject)),
    }),
  }),
  stopReason: z.string(),
  usage: z.object({ inputTokens: z.number().default(0), outputTokens: z.number().default(0) }).optional(),
});

const TOOL_USE = z.object({ toolUseId: z.string(), name: z.string(), input: z.json() });

export interface ConverseCall {
  /** Base of Bedrock's runtime URLs. */
  readonly base: string;
  readonly signing: Signing;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly timers: Pick<AlarmClock, "after">;
}

/** Asks the model once. Never rejects. */
export async function converse(
  request: ConverseRequest,
  { base, signing, timeoutMs, signal, timers }: ConverseCall,
): Promise<Result<ConverseAnswer, CallFailure>> {
  const text = await awsCall(
    {
      method: "POST",
      url: `${base}/model/${encodeURIComponent(request.model)}/converse`,
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(bodyOf(request)),
      timeoutMs,
      signal,
      clock: timers,
    },
    signing,
    (response) => readText(response, LIMITS.subAgentAnswerBytes),
  );
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  const answer = parsed.ok ? ANSWER.safeParse(parsed.value) : null;
  if (!answer?.success) return err({ type: "unreadable", cause: "what came back is no answer of Converse" });
  const { output, stopReason, usage } = answer.data;
  const { content } = output.message;
  return ok({
    message: { role: "assistant", content },
    text: content.flatMap(({ text }) => (typeof text === "string" ? [text] : [])).join("\n"),
    uses: content.flatMap(({ toolUse }) => {
      const use = TOOL_USE.safeParse(toolUse);
      return use.success
        ? [{ id: use.data.toolUseId, name: use.data.name, input: use.data.input as Json }]
        : [];
    }),
    stopReason,
    tokens: { input: usage?.inputTokens ?? 0, output: usage?.outputTokens ?? 0 },
  });
}

const bodyOf = ({ prompt, messages, tools, maxTokens }: ConverseRequest): Json => ({
  system: [{ text: prompt }],
  messages: messages.map(({ role, content }) => ({ role, content })),
  inferenceConfig: { maxTokens },
  // An empty list is refused.
  ...(tools.length === 0
    ? {}
    : {
        toolConfig: {
          tools: tools.map(({ name, description, inputSchema }) => ({
            toolSpec: { name, description, inputSchema: { json: inputSchema } },
          })),
        },
      }),
});
