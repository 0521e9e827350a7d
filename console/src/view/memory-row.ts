/**
 * One thing that is remembered: what, since when, from where; to be corrected in its place, or erased.
 */
import { LIMITS } from "../../../src/base/limits.ts";
import { kindWords, type RememberedEntry, sourceWords, type Work } from "../state/memory.ts";
import { make, type Row, setText } from "./dom.ts";

export interface EntryDeeds {
  readonly correct: (id: string, text: string) => Promise<boolean>;
  readonly erase: (id: string) => Promise<boolean>;
  /** An entry has gone that had the focus. */
  readonly leave: (row: Element) => () => void;
}

/** An entry with what the row must know besides. */
export interface ShownEntry {
  readonly entry: RememberedEntry;
  /** The session at hand. */
  readonly here: string | null;
  readonly work: Work | null;
}

const when = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

const button = (text: string, look: string): HTMLButtonElement =>
  make("button", { class: look, text, attributes: { type: "button" } });

export const memoryRow =
  (deeds: EntryDeeds) =>
  ({ entry: { id } }: ShownEntry): Row<ShownEntry> => {
    const kind = make("span", { class: "remembered-kind" });
    const time = make("time", { class: "time" });
    const text = make("p", { class: "remembered-text" });
    const source = make("p", { class: "note" });
    const correct = button("Correct", "quiet small");
    const erase = button("Erase", "quiet small");
    const buttons = make("div", { class: "row remembered-buttons" }, correct, erase);
    const field = make("textarea", {
      attributes: { rows: "3", maxlength: String(LIMITS.memoryTextChars), "aria-label": "What is so" },
    });
    const save = make("button", { class: "secondary small", text: "Save", attributes: { type: "submit" } });
    const leave = button("Leave it", "quiet small");
    const form = make(
      "form",
      { class: "remembered-form" },
      field,
      make("div", { class: "row" }, save, leave),
    );
    form.hidden = true;
    const head = make("div", { class: "remembered-head" }, kind, time);
    const element = make("li", { class: "remembered" }, head, text, form, source, buttons);
    let known = "";

    const show = (editing: boolean): void => {
      form.hidden = !editing;
      text.hidden = editing;
      buttons.hidden = editing;
    };
    const close = (): void => {
      show(false);
      correct.focus();
    };
    correct.addEventListener("click", () => {
      field.value = known;
      show(true);
      field.focus();
    });
    leave.addEventListener("click", close);
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Elsewhere this key stops the agent's voice.
      event.stopPropagation();
      close();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = field.value.trim();
      if (said === "" || said === known) return said === known ? close() : undefined;
      if (await deeds.correct(id, said)) close();
    });
    erase.addEventListener("click", async () => {
      const moveOn = deeds.leave(element);
      if (await deeds.erase(id)) moveOn();
    });

    return {
      element,
      update({ entry, here, work }) {
        known = entry.text;
        setText(kind, kindWords(entry));
        setText(time, when.format(entry.at));
        time.dateTime = new Date(entry.at).toISOString();
        setText(text, entry.text);
        setText(source, sourceWords(entry, here));
        const until = entry.expiresAt === null ? "" : `, kept until ${day.format(entry.expiresAt)}`;
        source.title = `${entry.source.session === null ? "" : `session ${entry.source.session}`}${until}`;
        correct.setAttribute("aria-label", `Correct: ${entry.text}`);
        erase.setAttribute("aria-label", `Erase: ${entry.text}`);
        correct.hidden = entry.store !== "caller";
        // Not disabled meanwhile: whoever pressed a button would lose their place.
        const busy = typeof work === "object" && work?.entry === id;
        element.setAttribute("aria-busy", String(busy));
      },
    };
  };
