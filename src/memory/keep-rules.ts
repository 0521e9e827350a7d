/**
 * What a session leaves by rule: facts that are to be remembered, and how the talk went.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { LIMITS } from "../base/limits.ts";
import { HANDED_ON, summarise } from "../conversation/compaction.ts";
import type { Effect } from "../conversation/events.ts";
import type { HeardTurn } from "./caller-store.ts";
import type { NewMemory } from "./memory-entry.ts";

export type Left = Extract<Effect, { type: "memory.keep" }>;

const MS_PER_DAY = 86_400_000;
/** A tool has said it, of this caller. */
const FACT_CONFIDENCE = 0.9;
/** Nobody has judged what of it matters. */
const SUMMARY_CONFIDENCE = 0.5;

/** `now` in ms since the Unix epoch. */
export function keepByRule(
  left: Left,
  agent: Pick<AgentDefinition, "name" | "facts" | "memory">,
  session: string,
  now: number,
): readonly NewMemory[] {
  const { memory } = agent;
  if (!memory) return [];
  const source = { by: "rule", agent: agent.name, session } as const;
  const definition = (name: string) => (Object.hasOwn(agent.facts, name) ? agent.facts[name] : undefined);
  const facts = left.facts.flatMap(({ name, value, at }): readonly NewMemory[] => {
    const { remember, secret, description } = definition(name) ?? {};
    if (!remember || secret) return [];
    const text = `${description ?? name}: ${String(value)}`;
    const expiresAt = at + memory.days * MS_PER_DAY;
    return [{ kind: remember, key: keyOf(name), text, confidence: FACT_CONFIDENCE, source, at, expiresAt }];
  });
  // What expires as soon as it is said takes the place of what was there, and is gone.
  const gone = left.takenBack.flatMap(({ name, at }): readonly NewMemory[] => {
    const { remember, secret } = definition(name) ?? {};
    if (!remember || secret) return [];
    const text = `${name}: no longer so`;
    return [
      { kind: remember, key: keyOf(name), text, confidence: FACT_CONFIDENCE, source, at, expiresAt: at },
    ];
  });
  const summary = memory.keep.summaries ? summaryOf(left) : null;
  if (summary === null) return [...facts, ...gone];
  const expiresAt = now + memory.days * MS_PER_DAY;
  return [
    ...facts,
    ...gone,
    {
      ...{ kind: "summary", key: summaryKey(session), text: summary },
      ...{ confidence: SUMMARY_CONFIDENCE, source, at: now, expiresAt },
    },
  ];
}

const keyOf = (fact: string): string => `fact:${fact}`;

/** A session has one summary: a later one replaces it. */
export const summaryKey = (session: string): string => `session:${session}`;

/** The newest lines that fit. A call in which the caller said nothing leaves none. */
function summaryOf({ entries }: Left): string | null {
  if (!entries.some(({ type }) => type === "caller")) return null;
  const lines = summarise(entries, HANDED_ON);
  let text = "";
  for (const line of lines.toReversed()) {
    const longer = text === "" ? line : `${line}; ${text}`;
    if (longer.length > LIMITS.memoryTextChars) break;
    text = longer;
  }
  return text === "" ? null : text;
}

/** Finished turns after `after`, as they were heard. */
export function turnsSince({ entries }: Left, after: number): readonly HeardTurn[] {
  const turns = new Map<number, HeardTurn>();
  for (const entry of entries) {
    if (entry.turn <= after || (entry.type !== "caller" && entry.type !== "agent")) continue;
    const turn = turns.get(entry.turn) ?? { turn: entry.turn, at: entry.at, caller: "", agent: "" };
    const said = [turn[entry.type], entry.text].filter((part) => part.trim() !== "").join(" ");
    turns.set(entry.turn, { ...turn, [entry.type]: said });
  }
  return [...turns.values()].filter(({ caller, agent }) => caller !== "" || agent !== "");
}
