/**
 * What the examining Worker tells about one region, step by step, as lines of JSON.
 */
import * as z from "zod";

/** Asked of the Worker. */
export const examinationSchema = z.object({ region: z.string(), model: z.string(), voice: z.string() });
export type Examination = z.infer<typeof examinationSchema>;

const refusal = z.object({ status: z.number().nullable(), name: z.string(), message: z.string() });

/** Steps in the order in which they are taken; the first that is not ok is the last. Times in ms. */
export const observationSchema = z.discriminatedUnion("step", [
  z.object({
    step: z.literal("reached"),
    endpoint: z.string(),
    ms: z.number(),
    /** This machine's clock minus the service's; null when it did not tell the time. */
    clockMs: z.number().nullable(),
  }),
  z.object({ step: z.literal("opened"), ms: z.number() }),
  /** The first event after the prologue that is not a refusal. */
  z.object({ step: z.literal("accepted"), ms: z.number() }),
  z.object({ step: z.literal("words"), ms: z.number(), text: z.string() }),
  z.object({ step: z.literal("audio"), ms: z.number() }),
  z.object({ step: z.literal("spoke"), audioMs: z.number() }),
  z.object({ step: z.literal("closed"), ms: z.number() }),
  z.object({
    step: z.literal("failed"),
    at: z.enum(["settings", "reached", "opened", "accepted", "audio", "closed"]),
    refusal,
  }),
]);
export type Observation = z.infer<typeof observationSchema>;
