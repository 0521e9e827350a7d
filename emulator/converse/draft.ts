/**
 * The model's answer before it is sent: its content blocks, why it stops, what it cost, and what happens on the way.
 */
import { randomBytes } from "node:crypto";
import type { Fault, Step } from "../seams.ts";
import type { ConverseRequest, ToolUseBlock } from "./request.ts";
import { firstTokens, tokensOf } from "./tokens.ts";

export type StopReason = "end_turn" | "tool_use" | "max_tokens" | "stop_sequence";

export type DraftBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "toolUse"; readonly toolUse: ToolUseBlock }
  /** Nothing is sent for so many ms. */
  | { readonly type: "pause"; readonly ms: number }
  | { readonly type: "fault"; readonly fault: Fault };

export interface Draft {
  readonly blocks: readonly DraftBlock[];
  readonly stopReason: StopReason;
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly totalTokens: number;
  };
}

/** When the request does not say: Nova's default is the most that the model can. Ours only keeps scripts in bounds. */
const DEFAULT_MAX_TOKENS = 4096;

export function draft(steps: readonly Step[], request: ConverseRequest): Draft {
  const { maxTokens = DEFAULT_MAX_TOKENS, stopSequences = [] } = request.inferenceConfig;
  const blocks: DraftBlock[] = [];
  let left = maxTokens;
  let stopReason: StopReason = "end_turn";
  for (const step of joined(steps)) {
    const block = blockOf(step);
    const written =
      block.type === "text"
        ? block.text
        : block.type === "toolUse"
          ? JSON.stringify(block.toolUse.input)
          : "";
    const stopsAt = block.type === "text" ? firstOf(block.text, stopSequences) : -1;
    const text = stopsAt < 0 ? written : written.slice(0, stopsAt);
    if (tokensOf(text) > left) {
      stopReason = "max_tokens";
      // A use of a tool that does not fit is not sent at all: half of its input would not be JSON.
      if (block.type === "text" && left > 0) blocks.push({ type: "text", text: firstTokens(text, left) });
      left = 0;
      break;
    }
    left -= tokensOf(text);
    if (block.type !== "text") blocks.push(block);
    else if (text !== "") blocks.push({ type: "text", text });
    if (stopsAt >= 0) {
      stopReason = "stop_sequence";
      break;
    }
    if (block.type === "toolUse") stopReason = "tool_use";
  }
  const inputTokens = tokensOf(JSON.stringify([request.system, request.messages, request.toolConfig ?? {}]));
  const outputTokens = maxTokens - left;
  return {
    blocks,
    stopReason,
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
  };
}

/** Sentences that follow each other are one text: a text model writes one block. Tools come last, as models have it. */
function joined(steps: readonly Step[]): Step[] {
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    if (step.type === "say" && last?.type === "say")
      merged.splice(-1, 1, { ...last, text: `${last.text} ${step.text}` });
    else merged.push(step);
  }
  return [...merged.filter(({ type }) => type !== "use"), ...merged.filter(({ type }) => type === "use")];
}

function blockOf(step: Step): DraftBlock {
  switch (step.type) {
    case "say":
      return { type: "text", text: step.text };
    case "use":
      return {
        type: "toolUse",
        toolUse: {
          toolUseId: `tooluse_${randomBytes(16).toString("base64url")}`,
          name: step.tool,
          input: step.arguments as ToolUseBlock["input"],
        },
      };
    case "pause":
    case "fault":
      return step;
  }
}

function firstOf(text: string, sequences: readonly string[]): number {
  const found = sequences.map((each) => text.indexOf(each)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}
