/**
 * A tool call as a card: its name, what it was given, what came of it, and how long it took. A call that the gateway
 * leaves to the client can be answered by hand.
 */
import type { Json } from "../../../src/base/json.ts";
import type { ToolEntry } from "../state/entries.ts";
import { clockTime } from "../transcript-file.ts";
import { make, type Row, setText } from "./dom.ts";

export type AnswerTool = (
  call: string,
  answer: { readonly result: Json } | { readonly error: string },
) => void;

/** Ways a tool call fails, in words. */
const REASONS: Readonly<Record<string, string>> = {
  timeout: "took too long",
  refused: "said no",
  threw: "broke down",
  bad_arguments: "was given wrong arguments",
  not_allowed: "not allowed, did not run",
  unknown_tool: "does not exist",
  bad_result: "gave a result that does not fit",
  too_large: "gave too large a result",
  too_many: "was one call too many",
  unreachable: "could not be reached",
  cancelled: "was called off",
};

const STATES = {
  running: "running",
  asked: "waits for you",
  ok: "answered",
  failed: "failed",
  barred: "not allowed, did not run",
} as const;

/** Characters of JSON that still stand on one line. */
const ONE_LINE = 64;

const pretty = (value: Json): string => {
  if (typeof value === "string") return value;
  // Within strings JSON writes line breaks as \n, so those that are found here are the layout's.
  const line = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  return line.length <= ONE_LINE ? line : JSON.stringify(value, null, 2);
};

/** Text that is JSON counts as JSON, any other as text. */
const parseAnswer = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

/** A name and a value that may be long; not shown while there is no value. */
const field = (name: string): { element: HTMLElement; show(value: Json | undefined): void } => {
  const value = make("pre", { attributes: { tabindex: "0" } });
  const element = make("div", { class: "tool-field" }, make("span", { class: "label", text: name }), value);
  return {
    element,
    show(next) {
      element.hidden = next === undefined;
      if (next !== undefined) setText(value, pretty(next));
    },
  };
};

const answerForm = (call: string, answer: AnswerTool): HTMLFormElement => {
  const input = make("textarea", { attributes: { rows: "2", id: `answer-${call}`, spellcheck: "false" } });
  const label = make("label", { text: "Its result, as text or JSON", attributes: { for: `answer-${call}` } });
  const send = make("button", {
    class: "secondary small",
    text: "Give result",
    attributes: { type: "submit" },
  });
  const refuse = make("button", {
    class: "quiet small",
    text: "Say it failed",
    attributes: { type: "button" },
  });
  const form = make(
    "form",
    { class: "tool-answer" },
    label,
    input,
    make("div", { class: "row" }, send, refuse),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(call, { result: parseAnswer(input.value) });
  });
  refuse.addEventListener("click", () =>
    answer(call, { error: input.value.trim() === "" ? "The client could not do it." : input.value.trim() }),
  );
  return form;
};

export const toolRow = (startedAt: () => number, answer: AnswerTool): Row<ToolEntry> => {
  const time = make("time", { class: "time" });
  const name = make("span", { class: "tool-title mono" });
  const state = make("span", { class: "tool-state" });
  const given = field("given");
  const result = field("result");
  const card = make(
    "div",
    { class: "tool-card" },
    make("div", { class: "tool-head" }, name, state),
    given.element,
    result.element,
  );
  const who = make(
    "div",
    { class: "who" },
    make("span", { class: "lozenge", attributes: { "aria-hidden": "true" } }),
  );
  who.append(make("span", { class: "name", text: "Tool" }), time);
  const element = make("li", { class: "entry tool" }, who, card);
  let form: HTMLFormElement | null = null;

  return {
    element,
    update(entry) {
      setText(time, clockTime(entry.at - startedAt()));
      setText(name, entry.name);
      // What never ran took no time.
      const ms =
        entry.ms === null || entry.state === "barred"
          ? ""
          : `${entry.state === "ok" ? " in" : ","} ${Math.round(entry.ms)} ms`;
      const words = entry.reason === null ? STATES[entry.state] : (REASONS[entry.reason] ?? "failed");
      setText(state, `${words}${ms}`);
      element.dataset.state = entry.state;
      given.show(entry.arguments);
      result.show(entry.result);
      if (entry.state === "asked" && form === null) {
        form = answerForm(entry.call, answer);
        card.append(form);
      } else if (entry.state !== "asked" && form !== null) {
        form.remove();
        form = null;
      }
    },
  };
};
