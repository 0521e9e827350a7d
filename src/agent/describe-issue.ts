/**
 * A schema's complaint, as a builder's problem: the place, what is wrong there, what would be right.
 */
import type { z } from "zod";
import type { AgentProblem } from "./agent-error.ts";
import { SETTINGS } from "./agent-options.ts";
import { choose } from "./near-miss.ts";

/** What would be right, where a schema's own words do not help. */
const ADVICE: Readonly<Record<string, string>> = {
  name: 'Use lower-case words joined by "-", at most 64 characters, such as "bank-assistant"',
  prompt: "Say who the agent is and how it speaks",
  greeting: "Say how the agent opens, or leave it out for the caller to speak first",
  tools: 'Make each with binding("NAME"), mcp({…}), clientTool({…}), fn({…}) or subAgent({…})',
};

/** Longest value repeated in an error, in characters: a prompt given for a voice would fill the screen. */
const SHOWN = 60;

export function describeIssue(issue: z.core.$ZodIssue): AgentProblem[] {
  const at = placeOf(issue.path);
  const place = at === "" ? "the description" : at;
  const advice = ADVICE[String(issue.path[0] ?? "")];
  const shown = show(issue.input);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        place: placeOf([...issue.path, key]),
        wrong: "there is no such setting",
        right: choose(key, SETTINGS[at] ?? []),
      }));
    case "invalid_value":
      return [
        {
          place,
          wrong: `${shown} is not one of its values`,
          right: choose(String(issue.input), issue.values.map(String)),
        },
      ];
    case "invalid_type":
      return issue.input === undefined
        ? [{ place, wrong: "it is missing", right: advice ?? `Give a ${issue.expected}` }]
        : [{ place, wrong: `${shown} is no ${issue.expected}`, right: advice ?? `Give a ${issue.expected}` }];
    case "custom":
      return [{ place, wrong: `${shown} will not do`, right: advice ?? issue.message }];
    default:
      return [
        { place, wrong: `${shown} will not do`, right: advice ?? issue.message.replace(/^.*: e/, "E") },
      ];
  }
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((place, step) => {
    if (typeof step === "number") return `${place}[${step}]`;
    return place === "" ? String(step) : `${place}.${String(step)}`;
  }, "");

function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "this object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
