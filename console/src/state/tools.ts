/**
 * Tool calls as they reach the record, in whatever order their messages come.
 */
import type { ServerMessage } from "../wire/messages.ts";
import { type Entry, type ToolEntry, upsert } from "./entries.ts";

type Started = Extract<ServerMessage, { type: "tool_started" | "tool_call" }>;
type Ended = Extract<ServerMessage, { type: "tool_ended" }>;

/** The one reason with which a call ends before it begins. */
const NEVER_RAN = "not_allowed";

const toolKey = (call: string): string => `tool:${call}`;

const findTool = (entries: readonly Entry[], call: string): ToolEntry | null => {
  const entry = entries.find(({ key }) => key === toolKey(call));
  return entry?.kind === "tool" ? entry : null;
};

const newTool = (call: string, name: string, turn: number | null, at: number): ToolEntry => ({
  kind: "tool",
  key: toolKey(call),
  at,
  turn,
  call,
  name,
  arguments: undefined,
  state: "running",
  reason: null,
  result: undefined,
  ms: null,
});

/** A call began, or is for the console to answer. One that has ended stays ended. */
export const toolStarted = (
  entries: readonly Entry[],
  message: Started,
  turn: number | null,
  at: number,
): readonly Entry[] => {
  const entry = findTool(entries, message.call) ?? newTool(message.call, message.name, turn, at);
  const state = entry.state === "running" && message.type === "tool_call" ? "asked" : entry.state;
  return upsert(entries, { ...entry, arguments: message.arguments ?? entry.arguments, state });
};

/** A call ended. The first ending stands. */
export const toolEnded = (
  entries: readonly Entry[],
  message: Ended,
  turn: number | null,
  at: number,
): readonly Entry[] => {
  const entry = findTool(entries, message.call) ?? newTool(message.call, message.name, turn, at - message.ms);
  if (entry.ms !== null) return entries;
  const { status, ms, result } = message;
  const reason = message.reason ?? null;
  const state = reason === NEVER_RAN ? "barred" : status;
  return upsert(entries, { ...entry, state, reason, result, ms });
};

/** The console has answered; the gateway's word on it is awaited. */
export const toolAnswered = (entries: readonly Entry[], call: string): readonly Entry[] => {
  const entry = findTool(entries, call);
  return entry?.state === "asked" ? upsert(entries, { ...entry, state: "running" }) : entries;
};
