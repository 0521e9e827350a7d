/**
 * Fills a tool's arguments from what was heard, as far as its schema says how. What is missing is asked for.
 */
import type { OfferedTool } from "../../seams.ts";
import { isStopWord, meaning, stem, words } from "../words.ts";
import { dateIn, dayWords } from "./dates.ts";
import { digitsIn, numbersIn } from "./numbers.ts";
import { type Property, propertiesOf, property } from "./schema.ts";

export interface Filled {
  readonly arguments: Record<string, unknown>;
  /** A required text nothing was said about; the caller must be asked. */
  readonly missing: string | undefined;
}

/** What is known while arguments are filled. */
interface Heard {
  readonly text: string;
  /** Numbers not yet given to a property. */
  readonly numbers: number[];
  readonly today: Date;
  /** Meanings that chose the tool, and so are no values. */
  readonly topic: ReadonlySet<string>;
  /** Whether this is the only text the tool takes. */
  readonly isOnlyText: boolean;
}

/** Deeper schemas are left empty. */
const DEEPEST = 3;

export function fillArguments(tool: OfferedTool, text: string, today: Date): Filled {
  const topic = meaning(`${tool.name} ${tool.description}`);
  const filled: Record<string, unknown> = {};
  const missing = fillObject(
    filled,
    tool.inputSchema,
    { text, numbers: numbersIn(text), today, topic, isOnlyText: false },
    0,
  );
  return { arguments: filled, missing };
}

/** Fills `into` and gives the name of the first required text that was not found. */
function fillObject(
  into: Record<string, unknown>,
  schema: unknown,
  heard: Heard,
  depth: number,
): string | undefined {
  const properties = propertiesOf(schema);
  const isOnlyText =
    properties.filter(([, each]) => each.type === "string" && each.enum.length === 0).length === 1;
  let missing: string | undefined;
  for (const [name, each] of properties) {
    const value =
      findValue(name, each, { ...heard, isOnlyText }, depth) ??
      (each.isRequired ? fallback(each) : undefined);
    if (value !== undefined) into[name] = value;
    else if (each.isRequired) missing ??= name;
  }
  return missing;
}

function findValue(name: string, wanted: Property, heard: Heard, depth: number): unknown {
  if (wanted.enum.length > 0) {
    return mentioned(wanted.enum, partAfter(name, heard.text)) ?? mentioned(wanted.enum, heard.text);
  }
  switch (wanted.type) {
    case "boolean":
      return truth(name, heard.text);
    case "integer":
    case "number":
      return numberFor(wanted, heard.numbers);
    case "array": {
      const item = findValue(name, property(wanted.items, false), heard, depth + 1);
      return item === undefined ? undefined : [item];
    }
    case "object": {
      const inner: Record<string, unknown> = {};
      if (depth < DEEPEST) fillObject(inner, wanted.schema, heard, depth + 1);
      return Object.keys(inner).length > 0 ? inner : undefined;
    }
    default:
      return wanted.type === "string" || wanted.type === undefined ? textFor(name, wanted, heard) : undefined;
  }
}

function fallback(wanted: Property): unknown {
  if (wanted.default !== undefined) return wanted.default;
  if (wanted.enum.length > 0) return wanted.enum[0];
  if (wanted.type === "boolean") return false;
  if (wanted.type === "integer" || wanted.type === "number") return wanted.minimum ?? 1;
  if (wanted.type === "array") return [];
  return wanted.type === "object" ? {} : undefined;
}

/** For a property like `from` or `to_account`: what stands after that word, up to the other. Else nothing. */
function partAfter(name: string, text: string): string {
  const direction = words(name).find((word) => word === "from" || word === "to");
  if (direction === undefined) return "";
  return new RegExp(`\\b${direction}\\b(.*?)(?:\\b(?:from|to)\\b|$)`, "is").exec(text)?.[1] ?? "";
}

/** The value of which the most words are said: "savings account" is `SAVINGS_ACCOUNT` before it is `ACCOUNT`. */
function mentioned(values: readonly unknown[], text: string): unknown {
  const said = new Set(words(text).map(stem));
  const ranked = values
    .map((value) => ({ value, parts: words(String(value)).map(stem) }))
    .map(({ value, parts }) => ({
      value,
      hits: parts.filter((part) => said.has(part)).length,
      parts: parts.length,
    }))
    .filter(({ hits, parts }) => hits > 0 && hits >= parts / 2)
    .sort((a, b) => b.hits - a.hits);
  return ranked[0]?.value;
}

