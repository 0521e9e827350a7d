/**
 * What a payload asks. Its form is between a client and its agent; this agent takes the forms that samples use.
 */
const FIELDS = ["prompt", "input", "question", "query", "text", "message", "inputText", "request"];

/** The question, or undefined when the payload is not JSON: AgentCore's own SDK refuses that in the container. */
export function questionIn(payload: Uint8Array): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString("utf8"));
  } catch {
    return undefined;
  }
  return wordsOf(value);
}

function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  for (const field of FIELDS) {
    const found = (value as Record<string, unknown>)[field];
    if (typeof found === "string" && found !== "") return found;
    if (typeof found === "object" && found !== null) return wordsOf(found);
  }
  return JSON.stringify(value);
}
