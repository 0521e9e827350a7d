/**
 * Reads an HTTP answer's body no further than a limit: the other side decides how much it sends, not how much is held.
 */
import { err, ok, type Result } from "../base/result.ts";
import type { CallFailure } from "./call-failure.ts";

/**
 * Hands `take` the body piece by piece until it answers false or the body ends. Rejects when the body breaks off. The
 * body is let go of in any case.
 */
export async function eachChunk(response: Response, take: (chunk: Uint8Array) => boolean): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || !take(value)) return;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** The whole body as text, if it has at most `maxBytes`. */
export async function readText(response: Response, maxBytes: number): Promise<Result<string, CallFailure>> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  await eachChunk(response, (chunk) => {
    size += chunk.byteLength;
    if (size > maxBytes) return false;
    text += decoder.decode(chunk, { stream: true });
    return true;
  });
  return size > maxBytes
    ? err({ type: "too_large", cause: `the answer has more than ${maxBytes} bytes` })
    : ok(text + decoder.decode());
}

/** The beginning of the body as text, whatever befalls the rest: half an explanation explains, too. */
export async function readBeginning(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
  try {
    await eachChunk(response, (chunk) => {
      text += decoder.decode(chunk.subarray(0, left), { stream: true });
      left -= chunk.byteLength;
      return left > 0;
    });
  } catch {
    // What came before it broke off is what there is.
  }
  return text;
}
