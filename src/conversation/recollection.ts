/**
 * What is remembered of the caller from earlier sessions: told to streams as a record, where it may be told, and waited
 * for only a moment.
 */
import type { SegmentDefinition } from "../agent/segment.ts";
import { LIMITS } from "../base/limits.ts";
import { findSegment, unmetOf } from "./segments.ts";
import { emit, setTimer, type Talk } from "./talk.ts";
import { tellable } from "./visible-talk.ts";

export type Recollection =
  /** This caller has no memory here. */
  | { readonly type: "none" }
  /** It has been asked for; a stream that opens meanwhile waits with its first word. */
  | { readonly type: "awaited" }
  /** One line for each thing remembered; none where nothing is, or where it could not be had in time. */
  | { readonly type: "known"; readonly lines: readonly string[] };

/** A session that was made for a caller with a memory begins to wait for it. */
export function awaitRecollection(talk: Talk): void {
  if (talk.recollection.type === "awaited") setTimer(talk, "recall", LIMITS.recallMs);
}

/** It has come, or it has had its time. What comes late is told to the next stream. */
export function recollected(talk: Talk, lines: readonly string[] | null): boolean {
  if (talk.recollection.type === "none") return false;
  const waited = talk.recollection.type === "awaited";
  if (waited && lines === null) emit(talk, { type: "log", event: "memory_late", fields: {} });
  if (waited) emit(talk, { type: "timer.clear", timer: "recall" });
  if (waited || lines !== null) talk.recollection = { type: "known", lines: lines ?? [] };
  return waited;
}

/** Whether a segment may be told, or ask for, what is remembered. */
export const mayRemember = (talk: Talk, segment: SegmentDefinition): boolean =>
  talk.recollection.type !== "none" &&
  segment.sees.memory !== false &&
  unmetOf(talk, talk.agent.memory?.requires ?? {}).length === 0;

/** What a segment's stream is told of it. */
export const recollectionFor = (talk: Talk, segment: SegmentDefinition): readonly string[] =>
  talk.recollection.type === "known" && mayRemember(talk, segment) ? talk.recollection.lines : [];

/** What the session leaves, so far: whole each time, since whoever keeps it knows what it has. */
export function leaveBehind(talk: Talk, last: boolean): void {
  if (talk.recollection.type === "none" || unmetOf(talk, talk.agent.memory?.requires ?? {}).length > 0)
    return;
  const mayKeep = (segment: string): boolean => findSegment(talk, segment)?.sees.memory !== false;
  emit(talk, {
    type: "memory.keep",
    facts: talk.facts.kept.filter(({ segment }) => mayKeep(segment)),
    takenBack: talk.facts.takenBack,
    entries: tellable(talk).filter(({ segment }) => mayKeep(segment)),
    last,
  });
}
