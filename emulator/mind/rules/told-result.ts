/**
 * A stage direction in brackets that brings a result as JSON: "(The lookup has come back: {"balance": 12}. Tell them.)"
 * A result that comes too late to be a tool's is told like this.
 */
import { stageDirection } from "./stage-direction.ts";

/** The last JSON object or list in a bracketed text; undefined where there is none. */
export function toldResult(text: string): unknown {
  const direction = stageDirection(text);
  if (direction === undefined) return undefined;
  const closing = Math.max(direction.lastIndexOf("}"), direction.lastIndexOf("]"));
  if (closing === -1) return undefined;
  // The longest that is JSON: an inner object would be, too.
  for (let from = 0; from < closing; from++) {
    if (!"{[".includes(direction[from] ?? "")) continue;
    try {
      return JSON.parse(direction.slice(from, closing + 1));
    } catch {
      // It begins further on.
    }
  }
  return undefined;
}
