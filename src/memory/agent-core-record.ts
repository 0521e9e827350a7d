/**
 * A record of AgentCore Memory as an entry: its strategy's form taken off, so that one line of plain words is left.
 * Preferences are JSON there, summaries XML (AgentCore devguide, built-in strategies).
 */
import * as z from "zod";
import type { MemoryKind } from "../agent/memory-policy.ts";
import { LIMITS } from "../base/limits.ts";
import { parseJson } from "../base/parse-json.ts";
import type { Namespace } from "./agent-core-names.ts";
import type { MemoryEntry } from "./memory-entry.ts";

export const RECORD = z.object({
  memoryRecordId: z.string().min(1),
  content: z.object({ text: z.string().default("") }),
  memoryStrategyId: z.string().default(""),
  namespaces: z.array(z.string()).default([]),
  /** Seconds since 1970. */
  createdAt: z.number(),
  score: z.number().default(0),
});
export type MemoryRecord = z.output<typeof RECORD>;

/** Before an id, so that whoever forgets it knows whose it is. */
const PREFIX = "agentcore:";

export const recordIdOf = (entry: string): string | null =>
  entry.startsWith(PREFIX) ? entry.slice(PREFIX.length) : null;

/** Told by the words of the namespace, else of the strategy; null where neither says. */
export const kindSaid = (name: string): MemoryKind | null => {
  if (/prefer|like/i.test(name)) return "preference";
  if (/summar|episod|session/i.test(name.replace(/\{\w+\}/g, ""))) return "summary";
  if (/matter|task|todo/i.test(name)) return "matter";
  return /fact|semantic/i.test(name) ? "fact" : null;
};

export const kindOf = ({ memoryStrategyId }: MemoryRecord, { template }: Namespace): MemoryKind =>
  kindSaid(template) ?? kindSaid(memoryStrategyId) ?? "fact";

/** A model has read it out of a talk, and nobody has checked it. */
const CONFIDENCE = 0.6;
const DAY_MS = 86_400_000;

/** Null where nothing is left to be told. `days` is how long it counts. */
export function entryOf(record: MemoryRecord, namespace: Namespace, days: number): MemoryEntry | null {
  const text = plainWords(record.content.text);
  if (text === "") return null;
  const at = Math.round(record.createdAt * 1000);
  return {
    id: `${PREFIX}${record.memoryRecordId}`,
    kind: kindOf(record, namespace),
    key: null,
    text,
    confidence: CONFIDENCE,
    source: { by: "model", agent: "AgentCore Memory", session: null },
    ...{ at, since: at, expiresAt: at + days * DAY_MS },
  };
}

const PREFERENCE = z.object({ preference: z.string() });

export function plainWords(text: string): string {
  const words = oneLine(untagged(preferenceIn(text) ?? text));
  return words.length > LIMITS.memoryTextChars
    ? `${words.slice(0, LIMITS.memoryTextChars - 1).toWellFormed()}…`
    : words;
}

function preferenceIn(text: string): string | null {
  if (!text.trimStart().startsWith("{")) return null;
  const json = parseJson(text);
  const parsed = json.ok ? PREFERENCE.safeParse(json.value) : null;
  return parsed?.success ? parsed.data.preference : null;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const untagged = (text: string): string =>
  text.trimStart().startsWith("<")
    ? text
        .replace(/<topic\s[^>]*?name="([^"<>]{0,200})"[^>]*>/g, " $1: ")
        .replace(/<[^<>]{0,500}>/g, " ")
        .replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    : text;

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
