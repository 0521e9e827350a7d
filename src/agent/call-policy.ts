/**
 * What may be done with a tool's answers besides telling them: keep them for a while, drop others', run a call once.
 */
import * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import { FACTS, type Facts } from "./facts.ts";

/** Told by a tool itself; an agent's list may overrule it. */
export interface CallPolicy {
  /** An answer is good for this long (ms): the same call within it is answered at once, without the tool. */
  readonly cache?: { readonly freshMs: number };
  /** Tools whose kept answers are worth nothing once this one has run, by the names under which they are offered. */
  readonly invalidates?: readonly string[];
  /**
   * False for what must not happen twice, such as a transfer: the same call again, while the first runs and for
   * `onceWithinMs` after it, does not run; both have the first one's outcome. By default true.
   */
  readonly idempotent?: boolean;
  /** Ms; by default `LIMITS.sameCallMs`. Only with `idempotent: false`. */
  readonly onceWithinMs?: number;
  /** Facts that must hold, or the call is refused whatever the model says. An agent's list can add to a tool's, not lift it. */
  readonly requires?: Facts;
}

/** The agent's own word on one tool of a source. */
export interface CallOptions extends CallPolicy {
  /** Ms after which the model is told that it timed out. */
  readonly timeoutMs?: number;
}

const ms = z.number().positive();

export const CALL_POLICY = z.object({
  cache: z.object({ freshMs: ms.max(LIMITS.sessionMaxMs) }).exactOptional(),
  invalidates: z.array(z.string()).max(LIMITS.toolsOffered).exactOptional(),
  idempotent: z.boolean().exactOptional(),
  onceWithinMs: ms.max(LIMITS.sessionMaxMs).exactOptional(),
  requires: FACTS.exactOptional(),
});

export const CALL_OPTIONS = z.strictObject({
  ...CALL_POLICY.shape,
  timeoutMs: ms.max(LIMITS.toolLongestMs).exactOptional(),
});

/** The policy's members of something that has others as well. */
export const policyOf = ({
  cache,
  invalidates,
  idempotent,
  onceWithinMs,
  requires,
}: CallPolicy): CallPolicy => ({
  ...(cache === undefined ? {} : { cache }),
  ...(invalidates === undefined ? {} : { invalidates }),
  ...(idempotent === undefined ? {} : { idempotent }),
  ...(onceWithinMs === undefined ? {} : { onceWithinMs }),
  ...(requires === undefined ? {} : { requires }),
});
