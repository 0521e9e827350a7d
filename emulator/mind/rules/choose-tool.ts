/**
 * Picks the tool that is asked for, by the words of its name, its description and the values it takes.
 */
import type { OfferedTool } from "../../seams.ts";
import { meaning } from "../words.ts";
import { propertiesOf } from "./schema.ts";

const NAME = 3;
const VALUE = 2;
const DESCRIPTION = 1;
const PROPERTY = 1;
/** One word of the name, or two of the rest: less is chance. */
const ENOUGH = 2;

/** A tool that hands the talk over: `go_to_billing`, `transfer_to_sales`. One word is enough, where no other is meant. */
const HANDS_OVER = /^(?:go|switch|move|transfer|hand|hand_off|hand_over)_to_/;
/** They speak of handing over and not of where it leads. */
const OF_HANDING = new Set(
  meaning("go move switch hand over talk conversation part segment agent soon wants done announce"),
);

export const handsOver = ({ name }: OfferedTool): boolean => HANDS_OVER.test(plainName(name));

/** The best of the tools, or undefined when none is meant. Of equals the first offered. */
export function chooseTool(text: string, tools: readonly OfferedTool[]): OfferedTool | undefined {
  const ways = tools.filter(handsOver);
  return best(text, tools, ENOUGH) ?? best(text, ways, 1);
}

function best(text: string, tools: readonly OfferedTool[], enough: number): OfferedTool | undefined {
  const heard = meaning(text);
  const known = tools.map(weights);
  let leader: { readonly tool: OfferedTool; readonly score: number } | undefined;
  for (const [index, tool] of tools.entries()) {
    let score = 0;
    for (const word of heard) {
      const weight = known[index]?.get(word) ?? 0;
      // A word that every tool has ("account" in a bank) does not tell them apart, but still says that a tool is meant.
      const sharing = known.filter((each) => each.has(word)).length;
      score += weight / Math.max(1, Math.sqrt(sharing));
    }
    if (score >= enough && score > (leader?.score ?? 0)) leader = { tool, score };
  }
  return leader?.tool;
}

function weights(tool: OfferedTool): Map<string, number> {
  const found = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of meaning(text)) found.set(word, Math.max(weight, found.get(word) ?? 0));
  };
  add(tool.description, DESCRIPTION);
  if (handsOver(tool)) {
    add(plainName(tool.name).replace(HANDS_OVER, ""), NAME);
    for (const word of OF_HANDING) found.delete(word);
    // What it wants to know is the reason; no word of that names a place.
    return found;
  }
  for (const [name, property] of propertiesOf(tool.inputSchema)) {
    add(name, PROPERTY);
    for (const value of property.enum) add(String(value), VALUE);
  }
  add(plainName(tool.name), NAME);
  return found;
}

/** AgentCore Gateway puts its target before the name. */
const plainName = (name: string): string => name.split("___").at(-1) ?? name;
