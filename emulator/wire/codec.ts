/**
 * Event-stream messages, by AWS's own library: what the emulator understands, an AWS service would.
 * Source: @smithy/core/event-streams, the codec that ships with the AWS SDK for JavaScript.
 */
import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";

export const codec = new EventStreamCodec(toUtf8, fromUtf8);

export type WireMessage = ReturnType<EventStreamCodec["decode"]>;

const text = (value: string) => ({ type: "string" as const, value });
const bytesOf = (json: unknown): Uint8Array => Buffer.from(JSON.stringify(json));

/** One event of the model: `{"bytes":"<base64>"}` in a chunk, unsigned. `padding` becomes the member "p". */
export function encodeChunk(eventJson: string, padding?: string): Uint8Array {
  const bytes = Buffer.from(eventJson).toString("base64");
  return codec.encode({
    headers: {
      ":event-type": text("chunk"),
      ":content-type": text("application/json"),
      ":message-type": text("event"),
    },
    body: bytesOf(padding === undefined ? { bytes } : { bytes, p: padding }),
  });
}

/** An event whose payload is its JSON itself, as in ConverseStream. */
export function encodeEvent(type: string, body: Readonly<Record<string, unknown>>): Uint8Array {
  return codec.encode({
    headers: {
      ":event-type": text(type),
      ":content-type": text("application/json"),
      ":message-type": text("event"),
    },
    body: bytesOf(body),
  });
}

/** A modelled exception, for instance `validationException`. */
export function encodeException(type: string, body: Readonly<Record<string, unknown>>): Uint8Array {
  return codec.encode({
    headers: {
      ":exception-type": text(type),
      ":content-type": text("application/json"),
      ":message-type": text("exception"),
    },
    body: bytesOf(body),
  });
}

/** An error that is not in the service's model: everything is in the headers. */
export function encodeError(code: string, message: string): Uint8Array {
  return codec.encode({
    headers: { ":error-code": text(code), ":error-message": text(message), ":message-type": text("error") },
    body: new Uint8Array(0),
  });
}
