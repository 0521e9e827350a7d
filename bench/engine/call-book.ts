/**
 * What the engine writes down of a call while it is measured: times into arrays that were made before, and nothing else.
 * All times are the clock's of ../calls/clock.ts.
 */
import { type CallPlan, piecesMost } from "../calls/plan.ts";

/** What the engine did in one turn, and when; 0 for what did not happen. */
export interface TurnStamps {
  readonly turn: number;
  /** The frame with which the caller's words ended has come. */
  answerDueAt: number;
  toolAskedAt: number;
  toolAnsweredAt: number;
  /** Number of the answer's first piece; -1: none was sent. Its others follow. */
  firstPiece: number;
  pieces: number;
  /** How many of them were sent after the engine had said that the answer is cut: nobody is to hear those. */
  late: number;
  interruptedAt: number;
}

export interface CallBook {
  /** When each frame came first; 0: not yet. */
  readonly arrivals: Float64Array;
  /** When each piece of speech was sent. */
  readonly sent: Float64Array;
  pieces: number;
  /** Frames that one stream was given twice, or after a later one. */
  doubled: number;
  readonly turns: TurnStamps[];
  /** For each move from one stream to the next: ns between the last new frame on the old one and the first on the new. */
  readonly moves: number[];
}

export const createCallBook = (plan: CallPlan): CallBook => ({
  arrivals: new Float64Array(plan.frames),
  sent: new Float64Array(piecesMost(plan)),
  pieces: 0,
  doubled: 0,
  turns: [],
  moves: [],
});

/** What is no call's: how streams were opened, and what was wrong with what came. */
export interface EngineNotes {
  /** Ns that the engine itself took to admit each stream. */
  readonly admissions: number[];
  /** Rules that a subject has broken, in words. A run with any is worth nothing. */
  readonly faults: string[];
}

/** One answer of the control endpoint: a line of JSON, then the arrays of all calls. */
interface StampsHead {
  readonly notes: EngineNotes;
  readonly calls: readonly {
    readonly arrivals: number;
    readonly sent: number;
    readonly doubled: number;
    readonly turns: readonly TurnStamps[];
    readonly moves: readonly number[];
  }[];
}

export function encodeStamps(notes: EngineNotes, books: readonly CallBook[]): Buffer {
  const head: StampsHead = {
    notes,
    calls: books.map(({ arrivals, pieces, doubled, turns, moves }) => ({
      arrivals: arrivals.length,
      sent: pieces,
      doubled,
      turns,
      moves,
    })),
  };
  const arrays = books.flatMap(({ arrivals, sent, pieces }) => [arrivals, sent.subarray(0, pieces)]);
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    ...arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  ]);
}

export function decodeStamps(bytes: Buffer): { notes: EngineNotes; books: readonly CallBook[] } {
  const line = bytes.indexOf("\n");
  const head: StampsHead = JSON.parse(bytes.toString("utf8", 0, line));
  let at = line + 1;
  const take = (length: number): Float64Array => {
    const array = new Float64Array(Uint8Array.from(bytes.subarray(at, at + length * 8)).buffer);
    at += length * 8;
    return array;
  };
  const books = head.calls.map(({ arrivals, sent, doubled, turns, moves }) => ({
    arrivals: take(arrivals),
    sent: take(sent),
    pieces: sent,
    doubled,
    turns: [...turns],
    moves: [...moves],
  }));
  return { notes: head.notes, books };
}
