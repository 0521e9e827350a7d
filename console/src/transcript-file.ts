/**
 * The record as something to keep: plain text to read, JSON to work with. Pure.
 */
import type { Json } from "../../src/base/json.ts";
import { agentText, type Entry } from "./state/entries.ts";
import { cutOf } from "./state/heard.ts";
import { stayOf, visitsOf } from "./state/path.ts";
import { mover } from "./state/words.ts";
import type { State } from "./state.ts";

/** Ms since the session began, as mm:ss. */
export const clockTime = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
};

const line = (entry: Entry): string => {
  switch (entry.kind) {
    case "caller":
      return `You: ${entry.text}`;
    case "agent": {
      const cut = cutOf(entry);
      if (cut === null) return `Agent: ${agentText(entry)}`;
      const unheard = cut.unheard === "" ? "" : `; not heard: ${cut.unheard}`;
      const heardMs = entry.interruption?.heardMs ?? 0;
      return `Agent: ${cut.heard} [interrupted after ${(heardMs / 1000).toFixed(1)} s${unheard}]`;
    }
    case "tool": {
      const given = entry.arguments === undefined ? "" : JSON.stringify(entry.arguments);
      const result = entry.result === undefined ? "" : ` ${JSON.stringify(entry.result)}`;
      const reason = entry.reason === null ? "" : ` (${entry.reason})`;
      const time = entry.ms === null ? "" : ` in ${Math.round(entry.ms)} ms`;
      return `Tool: ${entry.name}(${given}) ${entry.state}${reason}${result}${time}`;
    }
    case "transition":
      return `→ ${entry.to}${entry.by === null ? "" : `, ${mover(entry.by)}`}`;
  }
};

/** The path through the segments, on a line; nothing for a talk that stayed where it was. */
const pathLine = (state: State): string => {
  const visits = visitsOf(state);
  const last = state.entries.at(-1)?.at ?? 0;
  const stays = visits.map((visit) => `${visit.segment} ${clockTime(stayOf(visit, last))}`);
  return visits.length < 2 ? "" : `\nPath: ${stays.join(", ")}\n`;
};

/** The conversation as lines of text. */
export const transcriptText = (state: State): string => {
  const { session, entries } = state;
  if (session === null) return "";
  const head = `Antiphon, session ${session.id ?? "without a name"}, agent ${session.agent}, ${new Date(session.startedAt).toISOString()}`;
  const lines = entries.map((entry) => `[${clockTime(entry.at - session.startedAt)}] ${line(entry)}`);
  return `${[head, "", ...lines].join("\n")}\n${pathLine(state)}`;
};

/** The conversation with everything that was measured about it. */
export const transcriptJson = (state: State): Json => {
  const { session, entries, turns, usage, segments, status } = state;
  const record = {
    session,
    entries: entries.map((entry) =>
      entry.kind === "agent"
        ? { ...entry, text: agentText(entry), unheardText: cutOf(entry)?.unheard ?? "" }
        : entry,
    ),
    turns,
    usage,
    segments,
    path: visitsOf(state),
    facts: status?.facts ?? {},
  };
  return JSON.parse(JSON.stringify(record)) as Json;
};
