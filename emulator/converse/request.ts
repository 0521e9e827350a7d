/**
 * A Converse request as it is taken in: the shapes first. What the shapes must mean together is in validate.ts.
 * Source: Bedrock Runtime API reference, Converse.
 */
import * as z from "zod";
import { type Refusal, validation } from "../doors/refusal.ts";
import { err, ok, type Result } from "../result.ts";

const json = z.record(z.string(), z.json());

const resultContent = z.union([
  z.object({ json: z.json() }),
  z.object({ text: z.string() }),
  z.looseObject({ image: z.unknown() }),
  z.looseObject({ document: z.unknown() }),
]);

const block = z.union([
  z.object({ text: z.string() }),
  z.object({ toolUse: z.object({ toolUseId: z.string(), name: z.string(), input: z.json() }) }),
  z.object({
    toolResult: z.object({
      toolUseId: z.string(),
      content: z.array(resultContent),
      status: z.enum(["success", "error"]).optional(),
    }),
  }),
  /** Taken and not looked into: this is a text model's stand-in. */
  z.object({ reasoningContent: z.unknown() }),
  z.object({ cachePoint: z.unknown() }),
  z.object({ image: z.unknown() }),
  z.object({ document: z.unknown() }),
]);

const tool = z.union([
  z.object({
    toolSpec: z.object({
      name: z.string(),
      description: z.string().optional(),
      inputSchema: z.object({ json: z.json() }),
      strict: z.boolean().optional(),
    }),
  }),
  z.object({ cachePoint: z.unknown() }),
]);

const converseRequest = z.object({
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.array(block) })).default([]),
  system: z
    .array(z.union([z.object({ text: z.string() }), z.object({ cachePoint: z.unknown() })]))
    .default([]),
  inferenceConfig: z
    .object({
      maxTokens: z.number().int().optional(),
      temperature: z.number().optional(),
      topP: z.number().optional(),
      stopSequences: z.array(z.string()).optional(),
    })
    .default({}),
  toolConfig: z
    .object({
      tools: z.array(tool),
      toolChoice: z
        .union([
          z.object({ auto: json }),
          z.object({ any: json }),
          z.object({ tool: z.object({ name: z.string() }) }),
        ])
        .optional(),
    })
    .optional(),
});

export type ConverseRequest = z.infer<typeof converseRequest>;
export type ConverseMessage = ConverseRequest["messages"][number];
export type ConverseBlock = ConverseMessage["content"][number];
export type ToolUseBlock = Extract<ConverseBlock, { toolUse: unknown }>["toolUse"];
export type ToolResultBlock = Extract<ConverseBlock, { toolResult: unknown }>["toolResult"];
export type ToolSpec = Extract<z.infer<typeof tool>, { toolSpec: unknown }>["toolSpec"];

/** The parsed body, or what is said to one that has not the shape of a request. */
export function readRequest(body: Uint8Array): Result<ConverseRequest, Refusal> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return err({
      status: 400,
      errorType: "SerializationException",
      message: "The request body is not valid JSON.",
    });
  }
  const parsed = converseRequest.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") || "the request";
  return err(
    validation(
      `The format of the value at ${place} is invalid. Provide a value of the documented type and try again.`,
    ),
  );
}

export const toolUses = (message: ConverseMessage | undefined): readonly ToolUseBlock[] =>
  (message?.content ?? []).flatMap((each) => ("toolUse" in each ? [each.toolUse] : []));

export const toolResults = (message: ConverseMessage | undefined): readonly ToolResultBlock[] =>
  (message?.content ?? []).flatMap((each) => ("toolResult" in each ? [each.toolResult] : []));

export const texts = (blocks: readonly object[]): string =>
  blocks.flatMap((each) => ("text" in each && typeof each.text === "string" ? [each.text] : [])).join("\n");

export const toolSpecs = (request: ConverseRequest): readonly ToolSpec[] =>
  (request.toolConfig?.tools ?? []).flatMap((each) => ("toolSpec" in each ? [each.toolSpec] : []));
