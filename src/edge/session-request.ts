/**
 * The body of `POST /v1/sessions`. Strict: a misspelt member is a mistake to hear of, not one to find out.
 */
import * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import { audioFormatsSchema } from "../dialect/antiphon-v1/audio-format.ts";

/** Goes into the ticket and to tools; control characters have no business in a name. */
export const identity = z
  .string()
  .min(1)
  .max(LIMITS.identityChars)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "Expected text without control characters");

/** In degrees (WGS 84). */
const position = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

export const sessionRequest = z.strictObject({
  agent: z.string().min(1).max(LIMITS.clientNameChars),
  caller: identity.optional(),
  tenant: identity.optional(),
  audio: audioFormatsSchema.optional(),
  toolDetails: z.boolean().optional(),
  /** Whether a client that lost its socket may come back; without it, it may. */
  resume: z.boolean().optional(),
  /** Whether the caller may be remembered, where the agent has a memory; without it, they may. */
  memory: z.boolean().optional(),
  /** Where the caller is; without it, where this request comes from. */
  near: position.optional(),
});

export type SessionRequest = z.infer<typeof sessionRequest>;
