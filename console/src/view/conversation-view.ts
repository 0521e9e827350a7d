/**
 * What was said, as it is read: the caller's and the agent's words and the tools between them. Follows the newest
 * words unless the reader has scrolled back.
 */
import type { Entry } from "../state/entries.ts";
import type { State } from "../state.ts";
import { KeyedList, need, type Row } from "./dom.ts";
import { agentRow, callerRow } from "./speech-rows.ts";
import { type AnswerTool, toolRow } from "./tool-row.ts";
import { transitionRow } from "./transition-row.ts";

/** Px from the end within which the reader is taken to follow along. */
const NEAR_END = 80;

/** A row for one kind of entry; an entry never changes its kind. */
const rowFor = (entry: Entry, startedAt: () => number, answer: AnswerTool): Row<Entry> => {
  const rows = { caller: callerRow, agent: agentRow, tool: toolRow, transition: transitionRow } as const;
  switch (entry.kind) {
    case "caller": {
      const row = rows.caller(startedAt);
      return { element: row.element, update: (next) => next.kind === "caller" && row.update(next) };
    }
    case "agent": {
      const row = rows.agent(startedAt);
      return { element: row.element, update: (next) => next.kind === "agent" && row.update(next) };
    }
    case "tool": {
      const row = rows.tool(startedAt, answer);
      return { element: row.element, update: (next) => next.kind === "tool" && row.update(next) };
    }
    case "transition": {
      const row = rows.transition(startedAt);
      return { element: row.element, update: (next) => next.kind === "transition" && row.update(next) };
    }
  }
};

export const conversationView = (answer: AnswerTool): ((state: State, before: State) => void) => {
  const scroller = need("conversation", HTMLElement);
  let startedAt = 0;
  const list = new KeyedList<Entry>(
    need("entries", HTMLOListElement),
    ({ key }) => key,
    (entry) => rowFor(entry, () => startedAt, answer),
  );
  const toEnd = (): void => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  let following = true;
  scroller.addEventListener("scroll", () => {
    following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
  });
  new ResizeObserver(() => following && toEnd()).observe(scroller);

  return (state, before) => {
    startedAt = state.session?.startedAt ?? 0;
    if (state.entries === before.entries && state.connection === before.connection) return;
    list.update(state.entries);
    if (following) toEnd();
  };
};
