/**
 * Where everything on the timeline is drawn: moments in, pixels out. Pure.
 */

import type { Lane, Mark, Span } from "./state/timeline.ts";
import type { State } from "./state.ts";
import { clockTime } from "./transcript-file.ts";

export interface Bar {
  readonly key: string;
  readonly lane: Lane;
  readonly x: number;
  readonly width: number;
  readonly label: string;
  /** Still going on. */
  readonly open: boolean;
}

export interface PlacedMark {
  readonly key: string;
  readonly kind: Mark["kind"];
  readonly x: number;
  readonly label: string;
}

/** From the end of the caller's speech to the first sound of the answer. */
export interface Latency {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

export interface Tick {
  readonly key: string;
  readonly x: number;
  readonly label: string;
}

export interface Layout {
  readonly width: number;
  readonly bars: readonly Bar[];
  readonly marks: readonly PlacedMark[];
  readonly latencies: readonly Latency[];
  readonly ticks: readonly Tick[];
  /** The drawing in words. */
  readonly words: string;
}

/** Px: shorter sounds are drawn this wide, or nobody would see them. */
const LEAST_WIDTH = 3;
/** Px between ticks, at least. */
const TICK_ROOM = 64;
/** Seconds between ticks to choose from. */
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
/** Px that a latency's label takes; one that would overlap the one before is left out. */
const LABEL_ROOM = 46;
/** Px left free at the right edge. */
const MARGIN = 24;

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const inWords = (spans: readonly Span[], marks: readonly Mark[], ms: number): string => {
  const of = (lane: Lane): number => spans.filter((span) => span.lane === lane).length;
  // An answer is one, however many pauses it has.
  const answers = new Set(spans.flatMap(({ lane, answer }) => (lane === "agent" ? [answer] : []))).size;
  const breaks = marks.filter(({ kind }) => kind === "interruption").length;
  return [
    `${clockTime(ms)} of conversation`,
    `you spoke ${plural(of("caller"), "time", "times")}`,
    `the agent ${plural(answers, "time", "times")}`,
    plural(of("tool"), "tool call", "tool calls"),
    plural(breaks, "interruption", "interruptions"),
  ].join(", ");
};

const latencies = (
  { timeline, turnOf, turns }: Pick<State, "timeline" | "turnOf" | "turns">,
  x: (at: number) => number,
): readonly Latency[] => {
  const metrics = new Map(turns.map((turn) => [turn.turn, turn]));
  const seen = new Set<number>();
  let free = 0;
  return timeline.spans.flatMap((span) => {
    if (span.lane !== "agent" || span.answer === null) return [];
    const turn = metrics.get(turnOf[span.answer] ?? -1);
    const ms = turn?.firstAudioMs ?? turn?.sinceSpeechMs ?? null;
    if (turn === undefined || ms === null || seen.has(turn.turn)) return [];
    seen.add(turn.turn);
    const spoken = timeline.spans.findLast(
      ({ lane, to }) => lane === "caller" && to !== null && to <= span.from,
    );
    const from = Math.max(spoken?.to ?? span.from - ms, span.from - 2 * ms);
    const to = x(span.from);
    const label = to < free ? "" : `${Math.round(ms)} ms`;
    if (label !== "") free = to + LABEL_ROOM;
    return [{ key: `turn:${turn.turn}`, from: x(from), to, label }];
  });
};

/**
 * @param now epoch ms up to which is drawn
 * @param scale px per second
 * @param least px that the drawing is wide at least
 */
export const layoutTimeline = (
  state: Pick<State, "session" | "timeline" | "turnOf" | "turns">,
  now: number,
  scale: number,
  least: number,
): Layout => {
  const startedAt = state.session?.startedAt ?? now;
  const end = Math.max(state.session?.endedAt ?? now, startedAt);
  const x = (at: number): number => Math.round(((at - startedAt) / 1000) * scale * 10) / 10;
  const { spans, marks } = state.timeline;
  const width = Math.max(least, Math.ceil(x(end)) + MARGIN);
  const step = TICKS.find((seconds) => seconds * scale >= TICK_ROOM) ?? 600;
  const ticks = Array.from({ length: Math.floor(width / (step * scale)) + 1 }, (_, index) => ({
    key: String(index * step),
    x: index * step * scale,
    label: clockTime(index * step * 1000),
  }));
  return {
    width,
    bars: spans.map(({ key, lane, from, to, label }) => ({
      key,
      lane,
      x: x(from),
      width: Math.max(LEAST_WIDTH, x(to ?? end) - x(from)),
      label,
      open: to === null,
    })),
    marks: marks.map(({ key, kind, at, label }) => ({ key, kind, x: x(at), label })),
    latencies: latencies(state, x),
    ticks,
    words: inWords(spans, marks, end - startedAt),
  };
};
