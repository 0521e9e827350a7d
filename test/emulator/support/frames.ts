/**
 * Decodes what the emulator sends, with AWS's codec, into what a client makes of it.
 */
import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";

export const codec = new EventStreamCodec(toUtf8, fromUtf8);

export type Received =
  | {
      readonly type: "event";
      readonly name: string;
      readonly body: Record<string, unknown>;
      readonly padding?: string;
    }
  | { readonly type: "exception"; readonly name: string; readonly message: string }
  | { readonly type: "error"; readonly name: string; readonly message: string };

export function decodeFrame(frame: Uint8Array): Received {
  const { headers, body } = codec.decode(frame);
  const header = (name: string): string => String(headers[name]?.value ?? "");
  if (header(":message-type") === "error") {
    return { type: "error", name: header(":error-code"), message: header(":error-message") };
  }
  const json = JSON.parse(Buffer.from(body).toString("utf8"));
  if (header(":message-type") === "exception") {
    return { type: "exception", name: header(":exception-type"), message: json.message };
  }
  const { event } = JSON.parse(Buffer.from(json.bytes, "base64").toString("utf8"));
  const [[name, value] = ["", {}]] = Object.entries<Record<string, unknown>>(event);
  return { type: "event", name, body: value, ...(json.p === undefined ? {} : { padding: json.p }) };
}
