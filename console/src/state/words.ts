/**
 * Transcripts and interruptions as they reach the record: interim replaced by final, late ones put where they
 * belong, and nothing of an interrupted answer coming back to life.
 */
import type { ServerMessage } from "../wire/messages.ts";
import {
  type AgentEntry,
  type AgentItem,
  agentText,
  type CallerEntry,
  type Entry,
  insertCaller,
  upsert,
} from "./entries.ts";

type Transcript = Extract<ServerMessage, { type: "transcript" }>;
type Interrupted = Extract<ServerMessage, { type: "interrupted" }>;

const same = (a: string, b: string): boolean =>
  a.trim().replace(/\s+/g, " ") === b.trim().replace(/\s+/g, " ");

/** Words that the caller typed, shown before the gateway confirms them. */
export const typed = (entries: readonly Entry[], text: string, at: number): readonly Entry[] => {
  const count = entries.filter(({ kind }) => kind === "caller").length;
  const entry: CallerEntry = {
    kind: "caller",
    key: `typed:${count}:${at}`,
    at,
    turn: null,
    text,
    final: false,
  };
  return [...entries, entry];
};

const callerSaid = (entries: readonly Entry[], message: Transcript, at: number): readonly Entry[] => {
  const key = `caller:${message.item}`;
  const { turn, text, final } = message;
  const known = entries.find((entry) => entry.key === key);
  if (known?.kind === "caller") {
    if (known.final && !final) return entries;
    return upsert(entries, { ...known, turn, text, final });
  }
  const entry: CallerEntry = { kind: "caller", key, at, turn, text, final };
  const waiting = entries.findIndex(
    (other) => other.kind === "caller" && other.turn === null && same(other.text, text),
  );
  if (waiting >= 0) return entries.with(waiting, { ...entry, at: entries[waiting]?.at ?? at });
  return insertCaller(entries, entry);
};

const answerKey = (answer: number): string => `answer:${answer}`;

const findAnswer = (entries: readonly Entry[], answer: number): AgentEntry | null => {
  const entry = entries.find(({ key }) => key === answerKey(answer));
  return entry?.kind === "agent" ? entry : null;
};

const newAnswer = (answer: number, turn: number | null, at: number): AgentEntry => ({
  kind: "agent",
  key: answerKey(answer),
  at,
  turn,
  answer,
  items: [],
  interruption: null,
});

const longer = (a: string, b: string): string => (b.length > a.length ? b : a);

const merge = (items: readonly AgentItem[], message: Transcript): readonly AgentItem[] => {
  const { item, text, final } = message;
  const index = items.findIndex((known) => known.item === item);
  const known = items[index];
  if (known === undefined) return [...items, { item, planned: text, text, final }];
  if (known.final && !final) return items;
  return items.with(index, { item, planned: longer(known.planned, text), text, final });
};

const agentSaid = (entries: readonly Entry[], message: Transcript, at: number): readonly Entry[] => {
  // Words without an answer stand alone.
  const answer = message.answer ?? -message.turn;
  const entry = findAnswer(entries, answer) ?? newAnswer(answer, message.turn, at);
  const { interruption } = entry;
  if (interruption === null) return upsert(entries, { ...entry, items: merge(entry.items, message) });
  const known = entry.items.some(({ item }) => item === message.item);
  // What was planned after the cut is history nobody heard; what is final corrects what was heard.
  if (!message.final || !(known || entry.items.length === 0)) return entries;
  const items = merge(entry.items, message);
  const heardText = items
    .filter(({ final }) => final)
    .map(({ text }) => text)
    .join(" ");
  return upsert(entries, { ...entry, items, interruption: { ...interruption, heardText } });
};

/** A transcript of either side. */
export const said = (entries: readonly Entry[], message: Transcript, at: number): readonly Entry[] =>
  message.role === "caller" ? callerSaid(entries, message, at) : agentSaid(entries, message, at);

/** Who or what broke an answer off, in words. */
export const breaker = (by: string): string =>
  ({ caller: "You broke in", client: "Stopped", recovery: "Broken off, begun anew" })[by] ?? "Broken off";

/** An answer was cut off. The first word on it stands. */
export const interrupted = (
  entries: readonly Entry[],
  message: Interrupted,
  at: number,
): readonly Entry[] => {
  const entry = findAnswer(entries, message.answer) ?? newAnswer(message.answer, null, at);
  if (entry.interruption !== null) return entries;
  const { heardMs, heardText, by } = message;
  return upsert(entries, { ...entry, interruption: { heardMs, heardText, by } });
};

/** Who or what moved the talk, in words. */
export const mover = (by: string): string =>
  ({
    model: "by the model",
    tool: "by a tool",
    fact: "by fact",
    budget: "by budget",
    client: "by you",
    operator: "by the operator",
  })[by] ?? `by ${by}`;

/** How a tool call ended, as it is read aloud. */
const TOOL_ENDS: Readonly<Record<string, string>> = { ok: "answered", barred: "was not allowed" };

/** Words that became final between two states of the record, as they are read aloud by a screen reader. */
export const newlyFinal = (before: readonly Entry[], after: readonly Entry[]): readonly string[] => {
  const known = new Map(before.map((entry) => [entry.key, entry]));
  return after.flatMap((entry) => {
    const old = known.get(entry.key);
    if (entry === old) return [];
    if (entry.kind === "caller") {
      const was = old?.kind === "caller" && old.final;
      return entry.final && !was ? [`You: ${entry.text}`] : [];
    }
    if (entry.kind === "tool") {
      const was = old?.kind === "tool" && old.ms !== null;
      return entry.ms !== null && !was ? [`Tool ${entry.name} ${TOOL_ENDS[entry.state] ?? "failed"}.`] : [];
    }
    if (entry.kind === "transition") return [`The talk moved on to ${entry.to}.`];
    const oldItems = old?.kind === "agent" ? old.items : [];
    if (entry.interruption !== null && !(old?.kind === "agent" && old.interruption !== null)) {
      return ["The agent was interrupted."];
    }
    if (entry.interruption !== null || agentText(entry) === "") return [];
    const fresh = entry.items.filter(
      ({ item, final }) => final && !oldItems.some((known) => known.item === item && known.final),
    );
    return fresh.length === 0 ? [] : [`Agent: ${fresh.map(({ text }) => text).join(" ")}`];
  });
};