function truth(name: string, text: string): boolean | undefined {
  const said = words(text).map(stem);
  const at = words(name)
    .map(stem)
    .map((word) => said.indexOf(word))
    .find((place) => place >= 0);
  if (at === undefined) return undefined;
  return !said
    .slice(Math.max(0, at - 2), at)
    .some((word) => ["no", "not", "without", "don't"].includes(word));
}

function numberFor(wanted: Property, numbers: number[]): number | undefined {
  const isOfType = (value: number): boolean => wanted.type === "number" || Number.isInteger(value);
  const isInRange = (value: number): boolean =>
    value >= (wanted.minimum ?? -Infinity) && value <= (wanted.maximum ?? Infinity);
  const fitting = numbers.findIndex((value) => isOfType(value) && isInRange(value));
  // A number that was said is passed on even where the tool will refuse it: that is how its refusal can be heard.
  const at = fitting === -1 ? numbers.findIndex(isOfType) : fitting;
  return at === -1 ? undefined : numbers.splice(at, 1)[0];
}

const PREPOSITION = /\b(?:in|at|near|around|for|from|to|on|called|named|of|with)\b/i;
/** Names of texts that want the whole of what was said. */
const WHOLE =
  /^(?:query|question|text|message|request|prompt|input|utterance|search|note|comment|reason|description|issue|problem)$/;
const NUMBERED = /(?:^|_)(?:id|number|no|code|pin|phone|telephone|zip|postcode|digits)$/;

function textFor(name: string, wanted: Property, heard: Heard): string | undefined {
  const key = words(name).join("_");
  const { text } = heard;
  if (wanted.format === "date") return dateIn(text, heard.today);
  if (wanted.format === "date-time") return withTime(dateIn(text, heard.today));
  if (wanted.format === "email" || key.includes("email"))
    return /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(text)?.[0];
  if (wanted.pattern !== undefined) return matching(wanted.pattern, text);
  if (/(?:^|_)(?:date|day|when)$/.test(key)) return dayWords(text);
  if (NUMBERED.test(key)) return code(text);
  if (WHOLE.test(key)) return text;
  const part = partAfter(name, text);
  if (part !== "") return rest(part, heard);
  return nameIn(text, heard) ?? (heard.isOnlyText ? rest(text, heard) : undefined);
}

const withTime = (date: string | undefined): string | undefined => date && `${date}T12:00:00Z`;

function matching(pattern: string, text: string): string | undefined {
  try {
    const found = new RegExp(pattern.replace(/^\^/, "").replace(/\$$/, ""), "u").exec(text)?.[0];
    return found === "" ? undefined : found;
  } catch {
    return undefined;
  }
}

/** "AB-1234" as it stands, or the digits that were told; those of a date are none. */
function code(said: string): string | undefined {
  const text = said.replace(dayWords(said) ?? "", " ");
  return /\b(?=[A-Z0-9-]*\d)[A-Z]{1,6}-?[A-Z0-9-]{2,}\b/.exec(text)?.[0] ?? digitsIn(text);
}

/** A name: words with capitals that do not begin the sentence, or else what stands after "in" or "for". */
function nameIn(text: string, heard: Heard): string | undefined {
  const day = dayWords(text);
  const undated = day === undefined ? text : text.replace(day, ",");
  for (const [capitals] of undated.matchAll(/(?<=[^.!?]\s)\p{Lu}[\p{L}'-]*(?:\s+\p{Lu}[\p{L}'-]*)*/gu)) {
    if (!/^I(?:$|['’ ])/.test(capitals) && rest(capitals, heard) !== undefined) return capitals;
  }
  for (const phrase of undated.split(PREPOSITION).slice(1)) {
    const found = numbersIn(phrase).length > 0 ? undefined : rest(phrase, heard);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is left when the words that chose the tool, the small words and the days are taken away. */
function rest(text: string, heard: Heard): string | undefined {
  const day = dayWords(text);
  const kept = (day === undefined ? text : text.replace(day, " "))
    .split(/[\s,.!?;:]+/)
    .filter(
      (word) =>
        word !== "" &&
        !words(word).every(isStopWord) &&
        ![...meaning(word)].some((each) => heard.topic.has(each)),
    );
  return kept.length > 0 && kept.length <= 6 ? kept.join(" ") : undefined;
}
