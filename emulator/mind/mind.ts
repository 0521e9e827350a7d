/**
 * The emulator's wits: what was said, and what the agent does about it. A scenario comes first, the rules after it.
 */
import type { Mind, Speech } from "../seams.ts";
import type { Scenario } from "../scenarios/scenario.ts";

/**
 * Turns speech into words. `hints` are sentences and words that are likely, best first.
 * Gives "" when nothing was understood; never rejects.
 */
export type Recognise = (speech: Speech, hints: readonly string[]) => Promise<string>;

export interface MindOptions {
  readonly scenario?: Scenario;
  readonly recognise?: Recognise;
}
