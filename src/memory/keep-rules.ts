/**
 * What a session leaves by rule: facts that are to be remembered, and how the talk went.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { RememberedAs } from "../agent/memory-policy.ts";
import { LIMITS } from "../base/limits.ts";
import { HANDED_ON, summarise } from "../conversation/compaction.ts";
import type { Effect } from "../conversation/events.ts";
import type { HeardTurn, KeepBatch, TakenBackMemory } from "./caller-store.ts";
import type { NewMemory } from "./memory-entry.ts";

export type Left = Extract<Effect, { type: "memory.keep" }>;

const MS_PER_DAY = 86_400_000;
/** A tool has said it, of this caller. */
const FACT_CONFIDENCE = 0.9;
/** Nobody has judged what of it matters. */
const SUMMARY_CONFIDENCE = 0.5;

/** What there is to remember, and what is no longer so. */
export function keepByRule(
  left: Left,
  agent: Pick<AgentDefinition, "name" | "facts" | "memory">,
  session: string,
): Pick<KeepBatch, "entries" | "takenBack"> {
  const { memory } = agent;
  if (!memory) return { entries: [], takenBack: [] };
  const source = { by: "rule", agent: agent.name, session } as const;
  const lifeMs = memory.days * MS_PER_DAY;
  const rememberedAs = (name: string): RememberedAs | null => {
    const { remember = null, secret = true } = definitionOf(agent, name) ?? {};
    return secret ? null : remember;
  };
  const facts = left.facts.flatMap(({ name, value, at }): readonly NewMemory[] => {
    const kind = rememberedAs(name);
    if (kind === null) return [];
    const text = `${definitionOf(agent, name)?.description ?? name}: ${String(value)}`;
    return [
      { kind, key: keyOf(name), text, confidence: FACT_CONFIDENCE, source, at, expiresAt: at + lifeMs },
    ];
  });
  const takenBack = left.takenBack.flatMap(({ name, at }): readonly TakenBackMemory[] => {
    const kind = rememberedAs(name);
    return kind === null ? [] : [{ kind, key: keyOf(name), at }];
  });
  const text = memory.keep.summaries ? summaryOf(left) : null;
  if (text === null) return { entries: facts, takenBack };
  const at = lastAt(left);
  const summary: NewMemory = {
    ...{ kind: "summary", key: summaryKey(session), text },
    ...{ confidence: SUMMARY_CONFIDENCE, source, at, expiresAt: at + lifeMs },
  };
  return { entries: [...facts, summary], takenBack };
}

const definitionOf = ({ facts }: Pick<AgentDefinition, "facts">, name: string) =>
  Object.hasOwn(facts, name) ? facts[name] : undefined;

/**
 * What a talk comes to was said when its last word was, and not when somebody wrote it down: what the caller wishes to be
 * forgotten after that stays so.
 */
export const lastAt = ({ entries }: Left): number => entries.at(-1)?.at ?? 0;

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
