/**
 * The numbers beside the conversation: answer times, usage and cost, segments, what was lost on the way.
 */

import type { SegmentNote, State, TurnMetrics } from "../state.ts";
import { clockTime } from "../transcript-file.ts";
import { KeyedList, make, need, type Row, setText } from "./dom.ts";

/** Ms at which an answer-time bar is full; twice what people bear in conversation. */
const BAR_FULL_MS = 2400;

const milliseconds = (ms: number | null | undefined): string => (ms == null ? "–" : String(Math.round(ms)));
/** Costs are fractions of a cent at first: four decimals. */
const dollars = (amount: number): string => `$${amount.toFixed(4)}`;
const count = (value: number): string => value.toLocaleString("en");

const tenths = (ms: number | null | undefined): string =>
  ms === null || ms === undefined ? "–" : ms.toFixed(1);
const share = (gateway: TurnMetrics["gateway"]): string =>
  gateway == null ? "–" : `${tenths(gateway.upMs)} / ${tenths(gateway.downMs)}`;

const turnRow = (): Row<TurnMetrics> => {
  const turn = make("th", { attributes: { scope: "row" } });
  const speech = make("td", { class: "bar" });
  const first = make("td");
  const tools = make("td");
  const gateway = make("td");
  const element = make("tr", {}, turn, speech, first, tools, gateway);
  return {
    element,
    update(metrics) {
      setText(turn, String(metrics.turn));
      setText(speech, milliseconds(metrics.sinceSpeechMs));
      speech.style.setProperty("--share", String(Math.min(1, (metrics.sinceSpeechMs ?? 0) / BAR_FULL_MS)));
      setText(first, milliseconds(metrics.firstAudioMs));
      const spent = metrics.tools.reduce((sum, { ms }) => sum + ms, 0);
      setText(tools, metrics.tools.length === 0 ? "–" : milliseconds(spent));
      tools.title = metrics.tools.map(({ name, ms }) => `${name}: ${milliseconds(ms)} ms`).join(", ");
      setText(gateway, share(metrics.gateway));
      element.dataset.interrupted = String(metrics.interrupted);
      element.title = metrics.interrupted ? "This turn was interrupted" : "";
    },
  };
};

const REASONS: Readonly<Record<string, string>> = {
  start: "begins",
  rotation: "goes on with a fresh stream",
  recovery: "recovered with a fresh stream",
  transition: "takes over",
};

type Fact = readonly [name: string, value: string | number | boolean];

const factRow = ([name]: Fact): Row<Fact> => {
  const value = make("dd");
  const element = make("div", {}, make("dt", { text: name }), value);
  return { element, update: ([, known]) => setText(value, String(known)) };
};

const segmentRow = (startedAt: () => number) => (): Row<SegmentNote> => {
  const element = make("li");
  return {
    element,
    update({ name, reason, gapMs, at }) {
      const gap = gapMs === 0 ? "" : `, ${Math.round(gapMs)} ms unheard`;
      setText(element, `${clockTime(at - startedAt())} ${name} ${REASONS[reason] ?? reason}${gap}`);
    },
  };
};

export const detailsView = (): ((state: State) => void) => {
  let startedAt = 0;
  const turns = new KeyedList<TurnMetrics>(need("turns", HTMLElement), ({ turn }) => String(turn), turnRow);
  const segments = new KeyedList<SegmentNote>(
    need("segments", HTMLElement),
    ({ at, name, reason }) => `${at}:${name}:${reason}`,
    segmentRow(() => startedAt),
  );
  const facts = new KeyedList<Fact>(need("facts", HTMLElement), ([name]) => name, factRow);
  const show = (id: string, text: string): void => setText(need(id, HTMLElement), text);
  return ({
    session,
    turns: measured,
    usage,
    segments: parts,
    status,
    unread,
    sequence,
    underruns,
    digits,
  }) => {
    startedAt = session?.startedAt ?? 0;
    turns.update(measured);
    segments.update(parts);
    const found = Object.entries(status?.facts ?? {});
    need("found", HTMLElement).hidden = found.length === 0;
    facts.update(found);
    need("turns-empty", HTMLElement).hidden = measured.length > 0;
    show("session-agent", session?.agent ?? "–");
    show("session-id", session?.id ?? "–");
    show(
      "session-unread",
      `${sequence.missing.length + sequence.lost} / ${unread.unknown + unread.malformed}`,
    );
    show("session-underruns", String(underruns));
    show("dialled", digits === "" ? "nothing yet" : digits);
    show("cost-total", usage === null ? "–" : dollars(usage.cost.total));
    show("cost-model", usage === null ? "–" : dollars(usage.cost.model));
    show("cost-platform", usage === null ? "–" : dollars(usage.cost.platform));
    const { tokens } = usage ?? { tokens: null };
    show(
      "tokens-speech",
      tokens === null ? "–" : `${count(tokens.inputSpeech)} / ${count(tokens.outputSpeech)}`,
    );
    show("tokens-text", tokens === null ? "–" : `${count(tokens.inputText)} / ${count(tokens.outputText)}`);
  };
};
