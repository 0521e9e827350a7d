/**
 * A move to another segment, as a quiet line between what was said there and what is said here.
 */
import type { TransitionEntry } from "../state/entries.ts";
import { mover } from "../state/words.ts";
import { clockTime } from "../transcript-file.ts";
import { make, type Row, setText } from "./dom.ts";

export const transitionRow = (startedAt: () => number): Row<TransitionEntry> => {
  const time = make("time", { class: "time" });
  const place = make("strong");
  const how = make("span");
  const words = make("p", { class: "move" });
  words.append(
    time,
    make("span", { class: "arrow", text: "→", attributes: { "aria-hidden": "true" } }),
    make("span", { class: "hidden", text: "The talk moved on to " }),
    place,
    how,
  );
  const element = make("li", { class: "transition" }, words);
  return {
    element,
    update({ at, from, to, by, gapMs }) {
      setText(time, clockTime(at - startedAt()));
      setText(place, to);
      const wish = by === null ? "" : ` · ${mover(by)}`;
      setText(how, `${wish} · gap ${Math.round(gapMs)} ms`);
      words.title = from === null ? "" : `from ${from}`;
    },
  };
};
