/**
 * From a conversation to what the model does next: its messages are played to a fresh mind, one after the other.
 * The mind is deterministic, so nothing has to be remembered between requests, as with Bedrock.
 */
import { fillArguments } from "../mind/rules/fill-arguments.ts";
import { createTextMind, type TextCue, type TextMind } from "../mind/text-mind.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { OfferedTool, Step, ToolAnswer } from "../seams.ts";
import {
  type ConverseMessage,
  type ConverseRequest,
  type ToolResultBlock,
  texts,
  toolResults,
  toolSpecs,
  toolUses,
} from "./request.ts";

export interface Thought {
  readonly steps: readonly Step[];
  readonly mind: TextMind;
}

export function think(
  request: ConverseRequest,
  modelId: string,
  scenario: Scenario | undefined,
  now: () => Date,
): Thought {
  const tools: readonly OfferedTool[] = toolSpecs(request).map(({ name, description, inputSchema }) => ({
    name,
    description: description ?? "",
    inputSchema: inputSchema.json,
  }));
  const mind = createTextMind(scenario, { name: modelId, systemPrompt: texts(request.system), tools }, now);
  let steps: readonly Step[] = [];
  for (const [index, message] of request.messages.entries()) {
    if (message.role === "user") {
      for (const cue of cuesOf(message, request.messages[index - 1])) steps = mind.react(cue, tools);
    }
  }
  return { steps: chosen(steps, request, tools, now), mind };
}

function cuesOf(message: ConverseMessage, before: ConverseMessage | undefined): TextCue[] {
  const results: ToolAnswer[] = toolResults(message).map((result) => {
    const use = toolUses(before).find(({ toolUseId }) => toolUseId === result.toolUseId);
    return {
      toolUseId: result.toolUseId,
      tool: use?.name ?? "",
      arguments: (use?.input ?? {}) as Record<string, unknown>,
      content: contentOf(result),
    };
  });
  const text = texts(message.content);
  return [
    ...(results.length === 0 ? [] : [{ type: "results" as const, results }]),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
  ];
}

/** A tool's result as its tool meant it: JSON, also where it was sent as text. */
function contentOf({ content, status }: ToolResultBlock): unknown {
  const parts = content.map((each) => {
    if ("json" in each) return each.json;
    return "text" in each && typeof each.text === "string" ? parsed(each.text) : "(not text)";
  });
  const value = parts.length === 1 ? parts[0] : parts;
  return status === "error" ? { isError: true, error: value } : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `toolChoice` can insist on a tool; the mind is then not asked whether it wants one. */
function chosen(
  steps: readonly Step[],
  request: ConverseRequest,
  tools: readonly OfferedTool[],
  now: () => Date,
): readonly Step[] {
  const choice = request.toolConfig?.toolChoice;
  if (choice === undefined || "auto" in choice) return steps;
  const named = "tool" in choice ? choice.tool.name : undefined;
  const fits = (step: Step): boolean => step.type === "use" && (named === undefined || step.tool === named);
  if (steps.some(fits)) return steps;
  const tool = tools.find(({ name }) => named === undefined || name === named);
  if (tool === undefined) return steps;
  const text = texts(request.messages.findLast(({ role }) => role === "user")?.content ?? []);
  return [{ type: "use", tool: tool.name, arguments: fillArguments(tool, text, now()).arguments }];
}
