/**
 * Data in the place of an answer, as words: the answer that is in it, or else what it holds, name by name.
 */
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

/** Where agents put what they say, the likeliest first. */
const WORDS = [
  "say",
  "speak",
  "answer",
  "response",
  "result",
  "output",
  "text",
  "message",
  "content",
  "completion",
  "reply",
  "data",
];

/** Deeper than this is structure, not words. */
const DEPTH = 6;
/** Values told by name; a listener has lost the thread by then. */
const MOST = 8;

/** What is said in `value`, or null when nothing in it is meant as words. */
export function saidIn(value: Json | undefined, depth = 0): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value;
  if (depth > DEPTH || value === undefined || value === null || typeof value !== "object") return null;
  if (Array.isArray(value)) return saidInList(value, depth);
  if (!isJsonObject(value)) return null;
  // A part of a message that is not text is not said, whatever it holds.
  if (typeof value.type === "string" && value.type !== "text" && !("text" in value) && "data" in value)
    return null;
  for (const name of WORDS) {
    const said = Object.hasOwn(value, name) ? saidIn(value[name], depth + 1) : null;
    if (said !== null) return said;
  }
  return null;
}

/** Parts of a message, one after the other. */
function saidInList(parts: readonly Json[], depth: number): string | null {
  const said = parts.flatMap((part) => (isJsonObject(part) ? [saidIn(part, depth + 1)] : []));
  const words = said.filter((part) => part !== null);
  return words.length === 0 ? null : words.join("\n");
}

/** `value` in words, whatever it is. */
export function wordsOfData(value: Json): string {
  if (typeof value === "string") return value;
  const said = saidIn(value);
  if (said !== null) return said;
  const told: string[] = [];
  tell(value, "", told, 0);
  return told.slice(0, MOST).join(", ");
}

function tell(value: Json, name: string, told: string[], depth: number): void {
  if (told.length >= MOST || depth > DEPTH || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) tell(item, name, told, depth + 1);
  } else if (isJsonObject(value)) {
    for (const [member, of] of Object.entries(value as JsonObject)) tell(of, spaced(member), told, depth + 1);
  } else {
    const plain = typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
    if (plain.trim() === "") return;
    told.push(name === "" ? plain : `${name} ${plain}`);
  }
}

/** `interestRate` and `interest_rate` as a person would say them. */
const spaced = (name: string): string =>
  name
    .slice(0, 60)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase();
