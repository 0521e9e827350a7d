/**
 * Which tool uses were sent, and which have their result: exactly one result for each.
 */
import { err, ok, type Result } from "../result.ts";
import type { ContentStart } from "./input-events.ts";
import { invalidRequest, toolResultMediaType, toolResultParsing, type Violation } from "./violations.ts";

export interface ToolLedger {
  /** The engine has sent this tool use. */
  used(toolUseId: string): void;
  /** A result is announced; gives the tool use that it belongs to. */
  announce(start: ContentStart & { readonly type: "TOOL" }): Result<string, Violation>;
  /** The result that was announced is complete; gives its parsed JSON. */
  complete(toolUseId: string, text: string | undefined): Result<unknown, Violation>;
  anyPending(): boolean;
}

export function createToolLedger(): ToolLedger {
  const uses = new Map<string, "pending" | "announced" | "answered">();
  return {
    used(toolUseId) {
      uses.set(toolUseId, "pending");
    },
    announce({ toolResultInputConfiguration }) {
      const { toolUseId, textInputConfiguration } = toolResultInputConfiguration;
      if (textInputConfiguration !== undefined && textInputConfiguration.mediaType !== "text/plain") {
        return err(toolResultMediaType(`mediaType is ${JSON.stringify(textInputConfiguration.mediaType)}`));
      }
      const state = uses.get(toolUseId);
      if (state === undefined) return err(invalidRequest("toolUseId is not that of a tool use"));
      if (state !== "pending") return err(invalidRequest("this tool use has its result already"));
      uses.set(toolUseId, "announced");
      return ok(toolUseId);
    },
    complete(toolUseId, text) {
      if (text === undefined) return err(invalidRequest("a TOOL content without toolResult"));
      uses.set(toolUseId, "answered");
      try {
        return ok(JSON.parse(text));
      } catch {
        return err(toolResultParsing("the result is not JSON"));
      }
    },
    anyPending: () => [...uses.values()].some((state) => state !== "answered"),
  };
}
