/**
 * Golden bytes: what the official AWS SDK and an independent implementation make of AWS's own example keys.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";

const computed = z.object({
  url: z.string(),
  seedSignature: z.string(),
  frames: z.array(z.object({ event: z.unknown(), signature: z.string(), frameHex: z.string() })),
});
const captured = z.object({ url: z.string(), frames: z.array(z.string()), signatures: z.array(z.string()) });

const schema = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  clockMs: z.number(),
  sdk: z.record(z.string(), captured),
  computed: z.record(z.string(), computed),
  serverFrames: z.record(z.string(), z.string()),
});

export const vectors = schema.parse(
  JSON.parse(readFileSync(new URL("../vectors/aws-eventstream.json", import.meta.url), "utf8")),
);

/** The name of a vector says whose credentials: `withSessionToken_<token>` or `noToken`. */
export const credentialsOf = (name: string) => {
  const token = /withSessionToken_([^/]+)/.exec(name)?.[1];
  return {
    accessKeyId: vectors.accessKeyId,
    secretAccessKey: vectors.secretAccessKey,
    ...(token === undefined ? {} : { sessionToken: token }),
  };
};

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
