/**
 * Says a tool's result as a person would: what the tool wrote for speaking, or its fields as one sentence.
 */
import type { ToolAnswer } from "../../seams.ts";
import { words } from "../words.ts";
import { failureWords, isFailure } from "./failure.ts";

/** Fields in which a tool puts what is to be said. */
const SPOKEN = [
  "speak",
  "speech",
  "say",
  "spoken",
  "message",
  "summary",
  "answer",
  "text",
  "result",
  "content",
];
/** Fields that are for programs. */
const UNSPOKEN =
  /(?:^|_)(?:id|ids|uuid|url|uri|href|token|hash|etag|type|kind|status|ok|success|timestamp|currency|is_error|unit|units)$/;
const MONEY = /(?:^|_)(?:balance|price|cost|amount|total|fee|salary|credit|debit|due|payment|value)$/;
/** The unit at the end of a field's name; it is said after the number. */
const UNIT = / (?:c|celsius|f|fahrenheit|percent)$/;
/** Facts told at most, and items of a list. */
const MOST_FACTS = 6;
const MOST_ITEMS = 3;

const CURRENCY_WORDS: Readonly<Record<string, string>> = { USD: "dollars", EUR: "euros", GBP: "pounds" };

export function speakResults(results: readonly ToolAnswer[]): string {
  return results.map(speakResult).join(" ");
}

function speakResult({ tool, content }: ToolAnswer): string {
  if (isFailure(content)) {
    const why = failureWords(content);
    return why === undefined
      ? "I'm sorry, that did not work. Is there something else I can do?"
      : `I'm sorry, that did not work: ${why}.`;
  }
  const spoken = spokenText(content);
  if (spoken !== undefined) return sentence(spoken);
  if (typeof content !== "object") return sentence(`${topicOf(tool)}: ${plain("", content, undefined)}`);
  const facts = factsOf(content, "").slice(0, MOST_FACTS);
  if (facts.length === 0) return "That is done.";
  return sentence(list(facts));
}

function spokenText(content: unknown): string | undefined {
  if (typeof content === "string") return content.trim() === "" ? undefined : content;
  if (Array.isArray(content)) {
    // Blocks of text, as MCP and Converse give them.
    const texts = content.map((block) =>
      typeof block === "object" && block !== null && "text" in block ? block.text : undefined,
    );
    return texts.length > 0 && texts.every((text) => typeof text === "string") ? texts.join(" ") : undefined;
  }
  if (typeof content !== "object" || content === null) return undefined;
  const entries = Object.entries(content).filter(([key]) => isForPeople(key));
  for (const key of SPOKEN) {
    const found = entries.find(([name]) => name === key)?.[1];
    const isWhole =
      entries.length === 1 || ["speak", "speech", "say", "spoken", "message", "summary"].includes(key);
    if (found !== undefined && isWhole) return spokenText(found);
  }
  return undefined;
}

/** "the balance is 12.50 dollars", one for each field that is for people. */
function factsOf(value: unknown, name: string, currency?: string): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return listed(value, name);
  if (typeof value !== "object") return [`the ${name.replace(UNIT, "")} is ${plain(name, value, currency)}`];
  const fields = Object.entries(value);
  const own = fields.find(([key]) => key.toLowerCase() === "currency")?.[1];
  return fields
    .filter(([key]) => isForPeople(key))
    .flatMap(([key, each]) => factsOf(each, words(key).join(" "), typeof own === "string" ? own : currency));
}

function listed(values: readonly unknown[], name: string): string[] {
  const what = name === "" ? "results" : name;
  if (values.length === 0) return [`there are no ${what}`];
  const items = values.slice(0, MOST_ITEMS).map((each) => itemOf(each, name));
  const more = values.length > MOST_ITEMS ? `, the first of ${values.length}` : "";
  return [`the ${what} are ${list(items)}${more}`];
}

/** "Oranges, price 3": what names the item stands without its label. */
function itemOf(value: unknown, name: string): string {
  if (typeof value !== "object" || value === null) return plain(name, value, undefined);
  const fields = Object.entries(value).filter(([key, each]) => isForPeople(key) && typeof each !== "object");
  const told = fields.slice(0, 3).map(([key, each]) => {
    const label = words(key).join(" ");
    return typeof each === "string" ? each : `${label.replace(UNIT, "")} ${plain(label, each, undefined)}`;
  });
  return told.join(", ");
}

function plain(name: string, value: unknown, currency: string | undefined): string {
  const key = name.replaceAll(" ", "_");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  if (MONEY.test(key)) return money(value, currency);
  const shown = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 }).format(value);
  if (/_(?:c|celsius)$/.test(key)) return `${shown} degrees Celsius`;
  if (/_(?:f|fahrenheit)$/.test(key)) return `${shown} degrees Fahrenheit`;
  if (/^temperature$|_degrees$/.test(key)) return `${shown} degrees`;
  return /percent|probability|chance|humidity/.test(key) && value > 1 ? `${shown} percent` : shown;
}

function money(value: number, currency: string | undefined): string {
  const digits = Number.isInteger(value) ? 0 : 2;
  const shown = new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: 2,
  }).format(value);
  const unit = currency === undefined ? undefined : (CURRENCY_WORDS[currency.toUpperCase()] ?? currency);
  return unit === undefined ? shown : `${shown} ${unit}`;
}

const topicOf = (tool: string): string =>
  words(tool.split("___").at(-1) ?? tool)
    .filter(
      (word, index) =>
        index > 0 || !["get", "fetch", "find", "list", "lookup", "check", "read", "search"].includes(word),
    )
    .join(" ");

const isForPeople = (key: string): boolean => !UNSPOKEN.test(words(key).join("_"));

function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** Begins with a capital and ends with a mark. */
function sentence(text: string): string {
  const bare = text.trim();
  return `${bare.slice(0, 1).toUpperCase()}${bare.slice(1)}${/[.!?]$/.test(bare) ? "" : "."}`;
}
