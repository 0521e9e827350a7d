/**
 * How many places a ledger believes there are for those who are not let in yet: as many as the setting says, until AWS
 * refuses a stream though places are left. Then half as many, but not fewer than are held at that moment, for a while;
 * after that more and more, until AWS refuses again or the setting's number is reached.
 */
import { LIMITS } from "../base/limits.ts";
import type { CapacityBook } from "./capacity-book.ts";

/** The last refusal of AWS's. */
export interface Lesson {
  /** In ms since the epoch. */
  readonly at: number;
  /** Places that AWS was taken to bear then. */
  readonly bears: number;
}

/**
 * AWS would not open the stream of `lease`, for want of room: its place is not there, and goes out of the book. That AWS
 * bears no more than are held is sure only when it says so again and again: it also refuses those who come too fast, and
 * one such word must not shut the house. So what was `believed` is halved.
 */
export const learn = (book: CapacityBook, lease: string, now: number, before: number): Lesson => {
  book.give(lease, now);
  return { at: now, bears: Math.max(book.held, Math.floor(before / 2)) };
};

/**
 * At least 1, so that somebody asks AWS again, and `setting` at most. After `LIMITS.placeDoubtMs` one more than it bore,
 * then 3, 7, 15 more: each time somebody finds out for all others.
 */
export const believed = (setting: number, lesson: Lesson | null, now: number): number => {
  if (lesson === null) return setting;
  const doubts = Math.floor(Math.max(0, now - lesson.at) / LIMITS.placeDoubtMs);
  return Math.min(setting, Math.max(1, lesson.bears) + 2 ** doubts - 1);
};
