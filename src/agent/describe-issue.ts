/**
 * A schema's complaint, as a builder's problem: the place, what is wrong there, what would be right.
 */
import type { z } from "zod";
import type { AgentProblem } from "./agent-error.ts";
import { choose } from "./near-miss.ts";
import { settingsAt } from "./settings.ts";

/** What would be right, where a schema's own words do not help. By place; `*` stands for a name or a number. */
const ADVICE: Readonly<Record<string, string>> = {
  name: 'Use lower-case words joined by "-", at most 64 characters, such as "bank-assistant"',
  prompt: "Say who the agent is and how it speaks",
  greeting: "Say how the agent opens, or leave it out for the caller to speak first",
  tools: 'Make each with binding("NAME"), mcp({…}), clientTool({…}), fn({…}) or subAgent({…})',
  "tools.*": 'Make each with binding("NAME"), mcp({…}), clientTool({…}), fn({…}) or subAgent({…})',
  segments: "Give each its name and what it is: segments: { sign_in: { prompt, tools, goesTo } }",
  "segments.*":
    'A segment\'s name is 1 to 58 lower-case letters, digits and _, such as "sign_in"; it holds settings',
  "segments.*.prompt": "Say what the agent does in this segment, or leave it to the agent's own prompt",
  "segments.*.purpose": "Say in a few words what the segment is for",
  "segments.*.opening": "Say what the agent does on arrival, or leave it out",
  "segments.*.goesTo.*": 'Give a segment\'s name, or { to: "name", when, by, say }',
  "segments.*.carries": 'Choose one of "talk", "summary", "facts", "nothing", { turns: 2 }',
  facts: "Give each its name and who may set it: facts: { verified: { setBy: [tool] } }",
  "facts.*":
    'A fact\'s name is 1 to 64 letters, digits and _, such as "verified"; it holds description, secret, setBy',
};

/** Longest value repeated in an error, in characters: a prompt given for a voice would fill the screen. */
const SHOWN = 60;

export function describeIssue(issue: z.core.$ZodIssue, schema: z.core.$ZodType): AgentProblem[] {
  const { path } = issue;
  const at = placeOf(path);
  const place = at === "" ? "the description" : at;
  const advice = ADVICE[path.map((step, depth) => (isKey(path, depth) ? step : "*")).join(".")];
  const shown = show(issue.input);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        place: placeOf([...path, key]),
        wrong: "there is no such setting",
        right: choose(key, settingsAt(schema, path)),
      }));
    case "invalid_value":
      return [
        {
          place,
          wrong: `${shown} is not one of its values`,
          right: choose(String(issue.input), issue.values.map(String)),
        },
      ];
    case "invalid_union":
      return (
        describeUnion(issue, schema) ?? [
          { place, wrong: `${shown} will not do`, right: advice ?? issue.message },
        ]
      );
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

/** What is wrong within the form that was meant; null when none of them was. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, schema: z.core.$ZodType): AgentProblem[] | null {
  const meant = issue.errors.find((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code === "unrecognized_keys"),
  );
  if (meant === undefined) return null;
  return meant.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, schema));
}

/** Whether a step is a setting's name, and not one that the builder chose or a place in a list. */
const isKey = (path: readonly PropertyKey[], depth: number): boolean =>
  typeof path[depth] === "string" && !(depth === 1 && (path[0] === "segments" || path[0] === "facts"));

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
