/**
 * What is wrong, in words, with what to do about it.
 */
import type { Problem } from "../state/problems.ts";
import type { State } from "../state.ts";
import { KeyedList, make, need, type Row } from "./dom.ts";

const problemRow =
  (dismiss: (id: string) => void) =>
  (problem: Problem): Row<Problem> => {
    const title = make("strong");
    const mend = make("span");
    const close = make("button", {
      class: "icon-button",
      text: "×",
      attributes: { type: "button", "aria-label": "Put this notice away" },
    });
    close.addEventListener("click", () => dismiss(problem.id));
    const element = make(
      "div",
      { class: "problem" },
      make("p", {}, title, make("span", { text: " " }), mend),
      close,
    );
    return {
      element,
      update(next) {
        title.textContent = next.title;
        mend.textContent = next.mend;
      },
    };
  };

export const problemsView = (dismiss: (id: string) => void): ((state: State) => void) => {
  const list = new KeyedList<Problem>(need("problems", HTMLElement), ({ id }) => id, problemRow(dismiss));
  return ({ problems }) => list.update(problems);
};
