/**
 * What a tool's outcome is to Converse.
 */
import { isJsonObject, type JsonObject } from "../base/json.ts";
import type { ToolOutcome } from "../conversation/events.ts";

/** A tool's outcome as the model is told it. Its `json` must be an object. */
export const toolResult = (id: string, outcome: ToolOutcome): JsonObject => ({
  toolResult: {
    toolUseId: id,
    ...(outcome.status === "ok"
      ? {
          status: "success",
          content: [{ json: isJsonObject(outcome.value) ? outcome.value : { result: outcome.value } }],
        }
      : { status: "error", content: [{ text: outcome.say }] }),
  },
});
