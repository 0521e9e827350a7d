/**
 * Opens what a client sends: CRCs, the signature chain, the date, and the two envelopes around every event.
 * Each signature covers the one before it, beginning with the signature of the request.
 */
import type { SignatureV4 } from "@smithy/signature-v4";
import { sameHex } from "../auth/compare.ts";
import { MISMATCH } from "../doors/refusal.ts";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { codec, type WireMessage } from "./codec.ts";

export type Opened =
  /** The JSON text of one Nova event. */
  | { readonly type: "event"; readonly json: string }
  /** The empty signed message: the client sends no more. */
  | { readonly type: "end" };

export type WireFault =
  /** Bytes that are no event-stream message, or one with a wrong CRC. */
  | { readonly type: "damaged"; readonly why: string }
  /** Signature or date do not hold. */
  | { readonly type: "unsigned"; readonly why: string; readonly message: string }
  /** Properly signed, but no event inside. */
  | { readonly type: "invalid"; readonly why: string };

export interface EventOpener {
  /** Call once per message, in order, and wait for each: the chain is a chain. */
  open(message: Uint8Array): Promise<Result<Opened, WireFault>>;
}

/**
 * @param signer For the credentials, region and service that signed the request.
 * @param seed Signature of the request, 64 hex digits.
 * @param wallNow The world's time in ms since 1970.
 */
export function createEventOpener(signer: SignatureV4, seed: string, wallNow: () => number): EventOpener {
  let prior = seed;

  const verify = async (outer: WireMessage): Promise<WireFault | undefined> => {
    const date = outer.headers[":date"];
    const signature = outer.headers[":chunk-signature"];
    if (date?.type !== "timestamp" || signature?.type !== "binary") {
      return { type: "unsigned", why: "no :date or no :chunk-signature", message: MISMATCH };
    }
    const signingDate = date.value;
    if (Number.isNaN(signingDate.getTime())) {
      return { type: "unsigned", why: ":date is no date", message: MISMATCH };
    }
    const off = Math.abs(signingDate.getTime() - wallNow());
    if (off > LIMITS.clockSkewMs) {
      return {
        type: "unsigned",
        why: `:date is ${Math.round(off / 1000)} s off`,
        message: `Signature expired: ${signingDate.toISOString()} is not within 5 min of the current time.`,
      };
    }
    const signed = await signer.sign(
      { message: { headers: { ":date": date }, body: outer.body }, priorSignature: prior },
      { signingDate },
    );
    if (!sameHex(signed.signature, Buffer.from(signature.value).toString("hex"))) {
      return {
        type: "unsigned",
        why: "the signature does not follow from the one before it",
        message: MISMATCH,
      };
    }
    prior = signed.signature;
    return undefined;
  };

  return {
    async open(message) {
      const outer = decode(message);
      if (!outer.ok) return outer;
      const fault = await verify(outer.value);
      if (fault !== undefined) return err(fault);
      return outer.value.body.byteLength === 0 ? ok({ type: "end" }) : openInner(outer.value.body);
    },
  };
}

function openInner(bytes: Uint8Array): Result<Opened, WireFault> {
  const inner = decode(bytes);
  if (!inner.ok) return inner;
  const { headers, body } = inner.value;
  if (headers[":message-type"]?.value !== "event" || headers[":event-type"]?.value !== "chunk") {
    return err({ type: "invalid", why: "the inner message is not an event of type chunk" });
  }
  const json = parse(body);
  const base64 = typeof json === "object" && json !== null && "bytes" in json ? json.bytes : undefined;
  if (typeof base64 !== "string" || !isBase64(base64)) {
    return err({ type: "invalid", why: 'the chunk is not {"bytes":"<base64>"}' });
  }
  return ok({ type: "event", json: Buffer.from(base64, "base64").toString("utf8") });
}

function decode(message: Uint8Array): Result<WireMessage, WireFault> {
  try {
    return ok(codec.decode(message));
  } catch (error) {
    return err({
      type: "damaged",
      why: error instanceof Error ? error.message : "not an event-stream message",
    });
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Standard base64 with its padding. `Buffer.from` would take anything. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
