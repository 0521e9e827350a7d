/**
 * From times written down on both sides to what is told of a run. All of it concerns what happened between two moments:
 * what came before was warming up.
 */
import { NS_PER_MS } from "../calls/clock.ts";
import { type Distribution, distributionOf } from "../calls/distribution.ts";
import { answerFrame, BYTES_PER_SAMPLE, type CallPlan, pieceSamples } from "../calls/plan.ts";
import type { CallBook, TurnStamps } from "../engine/call-book.ts";
import type { Call } from "./call.ts";

export interface FrameCounts {
  readonly sent: number;
  readonly lost: number;
  readonly doubled: number;
  /** More than 100 ms on their way. */
  readonly late: number;
}

/** All in ms. */
export interface CallFigures {
  /** Caller's send → engine's arrival, and the other way round. */
  readonly up: Distribution | null;
  readonly down: Distribution | null;
  readonly upFrames: FrameCounts;
  readonly downFrames: FrameCounts;
  /** The last of the caller's words sent → first audio of the answer, without the tool's own time. */
  readonly firstAudio: Distribution | null;
  /** Engine's word that the caller cuts in → the client told. */
  readonly bargeIn: Distribution | null;
  /** Interruptions that the client was not told of within 2 s. */
  readonly untold: number;
  /** Bytes of a cut answer's audio that a client heard after it was told of the cut: of what came late, and of the rest. */
  readonly staleBytes: number;
  /** Tool asked for → result there, without the tool's own time. */
  readonly tool: Distribution | null;
  /** How long after their time frames were sent: the load generator's own fault. */
  readonly senderLag: Distribution | null;
}

const LATE_MS = 100;
const TOLD_WITHIN_MS = 2_000;

/** One call, as both of its ends have it. */
export interface BothEnds {
  readonly call: Call;
  readonly book: CallBook;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

export function figuresOf(plan: CallPlan, ends: readonly BothEnds[], window: Window): CallFigures {
  const within = (at: number): boolean => at >= window.from && at < window.to;
  const up: number[] = [];
  const down: number[] = [];
  const lag: number[] = [];
  let [upSent, downSent] = [0, 0];
  for (const { call, book } of ends) {
    for (let frame = 0; frame < call.frames; frame++) {
      const sentAt = call.sentAt[frame] ?? 0;
      const lateBy = call.lateBy[frame] ?? 0;
      // By the schedule: how many they are does not hang on when this process was let run.
      if (!within(sentAt - lateBy)) continue;
      upSent++;
      lag.push(lateBy / NS_PER_MS);
      const arrivedAt = book.arrivals[frame] ?? 0;
      if (arrivedAt > 0) up.push((arrivedAt - sentAt) / NS_PER_MS);
    }
    const late = latePieces(book);
    for (let piece = 0; piece < book.pieces; piece++) {
      const sentAt = book.sent[piece] ?? 0;
      if (!within(sentAt) || late.has(piece)) continue;
      downSent++;
      const cameAt = call.cameAt[piece] ?? 0;
      if (cameAt > 0) down.push((cameAt - sentAt) / NS_PER_MS);
    }
  }
  const turns = ends.flatMap(({ call, book }, index) =>
    book.turns
      .filter(({ answerDueAt }) => within(answerDueAt))
      .map((stamps) => ({ stamps, call, index, book })),
  );
  const pieceBytes = pieceSamples(plan) * BYTES_PER_SAMPLE;
  const late = (values: readonly number[]): number => values.filter((ms) => ms > LATE_MS).length;
  const sum = (count: (each: BothEnds) => number): number => ends.reduce((all, each) => all + count(each), 0);
  return {
    up: distributionOf(up),
    down: distributionOf(down),
    upFrames: {
      sent: upSent,
      lost: upSent - up.length,
      doubled: sum(({ book }) => book.doubled),
      late: late(up),
    },
    downFrames: {
      sent: downSent,
      lost: downSent - down.length,
      doubled: sum(({ call }) => call.doubled),
      late: late(down),
    },
    firstAudio: distributionOf(
      turns.flatMap(({ stamps, call, index }) => firstAudioMs(plan, stamps, call, index)),
    ),
    bargeIn: distributionOf(turns.flatMap(({ stamps, call }) => bargeInMs(stamps, call))),
    untold: turns.filter(
      ({ stamps, call }) => stamps.interruptedAt > 0 && bargeInMs(stamps, call).length === 0,
    ).length,
    staleBytes: turns.reduce((all, { stamps, call }) => all + stalePieces(stamps, call), 0) * pieceBytes,
    tool: distributionOf(turns.flatMap(({ stamps }) => toolMs(plan, stamps))),
    senderLag: distributionOf(lag),
  };
}

function firstAudioMs(plan: CallPlan, stamps: TurnStamps, call: Call, index: number): readonly number[] {
  const sentAt = call.sentAt[answerFrame(plan, index, stamps.turn)] ?? 0;
  const cameAt = stamps.firstPiece < 0 ? 0 : (call.cameAt[stamps.firstPiece] ?? 0);
  const ownMs = stamps.toolAskedAt > 0 ? plan.toolMs : 0;
  return sentAt > 0 && cameAt > 0 ? [(cameAt - sentAt) / NS_PER_MS - ownMs] : [];
}

/** When the client was told that this turn's answer is cut. */
const toldAt = ({ interruptedAt }: TurnStamps, call: Call): number | undefined =>
  interruptedAt === 0
    ? undefined
    : call.interruptions.find((at) => at >= interruptedAt && at < interruptedAt + TOLD_WITHIN_MS * NS_PER_MS);

function bargeInMs(stamps: TurnStamps, call: Call): readonly number[] {
  const at = toldAt(stamps, call);
  return at === undefined ? [] : [(at - stamps.interruptedAt) / NS_PER_MS];
}

/** Pieces that were sent when their answer had been cut: whoever hears one hears something stale, whoever does not has lost nothing. */
const latePieces = ({ turns }: CallBook): ReadonlySet<number> =>
  new Set(
    turns.flatMap(({ firstPiece, pieces, late }) =>
      Array.from({ length: late }, (_, index) => firstPiece + pieces - late + index),
    ),
  );

function stalePieces(stamps: TurnStamps, call: Call): number {
  const at = toldAt(stamps, call);
  if (at === undefined || stamps.firstPiece < 0) return 0;
  return call.cameAt
    .subarray(stamps.firstPiece, stamps.firstPiece + stamps.pieces)
    .reduce((stale, cameAt) => (cameAt > at ? stale + 1 : stale), 0);
}

const toolMs = (plan: CallPlan, { toolAskedAt, toolAnsweredAt }: TurnStamps): readonly number[] =>
  toolAskedAt > 0 && toolAnsweredAt > 0 ? [(toolAnsweredAt - toolAskedAt) / NS_PER_MS - plan.toolMs] : [];
