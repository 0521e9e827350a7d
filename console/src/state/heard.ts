/**
 * Where an interrupted answer was cut: which of its planned words were heard and which never will be.
 */
import type { AgentEntry } from "./entries.ts";

export interface Cut {
  readonly heard: string;
  readonly unheard: string;
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");
const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * Splits `planned` after the words of `heardText`. What was heard is told in the gateway's own words; where they
 * differ from the plan, as many planned words as were heard count as heard.
 */
export const cutAt = (planned: string, heardText: string): Cut => {
  const plan = words(planned);
  const heard = words(heardText);
  let matched = 0;
  while (matched < heard.length && bare(plan[matched] ?? "") === bare(heard[matched] ?? "")) matched += 1;
  const from = matched === heard.length ? matched : Math.min(plan.length, heard.length);
  return { heard: heard.join(" "), unheard: plan.slice(from).join(" ") };
};

/** An answer's heard and unheard words; nothing is unheard of an answer that was not interrupted. */
export const cutOf = (entry: AgentEntry): Cut | null =>
  entry.interruption === null
    ? null
    : cutAt(entry.items.map(({ planned }) => planned).join(" "), entry.interruption.heardText);
