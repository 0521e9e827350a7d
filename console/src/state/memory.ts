/**
 * What is remembered of the caller one talks as, and what is being done about it. Pure.
 */
import type { Problem } from "./problems.ts";

/** Whom a session is made for, as the gateway is told. */
export interface Who {
  readonly caller: string;
  readonly tenant: string | null;
}

export interface RememberedEntry {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  /** From 0 to 1. */
  readonly confidence: number;
  readonly source: { readonly by: string; readonly agent: string; readonly session: string | null };
  /** Epoch ms. */
  readonly at: number;
  readonly expiresAt: number | null;
  /** `caller`: the gateway's own; any other store's entries cannot be corrected. */
  readonly store: string;
}

export interface CallerRecord {
  /** Newest first. */
  readonly entries: readonly RememberedEntry[];
  /** How many can still be read. */
  readonly sessions: number;
  /** Stores that did not answer. */
  readonly unread: readonly string[];
}

/** Of a caller nobody knows. */
export const NOTHING: CallerRecord = { entries: [], sessions: 0, unread: [] };

/** What is being done: about one entry, by its id, or about all of it. */
export type Work = { readonly entry: string } | "erase" | "export";

export interface MemoryState {
  /** Null before the gateway has told any. */
  readonly record: CallerRecord | null;
  /** One thing at a time. */
  readonly work: Work | null;
  /** Why what was to be done last was not. */
  readonly problem: Problem | null;
  /** Why nothing could be told when the gateway was asked last. */
  readonly untold: Problem | null;
  /** What has just been done, in words. */
  readonly done: string;
}

export const noMemory: MemoryState = { record: null, work: null, problem: null, untold: null, done: "" };

export type MemoryChange =
  | { readonly type: "told"; readonly record: CallerRecord }
  | { readonly type: "begun"; readonly work: Work }
  | { readonly type: "corrected"; readonly entry: RememberedEntry }
  | { readonly type: "erased"; readonly entry: string }
  | { readonly type: "erased_all" }
  | { readonly type: "exported" }
  | { readonly type: "untold"; readonly problem: Problem }
  /** What had been begun was not done. */
  | { readonly type: "failed"; readonly problem: Problem };

export const changeMemory = (memory: MemoryState, change: MemoryChange): MemoryState => {
  const { record } = memory;
  const done = (said: string, after: CallerRecord | null): MemoryState => ({
    ...{ ...memory, record: after, work: null, problem: null, done: said },
  });
  const without = (id: string) => record?.entries.filter((entry) => entry.id !== id) ?? [];
  switch (change.type) {
    case "told":
      return { ...memory, record: change.record, untold: null };
    case "untold":
      return { ...memory, untold: change.problem };
    case "begun":
      return { ...memory, work: change.work, problem: null, done: "" };
    case "corrected": {
      const entries = [change.entry, ...without(change.entry.id)];
      return done("Corrected.", { ...(record ?? NOTHING), entries });
    }
    case "erased":
      return done("Erased.", { ...(record ?? NOTHING), entries: without(change.entry) });
    case "erased_all":
      return done("Everything is erased.", NOTHING);
    case "exported":
      return done("Exported.", record);
    case "failed":
      return { ...memory, work: null, problem: change.problem, done: "" };
  }
};

const KINDS: Readonly<Record<string, string>> = {
  preference: "Preference",
  fact: "Fact",
  summary: "Earlier call",
  matter: "Left open",
};
export const kindWords = ({ kind }: RememberedEntry): string => KINDS[kind] ?? kind;

const VOICES: Readonly<Record<string, string>> = {
  rule: "by a rule",
  model: "read out of the talk by a model",
  caller: "as the caller wished",
  operator: "corrected by a person",
};

/** Characters of a session's id that tell it from others. */
const ID_CHARS = 8;

/** From where an entry is: which agent, who says so, which session, how sure. `here` is the session at hand. */
export const sourceWords = ({ source, store, confidence }: RememberedEntry, here: string | null): string => {
  const { agent, by, session } = source;
  const place =
    session === null
      ? null
      : session === here
        ? "in this session"
        : `in session ${session.slice(0, ID_CHARS)}`;
  const voice = store === "caller" ? (VOICES[by] ?? by) : `kept in ${store}`;
  const sure = confidence < 1 ? `${Math.round(confidence * 100)}\u00a0%\u00a0sure` : null;
  return [agent, voice, place, sure].filter((part) => part !== null && part !== "").join(" · ");
};
