/**
 * The faults a scenario (and the control endpoint) may ask for, as a zod schema of the seam's `Fault`.
 */
import * as z from "zod";
import { EXCEPTIONS, type Fault } from "../seams.ts";

const message = z.string().max(2000).exactOptional();
/** Longer than the longest stream is no delay but a stall without end. */
const ms = z.number().int().min(0).max(600_000);

export const faultSchema: z.ZodType<Fault> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("refuse"),
    status: z.union([
      z.literal(400),
      z.literal(401),
      z.literal(402),
      z.literal(403),
      z.literal(404),
      z.literal(408),
      z.literal(409),
      z.literal(424),
      z.literal(429),
      z.literal(500),
      z.literal(503),
    ]),
    errorType: z.string().max(100).exactOptional(),
    message,
  }),
  z.strictObject({ type: z.literal("exception"), exception: z.enum(EXCEPTIONS), message }),
  z.strictObject({ type: z.literal("error"), code: z.string().max(100).exactOptional(), message }),
  z.strictObject({ type: z.literal("internal531") }),
  z.strictObject({ type: z.literal("cut") }),
  z.strictObject({
    type: z.literal("close"),
    /** Those that RFC 6455 lets an endpoint send. */
    code: z
      .number()
      .int()
      .refine(
        (code) =>
          (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999),
      ),
    reason: z.string().max(100).exactOptional(),
  }),
  z.strictObject({ type: z.literal("echo") }),
  z.strictObject({ type: z.literal("stall"), ms: ms.exactOptional() }),
  z.strictObject({ type: z.literal("slow_first_byte"), ms }),
  z.strictObject({ type: z.literal("join_frames") }),
  z.strictObject({ type: z.literal("split_frames") }),
  z.strictObject({ type: z.literal("padding") }),
  z.strictObject({ type: z.literal("unknown_event") }),
  z.strictObject({ type: z.literal("duplicate_tool_use") }),
  z.strictObject({
    type: z.literal("garbage"),
    kind: z.enum(["not_a_frame", "bad_crc", "bad_json", "text_message"]),
  }),
]);
