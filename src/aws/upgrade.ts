/**
 * Opens a WebSocket by `fetch` with an Upgrade header. Unlike `new WebSocket` it shows the answer of a door that stays
 * shut, and offers no compression, which base64 audio would only pay for.
 */
import { err, ok, type Result } from "../base/result.ts";
import { foreignWords } from "./foreign-words.ts";
import type { UpgradeFailure } from "./upgrade-failure.ts";

export type { UpgradeFailure };

export interface UpgradeRequest {
  /** http or https; a `ws:` scheme is not for `fetch`. */
  readonly url: string;
  /** Headers beside those that make it an upgrade, names in lower case. Secrets, where they carry a signature. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Gives up; the result is then `unreachable`. Abort it only until the result is there: later it would take the socket
   * with it.
   */
  readonly signal: AbortSignal;
}

/** A socket not yet accepted: the owner attaches its listeners first. Never rejects. */
export type Upgrade = (request: UpgradeRequest) => Promise<Result<WebSocket, UpgradeFailure>>;

/** A refusal is a sentence of JSON; more than this is somebody else's web page. */
const MAX_REFUSAL_BYTES = 4096;

const readSome = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    while (size < MAX_REFUSAL_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      text += decoder.decode(value.subarray(0, MAX_REFUSAL_BYTES), { stream: true });
    }
  } catch {
    // Half an explanation explains, too.
  }
  reader.cancel().catch(() => undefined);
  return text.slice(0, MAX_REFUSAL_BYTES);
};

/** AWS's JSON says `message` or `Message`; anything else is taken as it is. */
const messageOf = (body: string): string => {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) {
      for (const [name, value] of Object.entries(parsed)) {
        if (name.toLowerCase() === "message" && typeof value === "string") return value;
      }
    }
  } catch {
    // Not JSON.
  }
  return body;
};

/** Opens the socket, or says why not. */
export const upgrade: Upgrade = async ({ url, headers, signal }) => {
  try {
    const response = await fetch(url, {
      headers: { ...headers, upgrade: "websocket" },
      // What is signed is for the host it names and nobody else.
      redirect: "manual",
      signal,
    });
    if (response.webSocket !== null) return ok(response.webSocket);
    return err({
      type: "refused",
      status: response.status,
      errorType: foreignWords(response.headers.get("x-amzn-errortype")?.replace(/:.*$/s, "") ?? ""),
      message: foreignWords(messageOf(await readSome(response))),
    });
  } catch (error) {
    return err({
      type: "unreachable",
      cause: foreignWords(error instanceof Error ? error.message : String(error)),
    });
  }
};
