/**
 * Tells a tool's result from its failure. Nova gets both as JSON; these are the forms that clients use.
 */

/** Whether the content says that the tool did not do its work. */
export function isFailure(content: unknown): boolean {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return false;
  const fields = content as Record<string, unknown>;
  if (fields.isError === true || fields.ok === false || fields.success === false) return true;
  if (fields.status === "error" || fields.status === "failed") return true;
  return fields.error !== undefined && fields.error !== null && fields.error !== false && fields.error !== "";
}

/** The words of a failure that can be spoken to a caller; undefined when there are none. */
export function failureWords(content: unknown): string | undefined {
  if (typeof content !== "object" || content === null) return undefined;
  const fields = content as Record<string, unknown>;
  for (const candidate of [fields.error, fields.message, fields.reason, fields.detail]) {
    const found = typeof candidate === "object" ? failureWords(candidate) : candidate;
    if (typeof found === "string" && isSpeakable(found)) return found.trim().replace(/[.!]+$/, "");
  }
  return undefined;
}

/** A sentence for people, rather than a code, a stack or a page. */
function isSpeakable(text: string): boolean {
  return text.trim().includes(" ") && text.length <= 200 && !/[\n{}<>]|\bat \S+:\d+/.test(text);
}
