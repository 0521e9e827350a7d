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

/** The best of the tools, or undefined when none is meant. Of equals the first offered. */
export function chooseTool(text: string, tools: readonly OfferedTool[]): OfferedTool | undefined {
  const heard = meaning(text);
  const known = tools.map(weights);
  let best: { readonly tool: OfferedTool; readonly score: number } | undefined;
  for (const [index, tool] of tools.entries()) {
    let score = 0;
    for (const word of heard) {
      const weight = known[index]?.get(word) ?? 0;
      // A word that every tool has ("account" in a bank) does not tell them apart, but still says that a tool is meant.
      const sharing = known.filter((each) => each.has(word)).length;
      score += weight / Math.max(1, Math.sqrt(sharing));
    }
    if (score >= ENOUGH && score > (best?.score ?? 0)) best = { tool, score };
  }
  return best?.tool;
}

function weights(tool: OfferedTool): Map<string, number> {
  const found = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of meaning(text)) found.set(word, Math.max(weight, found.get(word) ?? 0));
  };
  add(tool.description, DESCRIPTION);
  for (const [name, property] of propertiesOf(tool.inputSchema)) {
    add(name, PROPERTY);
    for (const value of property.enum) add(String(value), VALUE);
  }
  // AgentCore Gateway puts its target before the name.
  add(tool.name.split("___").at(-1) ?? tool.name, NAME);
  return found;
}
