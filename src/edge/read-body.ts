/**
 * A request's JSON body, read no further than it may be long, whatever its headers say.
 */
import { Buffer } from "node:buffer";
import { type GatewayError, gatewayError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { parseJson } from "../base/parse-json.ts";
import { err, ok, type Result } from "../base/result.ts";

export const readJsonBody = async (request: Request): Promise<Result<Json, GatewayError>> => {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type))
    return err(gatewayError("bad_request", "Content-Type: expected application/json"));
  const read = await readUpTo(request.body, LIMITS.httpBodyBytes);
  if (!read.ok) return read;
  const text = decodeUtf8(read.value);
  if (text === null) return err(gatewayError("bad_request", "body: not valid UTF-8"));
  const parsed = parseJson(text);
  return parsed.ok ? parsed : err(gatewayError("bad_request", `body: ${parsed.error}`));
};

/** All bytes of `body`, or an error as soon as there are more than `limit`. */
const readUpTo = async (
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Result<Uint8Array, GatewayError>> => {
  if (body === null) return ok(new Uint8Array(0));
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return ok(Buffer.concat(chunks, length));
      length += value.byteLength;
      if (length > limit) break;
      chunks.push(value);
    }
    await reader.cancel();
  } catch {
    return err(gatewayError("bad_request", "body: ended before its end"));
  }
  return err(gatewayError("too_large", `body: may have ${limit} bytes`));
};

const decodeUtf8 = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
};
