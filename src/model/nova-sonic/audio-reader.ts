/**
 * The agent's audio out of Nova's JSON without a string being made of it: a kilobyte of base64 in 50 events a second, which
 * as text would be half of what a call leaves to be collected.
 */
import { readBase64 } from "../../base/base64.ts";
import { isBetween, liesAt } from "../../base/bytes-at.ts";
import { type NovaOutput, wholeSamples } from "./output-events.ts";

const utf8 = new TextEncoder();
/** A byte order mark is part of a name, as it is to a reader of JSON. */
const fromUtf8 = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

const OPENING = utf8.encode('{"event":{"audioOutput":{');
const CLOSING = utf8.encode("}}}");
const CONTENT = utf8.encode("content");
const CONTENT_ID = utf8.encode("contentId");

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** A stretch of bytes; `to` is the place behind it. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export class AudioReader {
  /** Of the content that spoke last, as it was written and as it is told: all its events have the same. */
  #idBytes = new Uint8Array(0);
  #id = "";

  /**
   * An event's audio, or null for any other event, and for one in any other shape than Nova's: an object of strings without
   * escapes, nothing between its signs. Those are for a reader of JSON.
   */
  read(json: Uint8Array): NovaOutput | null {
    if (!liesAt(OPENING, json, 0)) return null;
    let content: Span | null = null;
    let id: Span | null = null;
    for (let at = OPENING.length; ; ) {
      const nameEnd = closing(json, at + 1);
      if (json[at] !== QUOTE || json[nameEnd + 1] !== COLON || json[nameEnd + 2] !== QUOTE) return null;
      const from = nameEnd + 3;
      const isContent = isBetween(CONTENT, json, at + 1, nameEnd);
      // An escape among base64 is found when that is read.
      const to = isContent ? json.indexOf(QUOTE, from) : closing(json, from);
      if (to === -1) return null;
      if (isContent) content = { from, to };
      else if (isBetween(CONTENT_ID, json, at + 1, nameEnd)) id = { from, to };
      at = to + 2;
      if (json[to + 1] !== COMMA) {
        if (json.length !== to + 1 + CLOSING.length || !liesAt(CLOSING, json, to + 1)) return null;
        break;
      }
    }
    if (content === null || id === null) return null;
    const room = new Uint8Array(Math.ceil((content.to - content.from) / 4) * 3);
    const count = readBase64(json, content.from, content.to, room);
    if (count === null) return null;
    const pcm = wholeSamples(count === room.length ? room : room.subarray(0, count));
    return { type: "audio", content: this.#name(json, id), pcm };
  }

  #name(json: Uint8Array, { from, to }: Span): string {
    if (!isBetween(this.#idBytes, json, from, to) || this.#id === "") {
      this.#idBytes = json.slice(from, to);
      this.#id = fromUtf8.decode(this.#idBytes);
    }
    return this.#id;
  }
}

/** Where the string ends that begins at `from`; -1 where it has an escape in it, or no end. */
function closing(json: Uint8Array, from: number): number {
  for (let at = from; at < json.length; at++) {
    if (json[at] === QUOTE) return at;
    if (json[at] === BACKSLASH) return -1;
  }
  return -1;
}
