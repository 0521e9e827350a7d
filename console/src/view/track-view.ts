/**
 * The agent's segments as stations on a line: where the talk is, where it was and in which order, how long; and buttons
 * for where the caller may ask to go.
 */
import { type Station, stationsOf, waysOf } from "../state/path.ts";
import { isLive, type State } from "../state.ts";
import { clockTime } from "../transcript-file.ts";
import { KeyedList, make, need, type Row, setText } from "./dom.ts";

/** Ms between redraws of the time spent in the present segment. */
const REDRAW_EVERY = 1000;

/** "visited 1st and 3rd" would need a grammar; numbers do. */
const inWords = ({ orders, present }: Station, over: boolean): string => {
  if (orders.length === 0) return "not visited";
  const stays = `${orders.length === 1 ? "stay" : "stays"} ${orders.join(" and ")}`;
  return present ? `${over ? "the talk ended here" : "the talk is here"}, ${stays}` : `left, ${stays}`;
};

const stationRow = (isOver: () => boolean) => (): Row<Station> => {
  const orders = make("span", { class: "orders", attributes: { "aria-hidden": "true" } });
  const name = make("span", { class: "station-name" });
  const time = make("span", { class: "station-time" });
  const words = make("span", { class: "hidden" });
  const element = make("li", { class: "station" }, orders, name, words, time);
  return {
    element,
    update(station) {
      setText(orders, station.orders.join("·"));
      setText(name, station.name);
      setText(words, `, ${inWords(station, isOver())}. `);
      setText(time, station.ms === null ? "" : clockTime(station.ms));
      element.title = station.purpose ?? "";
      element.dataset.state = station.present
        ? isOver()
          ? "last"
          : "present"
        : station.ms === null
          ? "ahead"
          : "left";
      if (station.present && !isOver()) element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
    },
  };
};

const wayRow =
  (go: (segment: string) => void) =>
  (to: string): Row<string> => {
    const element = make("button", {
      class: "secondary small",
      text: to,
      attributes: { type: "button", "aria-label": `Move the talk to ${to}` },
    });
    element.addEventListener("click", () => go(to));
    return { element, update: () => undefined };
  };

const wishWords = ({ wish }: State): string => {
  if (wish === null) return "";
  return wish.refusal === null ? `Asked for ${wish.segment}.` : `Not to ${wish.segment} yet: ${wish.refusal}`;
};

export const trackView = (
  now: () => number,
  go: (segment: string) => void,
): ((state: State, before: State) => void) => {
  const track = need("track", HTMLElement);
  const scroller = need("track-scroll", HTMLElement);
  const ways = need("ways", HTMLElement);
  let shown: State | null = null;
  const stations = new KeyedList<Station>(
    need("stations", HTMLOListElement),
    ({ name }) => name,
    stationRow(() => shown?.connection.status === "ended"),
  );
  const buttons = new KeyedList<string>(need("way-buttons", HTMLElement), (to) => to, wayRow(go));

  const draw = (): void => {
    if (shown === null) return;
    const all = shown.session === null ? [] : stationsOf(shown, now());
    // An agent of one segment has no path to show.
    track.hidden = all.length < 2;
    stations.update(all);
  };
  const drawWays = (state: State): void => {
    const open = state.connection.status === "talking" ? waysOf(state) : [];
    const focused = ways.contains(document.activeElement);
    ways.hidden = open.length === 0;
    buttons.update(open);
    // Whoever pressed a button that has gone is not left nowhere.
    if (focused && !ways.contains(document.activeElement)) need("words", HTMLInputElement).focus();
    const words = need("wish", HTMLElement);
    setText(words, wishWords(state));
    words.dataset.refused = String(state.wish !== null && state.wish.refusal !== null);
  };
  setInterval(() => {
    if (shown !== null && isLive(shown.connection)) draw();
  }, REDRAW_EVERY);

  return (state, before) => {
    shown = state;
    const moved = state.segments !== before.segments;
    const other = state.agents !== before.agents || state.session !== before.session;
    if (!moved && !other && state.connection === before.connection && state.wish === before.wish) return;
    draw();
    drawWays(state);
    const here = moved ? scroller.querySelector<HTMLElement>("[data-state=present]") : null;
    if (here !== null) scroller.scrollLeft = here.offsetLeft - scroller.clientWidth / 2;
  };
};
