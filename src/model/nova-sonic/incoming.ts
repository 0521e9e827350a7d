/**
 * From what the socket delivers to what Nova said. A frame that is damaged ends everything, since nothing after it can
 * be trusted; a sound frame that says something we cannot read is passed over.
 */
import { Buffer } from "node:buffer";
import { type Message, stringHeader } from "../../aws/event-stream/message.ts";
import { MessageReader } from "../../aws/event-stream/message-reader.ts";
import { decodeBase64 } from "../../base/base64.ts";
import { LIMITS } from "../../base/limits.ts";
import type { Failure } from "../judge-failure.ts";
import { AudioReader } from "./audio-reader.ts";
import { decodeChunk } from "./chunk.ts";
import { type NovaOutput, readOutput } from "./output-events.ts";

export type Incoming =
  | { readonly type: "output"; readonly output: NovaOutput }
  /** AWS says what is wrong. */
  | { readonly type: "failure"; readonly failure: Failure }
  | { readonly type: "damage"; readonly why: string }
  /** `why` is in our words and holds nothing of what was sent. */
  | { readonly type: "passed_over"; readonly why: string };

/** Base64 with its padding; AWS's SDK takes text messages to be that. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const passedOver = (why: string): Incoming => ({ type: "passed_over", why });

/** The `message` of an exception's JSON body; whatever else the body is serves as it is. */
const exceptionMessage = (payload: Uint8Array): string => {
  const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed) {
      return typeof parsed.message === "string" ? parsed.message : body;
    }
  } catch {
    // Not JSON.
  }
  return body;
};

const readChunk = (message: Message, audio: AudioReader): Incoming => {
  if (stringHeader(message, ":event-type") !== "chunk")
    return passedOver("an event of another type than chunk");
  const json = decodeChunk(message.payload);
  if (!json.ok) return passedOver(json.error);
  const output = audio.read(json.value) ?? readOutput(json.value);
  return output.type === "unreadable" ? passedOver(`unreadable: ${output.why}`) : { type: "output", output };
};

const readMessage = (message: Message, audio: AudioReader): Incoming => {
  switch (stringHeader(message, ":message-type")) {
    case "event":
      return readChunk(message, audio);
    case "exception": {
      const name = stringHeader(message, ":exception-type") ?? "";
      return { type: "failure", failure: { name, message: exceptionMessage(message.payload) } };
    }
    case "error": {
      const name = stringHeader(message, ":error-code") ?? "";
      return { type: "failure", failure: { name, message: stringHeader(message, ":error-message") ?? "" } };
    }
    default:
      return passedOver("a message of unknown type");
  }
};

export class IncomingReader {
  readonly #reader = new MessageReader(LIMITS.upstreamMessageBytes);
  readonly #audio = new AudioReader();

  /** `data` of one WebSocket message: any part of the event stream. */
  read(data: unknown): readonly Incoming[] {
    const bytes = this.#bytesOf(data);
    if (bytes === null) return [passedOver("a text message that is not base64")];
    return this.#reader
      .push(bytes)
      .map((message) =>
        message.ok
          ? readMessage(message.value, this.#audio)
          : { type: "damage", why: `damaged stream: ${message.error.type}` },
      );
  }

  #bytesOf(data: unknown): Uint8Array | null {
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    if (typeof data !== "string" || data.length % 4 !== 0 || !BASE64.test(data)) return null;
    return decodeBase64(data);
  }
}
