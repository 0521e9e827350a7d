/**
 * A schema's complaint, as a builder's problem: the place, what is wrong there, what would be right.
 */
import type * as z from "zod";
import type { AgentProblem } from "./agent-error.ts";
import { choose } from "./near-miss.ts";
import { settingsAt } from "./settings.ts";

const A_FACT = "Give the value that it must have: true, false, a text or a number";

/** What would be right, where a schema's own words do not help. By place; `*` stands for a name or a number. */
const ADVICE: Readonly<Record<string, string>> = {
  name: 'Use lower-case words joined by "-", at most 64 characters, such as "bank-assistant"',
  prompt: "Say who the agent is and how it speaks",
  greeting: "Say how the agent opens, or leave it out for the caller to speak first",
  tools: "List them: tools: [ … ]",
  summaries: 'Name a text model: { model: "amazon.nova-lite-v1:0" }, or leave it out for summaries by rule',
  "summaries.model": 'Give a text model that Bedrock\'s Converse takes, such as "amazon.nova-lite-v1:0"',
  "summaries.region": 'Give an AWS region, such as "us-east-1", or leave it out for the agent\'s own',
  segments: "Give each its name and what it is: segments: { sign_in: { prompt, tools, goesTo } }",
  "segments.*.prompt": "Say what the agent does in this segment, or leave it to the agent's own prompt",
  "segments.*.purpose": "Say in a few words what the segment is for",
  "segments.*.opening": "Say what the agent does on arrival, or leave it out",
  "segments.*.goesTo.*": 'Give a segment\'s name, or { to: "name", when, by, say }',
  "segments.*.requires.*": A_FACT,
  "segments.*.goesTo.*.when.*": A_FACT,
  "segments.*.prefetch.*.when.*": A_FACT,
  "segments.*.carries": 'Choose one of "talk", "summary", "facts", "nothing", { turns: 2 }',
  facts: "Give each its name and who may set it: facts: { verified: { setBy: [tool] } }",
};

/** What a builder may call what he names himself. */
const NAMES: Readonly<Record<string, string>> = {
  segments: 'A segment\'s name is 1 to 58 lower-case letters, digits and _, such as "sign_in"',
  facts: 'A fact\'s name is 1 to 64 letters, digits and _, a letter first, such as "verified"',
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
          wrong: issue.input === undefined ? "it is missing" : `${shown} is not one of its values`,
          right: choose(String(issue.input ?? ""), issue.values.map(String)),
        },
      ];
    case "invalid_union":
      if (issue.input === undefined) return [{ place, wrong: "it is missing", right: advice ?? "Give one" }];
      return (
        describeKind(issue, place) ??
        describeUnion(issue, schema) ?? [
          { place, wrong: `${shown} will not do`, right: advice ?? issue.message },
        ]
      );
    case "invalid_type": {
      const expected = issue.expected === "record" ? "object" : issue.expected;
      const right = advice ?? `Give ${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected}`;
      return [
        { place, wrong: issue.input === undefined ? "it is missing" : `${shown} is no ${expected}`, right },
      ];
    }
    case "invalid_key":
      return [{ place, wrong: `${shown} will not do`, right: NAMES[String(path[0])] ?? issue.message }];
    case "custom":
      return [{ place, wrong: `${shown} will not do`, right: advice ?? capital(issue.message) }];
    default:
      return [
        {
          place,
          wrong: `${shown} will not do`,
          right: advice ?? capital(issue.message.replace(/^.*: e/, "E")),
        },
      ];
  }
}

/** What is wrong within the form that was meant; null when none of them was. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, schema: z.core.$ZodType): AgentProblem[] | null {
  const deeper = issue.errors.filter((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code === "unrecognized_keys"),
  );
  // The form that has all the members there are, before one with others.
  const meant = deeper.find((issues) => issues.every(({ path }) => path.length > 0)) ?? deeper[0];
  if (meant === undefined) return null;
  return meant.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, schema));
}

/** Which of several kinds a thing is, when it says none of them; null when that is not what is wrong. */
function describeKind(issue: z.core.$ZodIssueInvalidUnion, place: string): AgentProblem[] | null {
  if (!("discriminator" in issue) || !("options" in issue) || !Array.isArray(issue.options)) return null;
  const { input, discriminator } = issue;
  const kind = Object(input)[String(discriminator)];
  if (discriminator === "type" && /^(fn|functions?)$/.test(String(kind)))
    return [
      {
        place,
        wrong: "a function cannot be written in JSON",
        right:
          'Put it into a Worker and list that as { "type": "binding" }, or describe the agent in TypeScript, with fn({…})',
      },
    ];
  const kinds = issue.options.map(String);
  return kind === undefined
    ? [{ place, wrong: "it is missing", right: choose("", kinds) }]
    : [{ place, wrong: `${show(kind)} is not one of its values`, right: choose(String(kind), kinds) }];
}

/** Whether a step is a setting's name, and not one that the builder chose or a place in a list. */
const isKey = (path: readonly PropertyKey[], depth: number): boolean =>
  typeof path[depth] === "string" &&
  !["segments", "facts", "requires", "when"].includes(String(path[depth - 1]));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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
