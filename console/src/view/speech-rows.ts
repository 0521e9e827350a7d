/**
 * One thing said, as a row of the record. Interim words are grey, final ones solid; of an interrupted answer the
 * heard words stay and the rest is struck.
 */
import { type AgentEntry, agentText, type CallerEntry } from "../state/entries.ts";
import { cutOf } from "../state/heard.ts";
import { breaker } from "../state/words.ts";
import { clockTime } from "../transcript-file.ts";
import { make, makeSvg, type Row, setText } from "./dom.ts";

/** The versicle and response signs of antiphonal books: who calls, and who answers. */
const SIGNS = {
  caller: "M3 3l5.5 14L14 3M9.5 17L15.5 9",
  agent: "M4 17V3h4.500a3.7 3.7 0 0 1 0 7.500H4M8.5 10.500L14 17M9.5 17L15 11",
} as const;

export const sign = (role: keyof typeof SIGNS): SVGSVGElement => {
  const svg = makeSvg("svg", { viewBox: "0 0 18 20", class: "sign", "aria-hidden": "true" });
  svg.append(makeSvg("path", { d: SIGNS[role] }));
  return svg;
};

interface Frame {
  readonly element: HTMLLIElement;
  readonly words: HTMLParagraphElement;
  readonly note: HTMLSpanElement;
  readonly time: HTMLTimeElement;
}

const frame = (role: keyof typeof SIGNS, name: string): Frame => {
  const time = make("time", { class: "time" });
  const note = make("span", { class: "note" });
  const words = make("p", { class: "words" });
  const who = make("div", { class: "who" }, sign(role), make("span", { class: "name", text: name }), time);
  const element = make("li", { class: `entry ${role}` }, who, make("div", { class: "said" }, words, note));
  return { element, words, note, time };
};

export const callerRow = (startedAt: () => number): Row<CallerEntry> => {
  const { element, words, note, time } = frame("caller", "You");
  return {
    element,
    update(entry) {
      setText(time, clockTime(entry.at - startedAt()));
      setText(words, entry.text);
      element.dataset.state = entry.final ? "final" : "interim";
      setText(note, entry.turn === null ? "typed" : "");
    },
  };
};

export const agentRow = (startedAt: () => number): Row<AgentEntry> => {
  const { element, words, note, time } = frame("agent", "Agent");
  const drawItems = (entry: AgentEntry): void => {
    const spans = entry.items.map(({ text, final }, index) => {
      const span = words.children[index] ?? make("span");
      span.className = final ? "final" : "interim";
      setText(span, index === 0 ? text : ` ${text}`);
      return span;
    });
    if (words.children.length !== spans.length) words.replaceChildren(...spans);
  };
  const drawCut = (heard: string, unheard: string): void => {
    const parts: Node[] = [make("span", { class: "final", text: heard })];
    if (unheard !== "") {
      const struck = make("del", { class: "unheard" });
      struck.append(make("span", { class: "hidden", text: "Not heard: " }), unheard);
      parts.push(make("span", { class: "cut", attributes: { "aria-hidden": "true" } }), struck);
    }
    words.replaceChildren(...parts);
  };
  return {
    element,
    update(entry) {
      const { interruption } = entry;
      const cut = cutOf(entry);
      const interim = cut === null && entry.items.some(({ final }) => !final);
      setText(time, clockTime(entry.at - startedAt()));
      element.dataset.state = cut !== null ? "interrupted" : interim ? "interim" : "final";
      if (cut === null || interruption === null) {
        drawItems(entry);
        return setText(note, agentText(entry) === "" ? "…" : "");
      }
      drawCut(cut.heard, cut.unheard);
      const seconds = (interruption.heardMs / 1000).toFixed(1);
      setText(note, `${breaker(interruption.by)} after ${seconds} s`);
    },
  };
};
