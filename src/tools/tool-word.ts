/**
 * What a tool tells the session beside its answer, read as if a stranger had written it. Whether the agent lets this
 * tool say it is looked at elsewhere.
 */
import type { FactValue } from "../agent/facts.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolWord } from "../conversation/events.ts";

/** `go_to_<segment>` is a tool's name, which has 64 characters at most. */
const NEXT_CHARS = 64;
/** Of what was left out, so many are named in the log. */
const NAMED = 8;

/** The word in `raw`, as far as it is one. `trouble` hears once what was left out and why; never a value. */
export function readWord(raw: unknown, trouble: (cause: string) => void): ToolWord | undefined {
  if (raw === undefined || raw === null) return undefined;
  const left: string[] = [];
  let word: ToolWord = {};
  try {
    word = read(raw, left);
  } catch {
    left.push("all of it: reading it threw");
  }
  complain(left, trouble);
  return orNothing(word);
}

function read(raw: unknown, left: string[]): ToolWord {
  if (!isPlain(raw)) {
    left.push("all of it: it is no object");
    return {};
  }
  const facts = readFacts(own(raw, "facts"), left);
  const next = own(raw, "next");
  if (next === undefined || next === null) return { facts };
  if (typeof next === "string" && next !== "" && next.length <= NEXT_CHARS) return { facts, next };
  left.push("next: it is no segment's name");
  return { facts };
}

function readFacts(raw: unknown, left: string[]): NonNullable<ToolWord["facts"]> {
  if (raw === undefined || raw === null) return {};
  if (!isPlain(raw)) {
    left.push("facts: they are no object");
    return {};
  }
  const names = Object.keys(raw);
  if (names.length > LIMITS.factsKept)
    left.push(`${names.length - LIMITS.factsKept} facts: more than ${LIMITS.factsKept} at once`);
  const kept: [string, FactValue | null][] = [];
  let chars = 0;
  for (const name of names.slice(0, LIMITS.factsKept)) {
    const value = raw[name];
    if (value === undefined) continue;
    const wrong = unfit(name, value);
    chars += wrong === null ? name.length + String(value).length : 0;
    if (wrong !== null) left.push(`${called(name)}: ${wrong}`);
    else if (chars > LIMITS.toolWordChars)
      left.push(`${called(name)}: more than ${LIMITS.toolWordChars} characters at once`);
    else kept.push([name, value as FactValue | null]);
  }
  return Object.fromEntries(kept);
}

/** Why that cannot be a fact, or null. */
function unfit(name: string, value: unknown): string | null {
  // Whoever looks a fact up without care must not find what every object has.
  if (name === "" || name in Object.prototype) return "no fact has that name";
  switch (typeof value) {
    case "boolean":
      return null;
    case "number":
      return Number.isFinite(value) ? null : "it is no number";
    case "string":
      return value.length > LIMITS.factChars ? `longer than ${LIMITS.factChars} characters` : null;
    default:
      return value === null ? null : "it is no text, number or boolean";
  }
}

/** Tells once what was left out of a word. */
export function complain(left: readonly string[], trouble: (cause: string) => void): void {
  if (left.length === 0) return;
  const more = left.length > NAMED ? `; and ${left.length - NAMED} more` : "";
  trouble(`what it told the session was left out: ${left.slice(0, NAMED).join("; ")}${more}`);
}

/** A fact's name as it may stand in a log. */
export const called = (name: string): string => JSON.stringify(name.slice(0, 64));

/** No word rather than one that says nothing. */
export const orNothing = ({ facts, next }: ToolWord): ToolWord | undefined => {
  const some = facts !== undefined && Object.keys(facts).length > 0;
  if (!some && next === undefined) return undefined;
  return { ...(some ? { facts } : {}), ...(next === undefined ? {} : { next }) };
};

/** An answer and the word that came in it. */
export function apart(answer: unknown): { readonly rest: unknown; readonly word: unknown } {
  try {
    if (!isPlain(answer) || !Object.hasOwn(answer, "word")) return { rest: answer, word: undefined };
    const { word, ...rest } = answer;
    return { rest, word };
  } catch {
    return { rest: answer, word: undefined };
  }
}

/** Neither a list nor a stub: a stub has every member that anybody asks for. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const own = (of: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(of, name) ? of[name] : undefined;
