/**
 * The session in time: who was heard when, which tools ran, what broke in. All moments are epoch ms at the console.
 */

export type Lane = "agent" | "tool" | "caller";

export interface Span {
  readonly key: string;
  readonly lane: Lane;
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
  readonly label: string;
  /** For the agent's speech: the answer it is of. */
  readonly answer: number | null;
}

export interface Mark {
  readonly key: string;
  readonly at: number;
  readonly kind: "interruption" | "segment" | "text";
  readonly label: string;
}

export interface Timeline {
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
}

export const noTimeline: Timeline = { spans: [], marks: [] };

const isOpen = (lane: Lane, label?: string) => (span: Span) =>
  span.lane === lane && span.to === null && (label === undefined || span.key === label);

/** Something begins to be heard. What is heard already goes on. */
export const begin = (timeline: Timeline, span: Omit<Span, "key" | "to">): Timeline => {
  const open = timeline.spans.find(isOpen(span.lane));
  if (open?.answer === span.answer && open !== undefined) return timeline;
  const before = open === undefined ? timeline : finish(timeline, span.lane, span.from);
  const key = `${span.lane}:${before.spans.length}`;
  return { ...before, spans: [...before.spans, { ...span, key, to: null }] };
};

/** The answer that fell silent last is heard again and goes on as if it never had; anything else begins. */
export const resume = (timeline: Timeline, span: Omit<Span, "key" | "to">): Timeline => {
  const index = timeline.spans.findLastIndex(({ lane }) => lane === span.lane);
  const last = timeline.spans[index];
  return last === undefined || last.to === null || last.answer !== span.answer
    ? begin(timeline, span)
    : { ...timeline, spans: timeline.spans.with(index, { ...last, to: null }) };
};

/** The open span of a lane, if any, is over. */
export const finish = (timeline: Timeline, lane: Lane, at: number): Timeline => {
  const index = timeline.spans.findIndex(isOpen(lane));
  const span = timeline.spans[index];
  return span === undefined
    ? timeline
    : { ...timeline, spans: timeline.spans.with(index, { ...span, to: Math.max(at, span.from) }) };
};

/** A tool ran, or runs; tools overlap, so each has its own key. */
export const tool = (
  timeline: Timeline,
  call: string,
  label: string,
  from: number,
  to: number | null,
): Timeline => {
  const key = `call:${call}`;
  const index = timeline.spans.findIndex((span) => span.key === key);
  const known = timeline.spans[index];
  if (known === undefined) {
    return { ...timeline, spans: [...timeline.spans, { key, lane: "tool", from, to, label, answer: null }] };
  }
  return known.to === null && to !== null
    ? { ...timeline, spans: timeline.spans.with(index, { ...known, to: Math.max(to, known.from) }) }
    : timeline;
};

export const mark = (timeline: Timeline, kind: Mark["kind"], label: string, at: number): Timeline => ({
  ...timeline,
  marks: [...timeline.marks, { key: `${kind}:${timeline.marks.length}`, at, kind, label }],
});

/** Nothing goes on after the session's end. */
export const close = (timeline: Timeline, at: number): Timeline => ({
  ...timeline,
  spans: timeline.spans.map((span) => (span.to === null ? { ...span, to: Math.max(at, span.from) } : span)),
});
