/**
 * The timeline, drawn as a staff of four lines: the agent's voice on the upper, the caller's on the lower, tools
 * between them. Follows the session as it goes on, until someone scrolls back.
 */

import type { Lane } from "../state/timeline.ts";
import { isLive, type State } from "../state.ts";
import { type Bar, type Latency, layoutTimeline, type PlacedMark, type Tick } from "../timeline-layout.ts";
import { KeyedList, makeSvg, need, type Row, setText } from "./dom.ts";

/** Px. */
const HEIGHT = 126;
const STAFF = [24, 44, 64, 84];
const LANES: Readonly<Record<Lane, { readonly y: number; readonly height: number }>> = {
  agent: { y: 27, height: 14 },
  tool: { y: 49, height: 10 },
  caller: { y: 67, height: 14 },
};
const TICK_Y = 117;
/** Px per second: at least, at most, and by how much the buttons change it. */
const SCALE = { least: 0.5, most: 120, step: 1.6 };
/** What a fresh timeline shows: this many seconds, though never fewer px per second than these. */
const FRESH = { seconds: 40, least: 14 };
/** Px from the right end within which the drawing is taken to be followed. */
const NEAR_END = 40;
/** Ms between redraws while a session goes on. */
const REDRAW_EVERY = 200;

const set = (element: Element, attributes: Readonly<Record<string, string | number>>): void => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
};

const barRow = (bar: Bar): Row<Bar> => {
  const { y, height } = LANES[bar.lane];
  const shape = makeSvg("rect", { class: `bar ${bar.lane}`, y, height, rx: bar.lane === "tool" ? 1 : 2 });
  const title = makeSvg("title");
  shape.append(title);
  return {
    element: shape,
    update({ x, width, label, open }) {
      set(shape, { x, width, "data-open": String(open) });
      setText(title, label);
    },
  };
};

const markRow = (mark: PlacedMark): Row<PlacedMark> => {
  const group = makeSvg("g", { class: `mark ${mark.kind}` });
  const title = makeSvg("title");
  const shapes = {
    interruption: [makeSvg("path", { d: "M0 17V84M-4 17h8" })],
    segment: [makeSvg("path", { d: "M-1.5 24V99M1.5 24V99" }), makeSvg("text", { x: 6, y: 99 })],
    text: [makeSvg("path", { d: "M-4 70h8v8h-8z" })],
  } as const;
  group.append(title, ...shapes[mark.kind]);
  return {
    element: group,
    update({ x, label }) {
      group.setAttribute("transform", `translate(${x} 0)`);
      setText(title, label);
      const text = group.querySelector("text");
      if (text !== null) setText(text, label);
    },
  };
};

const latencyRow = (): Row<Latency> => {
  const line = makeSvg("path");
  const text = makeSvg("text", { y: 15 });
  const group = makeSvg("g", { class: "latency" });
  group.append(line, text);
  return {
    element: group,
    update({ from, to, label }) {
      line.setAttribute("d", `M${from} 66V20H${to}V26`);
      text.setAttribute("x", String(to + 3));
      setText(text, label);
    },
  };
};

const tickRow = (): Row<Tick> => {
  const text = makeSvg("text", { y: TICK_Y, class: "tick" });
  return {
    element: text,
    update({ x, label }) {
      text.setAttribute("x", String(x + 2));
      setText(text, label);
    },
  };
};

export const timelineView = (now: () => number): ((state: State) => void) => {
  const scroller = need("timeline-scroll", HTMLElement);
  const drawing = need("timeline-drawing", SVGSVGElement);
  const words = need("timeline-words", SVGTitleElement);
  const staff = makeSvg("path", { class: "staff" });
  const groups = [makeSvg("g"), makeSvg("g"), makeSvg("g"), makeSvg("g")] as const;
  drawing.append(staff, ...groups);
  const ticks = new KeyedList<Tick>(groups[0], ({ key }) => key, tickRow);
  const bars = new KeyedList<Bar>(groups[1], ({ key }) => key, barRow);
  const waits = new KeyedList<Latency>(groups[2], ({ key }) => key, latencyRow);
  const marks = new KeyedList<PlacedMark>(groups[3], ({ key }) => key, markRow);

  let shown: State | null = null;
  let scale: number = FRESH.least;
  let following = true;

  const draw = (): void => {
    if (shown?.session == null) return;
    const layout = layoutTimeline(shown, now(), scale, scroller.clientWidth);
    set(drawing, { width: layout.width, height: HEIGHT, viewBox: `0 0 ${layout.width} ${HEIGHT}` });
    staff.setAttribute("d", STAFF.map((y) => `M0 ${y}.5H${layout.width}`).join(""));
    ticks.update(layout.ticks);
    bars.update(layout.bars);
    waits.update(layout.latencies);
    marks.update(layout.marks);
    if (following) scroller.scrollLeft = scroller.scrollWidth;
  };
  const describe = (): void => {
    if (shown?.session != null) setText(words, layoutTimeline(shown, now(), scale, 0).words);
  };
  const zoom = (next: number): void => {
    scale = Math.max(SCALE.least, Math.min(SCALE.most, next));
    draw();
  };

  need("zoom-in", HTMLButtonElement).addEventListener("click", () => zoom(scale * SCALE.step));
  need("zoom-out", HTMLButtonElement).addEventListener("click", () => zoom(scale / SCALE.step));
  need("zoom-fit", HTMLButtonElement).addEventListener("click", () => {
    if (shown?.session == null) return;
    const ms = (shown.session.endedAt ?? now()) - shown.session.startedAt;
    following = true;
    zoom(((scroller.clientWidth - 60) * 1000) / Math.max(ms, 1000));
  });
  scroller.addEventListener("scroll", () => {
    following = scroller.scrollWidth - scroller.scrollLeft - scroller.clientWidth < NEAR_END;
  });
  new ResizeObserver(draw).observe(scroller);
  setInterval(() => {
    if (shown !== null && isLive(shown.connection)) draw();
  }, REDRAW_EVERY);

  return (state) => {
    const same = shown !== null && state.timeline === shown.timeline && state.turns === shown.turns;
    if (same && state.session === shown?.session) {
      shown = state;
      return;
    }
    if (state.session?.startedAt !== shown?.session?.startedAt) {
      scale = Math.max(FRESH.least, scroller.clientWidth / FRESH.seconds);
      following = true;
    }
    shown = state;
    draw();
    describe();
  };
};
