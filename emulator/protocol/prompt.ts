/**
 * Checks a promptStart: the voice, the tools' names and schemas, the choice of tool.
 */
import { err, ok, type Result } from "../result.ts";
import type { OfferedTool } from "../seams.ts";
import type { PromptStart } from "./input-events.ts";
import type { ModelFacts } from "./models.ts";
import { invalidRequest, invalidVoice, toolName, type Violation } from "./violations.ts";

export interface Prompt {
  readonly name: string;
  readonly voiceId: string;
  /** Samples per second of the speech that is asked for. */
  readonly outputRate: number;
  readonly tools: readonly OfferedTool[];
}

export function readPrompt(start: PromptStart, model: ModelFacts): Result<Prompt, Violation> {
  const { voiceId, sampleRateHertz } = start.audioOutputConfiguration;
  if (!model.voices.has(voiceId))
    return err(invalidVoice(`${model.id} has no voice ${JSON.stringify(voiceId)}`));

  const tools: OfferedTool[] = [];
  for (const [index, { toolSpec }] of (start.toolConfiguration?.tools ?? []).entries()) {
    if (!/^[a-zA-Z0-9_-]+$/.test(toolSpec.name)) return err(toolName(toolSpec.name, index));
    const schema = readSchema(toolSpec.inputSchema?.json);
    if (!schema.ok) return err(invalidRequest(`the schema of tool ${toolSpec.name} is not JSON`));
    tools.push({ name: toolSpec.name, description: toolSpec.description ?? "", inputSchema: schema.value });
  }
  const choice = checkChoice(start.toolConfiguration?.toolChoice, tools);
  if (choice !== undefined) return err(choice);
  return ok({ name: start.promptName, voiceId, outputRate: sampleRateHertz, tools });
}

function checkChoice(
  choice: Record<string, unknown> | undefined,
  tools: readonly OfferedTool[],
): Violation | undefined {
  if (choice === undefined) return undefined;
  const [kind, ...more] = Object.keys(choice);
  if (more.length > 0 || (kind !== "auto" && kind !== "any" && kind !== "tool")) {
    return invalidRequest("toolChoice must be one of auto, any, tool");
  }
  const asked = choice.tool;
  if (kind !== "tool") return undefined;
  const wanted = typeof asked === "object" && asked !== null && "name" in asked ? asked.name : undefined;
  return tools.some((tool) => tool.name === wanted)
    ? undefined
    : invalidRequest("toolChoice names a tool that is not offered");
}

function readSchema(json: string | Record<string, unknown> | undefined): Result<unknown, undefined> {
  if (typeof json !== "string") return ok(json ?? { type: "object" });
  try {
    return ok(JSON.parse(json));
  } catch {
    return err(undefined);
  }
}
