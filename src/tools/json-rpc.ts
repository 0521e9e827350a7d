/**
 * JSON-RPC 2.0 over one HTTP POST, answered as JSON or as a stream of events: what MCP and A2A have in common.
 * https://www.jsonrpc.org/specification
 */
import { readText } from "../aws/bounded-body.ts";
import type { CallFailure } from "../aws/call-failure.ts";
import { isEventStream, readEvents } from "../aws/sse.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parseJson } from "../base/parse-json.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Caller } from "./surroundings.ts";

export interface RpcCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly id: number;
  readonly method: string;
  readonly params: JsonObject;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly limits: { readonly maxBytes: number; readonly streamBytes: number };
  /** Hears notifications and requests of the other side. */
  readonly aside?: (message: JsonObject) => void;
  /** Hears each result of a stream and says whether it is the last; without it, the first one is. */
  readonly result?: (result: Json) => "more" | "enough";
}

export type RpcFailure =
  | CallFailure
  /** The other side's error. */
  | { readonly type: "error"; readonly code: number; readonly message: string };

export interface RpcAnswer {
  /** The last one; null only when a stream with `result` brought none. */
  readonly result: Json;
  readonly headers: Headers;
}

/** Asks once. Never rejects. Answers to other questions than ours are not listened to. */
export async function rpc(caller: Caller, call: RpcCall): Promise<Result<RpcAnswer, RpcFailure>> {
  const { url, id, method, params, timeoutMs, signal, limits } = call;
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...call.headers,
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
  let heard: Result<Json, RpcFailure> | null = null;
  const hear = (message: Json): "more" | "enough" => {
    const read = responseTo(id, message);
    if (read === null) {
      if (isJsonObject(message) && typeof message.method === "string") call.aside?.(message);
      return "more";
    }
    heard = read;
    return read.ok && call.result ? call.result(read.value) : "enough";
  };
  const answered = await caller(
    { method: "POST", url, headers, body, timeoutMs, signal },
    async (response) => {
      const read = isEventStream(response)
        ? await hearStream(response, hear, limits.streamBytes)
        : await hearBody(response, hear, limits.maxBytes);
      return read.ok ? ok(response.headers) : read;
    },
  );
  if (!answered.ok) return answered;
  const result = heard as Result<Json, RpcFailure> | null;
  if (result === null)
    return err({ type: "unreadable", cause: `there is no answer to ${method} in what came back` });
  return result.ok ? ok({ result: result.value, headers: answered.value }) : result;
}

type Hear = (message: Json) => "more" | "enough";

async function hearBody(
  response: Response,
  hear: Hear,
  maxBytes: number,
): Promise<Result<null, CallFailure>> {
  const text = await readText(response, maxBytes);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return err({ type: "unreadable", cause: `the answer is ${parsed.error}` });
  // A protocol of March 2025 allows several messages in a list.
  for (const message of Array.isArray(parsed.value) ? parsed.value : [parsed.value]) hear(message);
  return ok(null);
}

async function hearStream(
  response: Response,
  hear: Hear,
  maxBytes: number,
): Promise<Result<null, CallFailure>> {
  const read = await readEvents(
    response,
    ({ data }) => {
      const parsed = parseJson(data);
      return parsed.ok ? hear(parsed.value) : "more";
    },
    { maxBytes, maxEventChars: maxBytes },
  );
  return read.ok ? ok(null) : read;
}

/** The result or error in `message` when it answers `id`, else null. */
function responseTo(id: number, message: Json): Result<Json, RpcFailure> | null {
  if (!isJsonObject(message) || "method" in message) return null;
  const { error } = message;
  // Who could not read the question cannot name it.
  const ours = message.id === id || (message.id === null && isJsonObject(error));
  if (!ours) return null;
  if (isJsonObject(error)) {
    const { code, message: words } = error;
    return err({
      type: "error",
      code: typeof code === "number" ? code : 0,
      message: typeof words === "string" ? words : "",
    });
  }
  return message.result === undefined
    ? err({ type: "unreadable", cause: "the answer has neither a result nor an error" })
    : ok(message.result);
}
