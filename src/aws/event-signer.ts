/**
 * Signs what flows up a stream. Every message is wrapped in another that carries the time and a signature over this
 * message and the signature before it, so messages can neither be changed nor reordered; the first links to the
 * presigned URL. Synchronous on purpose: two events signed at the same time would break the chain.
 */
import { Buffer } from "node:buffer";
import type { Credentials } from "./credentials.ts";
import { closeMessage, messageBytes, payloadPlace } from "./event-stream/codec.ts";
import { encodeHeaders } from "./event-stream/headers.ts";
import { type HmacKey, hmacKey, SHA256_BYTES, sha256 } from "./sha256.ts";
import { amzDate, signingKey, signingScope } from "./signing-key.ts";

export type WriteAt = (into: Uint8Array, at: number) => void;

export interface EventSigner {
  /** `payload` wrapped, dated `now` (ms) and signed. An empty payload says that nothing follows. */
  sign(payload: Uint8Array, now: number): Uint8Array<ArrayBuffer>;
  /** The same of a payload of `bytes` that `write` puts where it is to be: into an array, from a place on. */
  signWritten(bytes: number, write: WriteAt, now: number): Uint8Array<ArrayBuffer>;
}

export interface EventSignerOptions {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  /** The signature the chain begins with, in hex: `X-Amz-Signature` of the URL. */
  readonly priorSignature: string;
}

const HEX_BYTES = 2 * SHA256_BYTES;
const NEW_LINE = 0x0a;
const HEX = new TextEncoder().encode("0123456789abcdef");

const MS_PER_DAY = 86_400_000;
const MS_PER_SECOND = 1000;

/** Both headers, ready but for the time and the signature, which lie at fixed places. */
const headersTemplate = (): {
  readonly block: Uint8Array;
  readonly date: DataView;
  /** Of the date header its last eight bytes. */
  readonly time: DataView;
} => {
  const block = encodeHeaders([
    [":date", { type: "timestamp", value: 0 }],
    [":chunk-signature", { type: "binary", value: new Uint8Array(SHA256_BYTES) }],
  ]);
  const dateLength = encodeHeaders([[":date", { type: "timestamp", value: 0 }]]).length;
  const date = new DataView(block.buffer, 0, dateLength);
  return { block, date, time: new DataView(block.buffer, dateLength - 8, 8) };
};

/** Writes 32 bytes as hex, lower case, and gives the place behind it. */
function writeHex(into: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let i = 0; i < SHA256_BYTES; i++) {
    const byte = bytes[i] ?? 0;
    into[at + 2 * i] = HEX[byte >>> 4] ?? 0;
    into[at + 2 * i + 1] = HEX[byte & 15] ?? 0;
  }
  return at + HEX_BYTES;
}

/** A signer for one stream. Throws on a prior signature that is none: that is a bug of ours. */
export const createEventSigner = (options: EventSignerOptions): EventSigner => {
  const { block, date: dateHeader, time } = headersTemplate();
  /** The last message's, which the next one's covers. */
  const signature = Uint8Array.from(Buffer.from(options.priorSignature, "hex"));
  if (signature.length !== SHA256_BYTES)
    throw new RangeError("a chain begins with a signature of 64 hex digits");
  const dateHash = new Uint8Array(SHA256_BYTES);
  const payloadHash = new Uint8Array(SHA256_BYTES);
  // The key changes at midnight UTC, the written time every second, the date header's hash with every date.
  let day = Number.NaN;
  let key: HmacKey | null = null;
  let scope = "";
  let second = Number.NaN;
  let hashedAt = Number.NaN;
  /** What is signed: a line each for the algorithm, the time and the scope, and the three hashes behind them. */
  let toSign = new Uint8Array(0);
  let toSignView = new DataView(toSign.buffer);
  let hashesAt = 0;

  const tell = (now: number): void => {
    if (now === hashedAt) return;
    if (Math.floor(now / MS_PER_SECOND) !== second) {
      second = Math.floor(now / MS_PER_SECOND);
      const date = amzDate(now);
      if (Math.floor(now / MS_PER_DAY) !== day) {
        day = Math.floor(now / MS_PER_DAY);
        scope = signingScope(date, options.region, options.service);
        key = hmacKey(signingKey(options.credentials, scope));
      }
      const lines = new TextEncoder().encode(`AWS4-HMAC-SHA256-PAYLOAD\n${date}\n${scope}\n`);
      hashesAt = lines.length;
      toSign = new Uint8Array(hashesAt + 3 * HEX_BYTES + 2);
      toSign.set(lines);
      toSignView = new DataView(toSign.buffer);
    }
    time.setBigInt64(0, BigInt(now));
    sha256(dateHeader, dateHash);
    hashedAt = now;
  };

  const signWritten: EventSigner["signWritten"] = (bytes, write, now) => {
    const message = new Uint8Array(messageBytes(block, bytes));
    write(message, payloadPlace(block));
    tell(now);
    sha256(new DataView(message.buffer, payloadPlace(block), bytes), payloadHash);
    let at = writeHex(toSign, hashesAt, signature);
    toSign[at++] = NEW_LINE;
    at = writeHex(toSign, at, dateHash);
    toSign[at++] = NEW_LINE;
    writeHex(toSign, at, payloadHash);
    key?.sign(toSignView, signature);
    block.set(signature, block.length - SHA256_BYTES);
    closeMessage(message, 0, message.length, block);
    return message;
  };
  return {
    sign: (payload, now) => signWritten(payload.length, (into, at) => into.set(payload, at), now),
    signWritten,
  };
};
