/**
 * How many places a ledger believes there are for those who are not let in yet: as many as the setting says, until AWS
 * refuses a stream though places are left. Then as many as are held at that moment, for a while; after that more and
 * more, until AWS refuses again or the setting's number is reached.
 */
import { LIMITS } from "../base/limits.ts";
import type { CapacityBook } from "./capacity-book.ts";

/** The last refusal of AWS's. */
export interface Lesson {
  /** In ms since the epoch. */
  readonly at: number;
  /** Places that were held then: AWS bears these, and no more. */
  readonly held: number;
}

/** AWS would not open the stream of `lease`, for want of room: its place is not there, and goes out of the book. */
export const learn = (book: CapacityBook, lease: string, now: number): Lesson => {
  book.give(lease, now);
  return { at: now, held: book.held };
};

/**
 * At least 1, so that somebody asks AWS again, and `setting` at most. After `LIMITS.placeDoubtMs` one more than were held,
 * then 3, 7, 15 more: each time somebody finds out for all others.
 */
export const believed = (setting: number, lesson: Lesson | null, now: number): number => {
  if (lesson === null) return setting;
  const doubts = Math.floor(Math.max(0, now - lesson.at) / LIMITS.placeDoubtMs);
  return Math.min(setting, Math.max(1, lesson.held) + 2 ** doubts - 1);
};
