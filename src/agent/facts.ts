/**
 * What a session knows for certain: values that tools have set and that nothing a caller, a model or a client says can
 * change.
 */
import * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import type { RememberedAs } from "./memory-policy.ts";

export type FactValue = string | number | boolean;
export type Facts = Readonly<Record<string, FactValue>>;

export interface FactDefinition {
  /** What it means when it holds, in words for the model: "the caller has signed in". Null: its name has to do. */
  readonly description: string | null;
  /** Told to tools only, never to a model, a client or a transcript: tokens, ids, keys. */
  readonly secret: boolean;
  /** Tools that may set it, by the names under which they are offered. */
  readonly setBy: readonly string[];
  /** What it is remembered as when the session is over; null where it is forgotten. Comes back as words only. */
  readonly remember?: RememberedAs | null;
}

export const FACT_VALUE = z.union([z.string().max(LIMITS.factChars), z.number(), z.boolean()]);
export const FACTS = z.record(z.string(), FACT_VALUE);

/** Whether all of `wanted` are so. What was never set is not. */
export const hold = (facts: Facts, wanted: Facts): boolean => unmet(facts, wanted).length === 0;

/** Names of those of `wanted` that are not so. */
export const unmet = (facts: Facts, wanted: Facts): readonly string[] =>
  Object.keys(wanted).filter((name) => !Object.hasOwn(facts, name) || facts[name] !== wanted[name]);
