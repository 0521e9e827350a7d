/**
 * One client's messages into commands. Refuses without losing anything else: after an error the next good message
 * works as if nothing had been.
 */
import { toPcm } from "../../audio/encoding.ts";
import { type GatewayError, gatewayError } from "../../base/errors.ts";
import { explain } from "../../base/explain.ts";
import { isJsonObject, type Json } from "../../base/json.ts";
import { LIMITS } from "../../base/limits.ts";
import { parseJson } from "../../base/parse-json.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Command } from "../../conversation/events.ts";
import type { Frame } from "../dialect.ts";
import type { AudioFormats } from "./audio-format.ts";
import { type ClientMessage, clientMessage, PROTOCOL } from "./client-messages.ts";
import { PcmCarry } from "./pcm-carry.ts";

type Decoded = Result<readonly Command[], GatewayError>;

/** What was said before hello decides how all else is read. */
type Stage =
  | { readonly type: "before_hello" }
  | { readonly type: "talking"; readonly formats: AudioFormats; readonly carry: PcmCarry };

const utf8 = new TextEncoder();

export class ClientDecoder {
  #stage: Stage = { type: "before_hello" };

  /** The formats that hello declared; null before it. */
  get formats(): AudioFormats | null {
    return this.#stage.type === "talking" ? this.#stage.formats : null;
  }

  decode(frame: Frame): Decoded {
    return typeof frame === "string" ? this.#decodeText(frame) : this.#decodeAudio(frame);
  }

  #decodeAudio(bytes: Uint8Array): Decoded {
    if (bytes.byteLength > LIMITS.clientAudioBytes) {
      if (this.#stage.type === "talking") this.#stage.carry.skip(bytes.byteLength);
      return err(tooLarge("an audio message", LIMITS.clientAudioBytes, `${bytes.byteLength}`));
    }
    if (this.#stage.type === "before_hello") return err(helloRequired("audio"));
    const { encoding } = this.#stage.formats.input;
    const pcm = encoding === "pcm16" ? this.#stage.carry.join(bytes) : toPcm(encoding, bytes);
    return ok(pcm.byteLength === 0 ? [] : [{ type: "audio", pcm }]);
  }

  #decodeText(frame: string): Decoded {
    if (exceedsUtf8(frame, LIMITS.clientTextBytes))
      return err(tooLarge("a text message", LIMITS.clientTextBytes, `${frame.length} or more`));
    const json = parseJson(frame);
    if (!json.ok) return err(gatewayError("bad_message", `message: ${json.error}`));
    const type = typeOf(json.value);
    if (this.#stage.type === "before_hello" && isJsonObject(json.value) && type !== "hello")
      return err(helloRequired(type ?? "anything else"));
    const parsed = clientMessage.safeParse(json.value);
    if (!parsed.success) return err(gatewayError("bad_message", explain(parsed.error, type ?? "message")));
    return this.#toCommands(parsed.data);
  }

  #toCommands(message: ClientMessage): Decoded {
    switch (message.type) {
      case "hello":
        return this.#hello(message.audio, message.seen);
      case "tool_result":
        return toolResult(message.call, message.result, message.error);
      case "pong":
      case "text":
      case "played":
      case "interrupt":
      case "mute":
      case "dtmf":
      case "go_to":
      case "bye":
        return ok([message]);
    }
  }

  #hello(formats: AudioFormats, seen: number | undefined): Decoded {
    if (this.#stage.type === "talking")
      return err(gatewayError("bad_message", "hello: said already; to change the formats, connect anew"));
    this.#stage = { type: "talking", formats, carry: new PcmCarry() };
    const rates = { inputRate: formats.input.rate, outputRate: formats.output.rate };
    return ok([{ type: "hello", ...rates, ...(seen === undefined ? {} : { seen }) }]);
  }
}

/** `has`: how many it has; of a text only its UTF-16 units are counted, and it has at least as many bytes. */
const tooLarge = (what: string, limit: number, has: string): GatewayError =>
  gatewayError("too_large", `${what} may have ${limit} bytes; this one has ${has}`);

const helloRequired = (instead: string): GatewayError =>
  gatewayError("hello_required", `expected {"type":"hello","protocol":"${PROTOCOL}",…} before ${instead}`);

const TYPES: ReadonlySet<string> = new Set(clientMessage.options.map((option) => option.shape.type.value));

/** The message's type if it is one of ours. What else a client puts there is not repeated to anybody. */
const typeOf = (value: Json): string | null =>
  isJsonObject(value) && typeof value.type === "string" && TYPES.has(value.type) ? value.type : null;

const toolResult = (call: string, value: Json | undefined, say: string | undefined): Decoded => {
  if (value === undefined)
    return ok([
      { type: "client_tool_result", call, result: { status: "failed", reason: "refused", say: say ?? "" } },
    ]);
  // Refused, not failed: the call stays open, and the client can still send a result that fits.
  if (exceedsUtf8(JSON.stringify(value), LIMITS.toolResultBytes))
    return err(
      gatewayError("too_large", `tool_result.result: may have ${LIMITS.toolResultBytes} bytes as JSON`),
    );
  return ok([{ type: "client_tool_result", call, result: { status: "ok", value } }]);
};

/** Whether `text` is longer than `bytes` in UTF-8. A UTF-16 unit is at most three bytes, so most texts need no count. */
const exceedsUtf8 = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * 3 > bytes && utf8.encode(text).byteLength > bytes);
