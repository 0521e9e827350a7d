/**
 * What the control endpoint takes.
 */
import * as z from "zod";
import { LIMITS } from "../limits.ts";
import { faultSchema } from "../scenarios/fault-schema.ts";

export const faultRequest = z
  .strictObject({
    fault: faultSchema,
    /** The next stream to open, all that run now, or one by its id. */
    stream: z.union([z.enum(["next", "running"]), z.uuid()]).default("next"),
    when: z.enum(["now", "mid_answer"]).default("now"),
    /** Only streams of this region. */
    region: z.string().max(100).exactOptional(),
    times: z.number().int().min(1).max(1000).default(1),
  })
  .refine((request) => request.fault.type !== "refuse" || request.stream === "next", {
    path: ["stream"],
    message: 'only the "next" stream can be refused: one that runs has been accepted',
  });

export const clockRequest = z
  .strictObject({
    /** Time runs this many times as fast as the world's. */
    speed: z.number().min(0.1).max(1000).optional(),
    /** The clock is turned on by this many ms at once. */
    advanceMs: z.number().min(0).max(LIMITS.connectionMs).optional(),
    /** Every running stream becomes older by this many ms: only the limit of 8 minutes sees it. */
    ageMs: z.number().min(0).max(LIMITS.connectionMs).optional(),
  })
  .refine((request) => Object.keys(request).length > 0, {
    message: "give speed, advanceMs, ageMs, or several of them",
  });

export const traceQuery = z.strictObject({
  /** Entries from this number on. */
  from: z.coerce.number().int().min(0).default(0),
  /** Wait up to this many ms for an entry from that number on. */
  wait: z.coerce.number().int().min(0).max(LIMITS.traceWaitMs).default(0),
});

export const searchQuery = z.strictObject({
  /** Looked for in everything that is kept; case is ignored. Shorter words would be found everywhere. */
  text: z.string().min(3).max(1000),
  /** Only what the emulator received, or only what it sent. */
  direction: z.enum(["received", "sent"]).optional(),
});

/** One line per issue: where, and what would be right. */
export function issues(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.length > 0 ? issue.path.join(".") : "(body)"}: ${issue.message}`)
    .join("; ");
}
