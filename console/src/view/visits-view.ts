/**
 * The path so far as a table, a row for each stay: beside the conversation while it goes on, below it when it is over.
 */
import { stayOf, type Visit, visitsOf } from "../state/path.ts";
import { mover } from "../state/words.ts";
import { isLive, type State } from "../state.ts";
import { clockTime } from "../transcript-file.ts";
import { KeyedList, make, need, type Row, setText } from "./dom.ts";

/** Ms between redraws of the stay that lasts. */
const REDRAW_EVERY = 1000;

const visitRow = (now: () => number) => (): Row<Visit> => {
  const place = make("span", { class: "place" });
  const by = make("span", { class: "note" });
  const order = make("th", { attributes: { scope: "row" } }, place, by);
  const cells = [make("td"), make("td"), make("td"), make("td")] as const;
  const element = make("tr", {}, order, ...cells);
  return {
    element,
    update(visit) {
      const { numbers } = visit;
      setText(place, `${visit.order}. ${visit.segment}`);
      setText(by, visit.by === null ? "" : ` ${mover(visit.by)}`);
      const words = [
        clockTime(stayOf(visit, now())),
        numbers === null ? "–" : String(numbers.turns),
        numbers === null ? "–" : numbers.tokens.toLocaleString("en"),
        numbers === null ? "–" : `$${numbers.cost.toFixed(4)}`,
      ];
      for (const [index, cell] of cells.entries()) setText(cell, words[index] ?? "");
    },
  };
};

/** A table of stays within an element of the page. */
const visitsTable = (place: HTMLElement, now: () => number): ((visits: readonly Visit[]) => void) => {
  const heads = ["Segment", "Time", "Turns", "Tokens", "Cost"].map((text) =>
    make("th", { text, attributes: { scope: "col" } }),
  );
  const body = make("tbody");
  place.append(make("table", { class: "turns visits" }, make("thead", {}, make("tr", {}, ...heads)), body));
  const list = new KeyedList<Visit>(body, ({ order }) => String(order), visitRow(now));
  return (visits) => list.update(visits);
};

export const visitsView = (now: () => number): ((state: State, before: State) => void) => {
  const beside = need("path", HTMLElement);
  const below = need("ending-path", HTMLElement);
  const tables = [visitsTable(beside, now), visitsTable(below, now)];
  let shown: State | null = null;
  const draw = (): void => {
    if (shown === null) return;
    const visits = visitsOf(shown);
    const over = shown.connection.status === "ended";
    const isPath = visits.length > 1;
    beside.hidden = over || !isPath;
    below.hidden = !over || !isPath;
    for (const update of tables) update(visits);
  };
  setInterval(() => {
    if (shown !== null && isLive(shown.connection)) draw();
  }, REDRAW_EVERY);
  return (state, before) => {
    shown = state;
    if (
      state.segments !== before.segments ||
      state.status !== before.status ||
      state.session !== before.session ||
      state.connection !== before.connection
    )
      draw();
  };
};
