/**
 * Signs what flows up a stream. Every message is wrapped in another that carries the time and a signature over this
 * message and the signature before it, so messages can neither be changed nor reordered; the first links to the
 * presigned URL. Synchronous on purpose: two events signed at the same time would break the chain.
 */
import { createHmac, hash } from "node:crypto";
import type { Credentials } from "./credentials.ts";
import { closeMessage, messageBytes, payloadPlace } from "./event-stream/codec.ts";
import { encodeHeaders } from "./event-stream/headers.ts";
import { amzDate, signingKey, signingScope } from "./signing-key.ts";

export interface EventSigner {
  /** `payload` wrapped, dated `now` (ms) and signed. An empty payload says that nothing follows. */
  sign(payload: Uint8Array, now: number): Uint8Array<ArrayBuffer>;
  /** The same of a payload of `bytes` that `write` puts where it is to be. */
  signWritten(bytes: number, write: (place: Uint8Array) => void, now: number): Uint8Array<ArrayBuffer>;
}

export interface EventSignerOptions {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  /** The signature the chain begins with, in hex: `X-Amz-Signature` of the URL. */
  readonly priorSignature: string;
}

const sha256 = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

const SIGNATURE_BYTES = 32;
const MS_PER_DAY = 86_400_000;
const MS_PER_SECOND = 1000;

/** Both headers, ready but for the time and the signature, which lie at fixed places. */
const headersTemplate = (): {
  readonly block: Uint8Array;
  readonly date: Uint8Array;
  readonly dateView: DataView;
} => {
  const block = encodeHeaders([
    [":date", { type: "timestamp", value: 0 }],
    [":chunk-signature", { type: "binary", value: new Uint8Array(SIGNATURE_BYTES) }],
  ]);
  const dateLength = encodeHeaders([[":date", { type: "timestamp", value: 0 }]]).length;
  const date = block.subarray(0, dateLength);
  return { block, date, dateView: new DataView(block.buffer, dateLength - 8, 8) };
};

/** A signer for one stream. */
export const createEventSigner = (options: EventSignerOptions): EventSigner => {
  const { block, date: dateHeader, dateView } = headersTemplate();
  let prior = options.priorSignature;
  // The key changes at midnight UTC, the written time every second, the date header's hash every millisecond.
  let day = Number.NaN;
  let scope = "";
  let key: Uint8Array = new Uint8Array(0);
  let second = Number.NaN;
  let dateText = "";
  let hashedAt = Number.NaN;
  let dateHash = "";

  const tell = (now: number): void => {
    if (now === hashedAt) return;
    if (Math.floor(now / MS_PER_SECOND) !== second) {
      second = Math.floor(now / MS_PER_SECOND);
      dateText = amzDate(now);
    }
    if (Math.floor(now / MS_PER_DAY) !== day) {
      day = Math.floor(now / MS_PER_DAY);
      scope = signingScope(dateText, options.region, options.service);
      key = signingKey(options.credentials, scope);
    }
    dateView.setBigInt64(0, BigInt(now));
    dateHash = sha256(dateHeader);
    hashedAt = now;
  };

  const signWritten: EventSigner["signWritten"] = (bytes, write, now) => {
    const message = new Uint8Array(messageBytes(block, bytes));
    const payload = message.subarray(payloadPlace(block), payloadPlace(block) + bytes);
    write(payload);
    tell(now);
    const stringToSign = `AWS4-HMAC-SHA256-PAYLOAD\n${dateText}\n${scope}\n${prior}\n${dateHash}\n${sha256(payload)}`;
    const signature = createHmac("sha256", key).update(stringToSign).digest();
    prior = signature.toString("hex");
    block.set(signature, block.length - SIGNATURE_BYTES);
    closeMessage(message, block);
    return message;
  };
  return {
    sign: (payload, now) => signWritten(payload.length, (place) => place.set(payload), now),
    signWritten,
  };
};
