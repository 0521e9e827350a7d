/**
 * What is remembered of the caller one talks as: a list beside the conversation, to be looked through, corrected, taken
 * along and erased.
 */
import type { CallerDesk } from "../caller-desk.ts";
import type { MemoryState } from "../state/memory.ts";
import type { State } from "../state.ts";
import { KeyedList, need, setText } from "./dom.ts";
import { memoryRow, type ShownEntry } from "./memory-row.ts";
import { saveFile } from "./save-file.ts";

/** No name in it: others see what somebody downloads. */
const FILE = "caller-memory.json";

const emptyWords = ({ memory, agents, session }: State): string => {
  if (memory.record === null) return memory.untold === null ? "Looking." : "";
  // What a silent store keeps is not known.
  if (memory.record.entries.length + memory.record.unread.length > 0) return "";
  const list = agents.status === "known" ? agents.list : [];
  const remembers = list.find(({ name }) => name === session?.agent)?.remembers ?? true;
  return remembers ? "Nothing is remembered of this caller yet." : "Nothing. This agent has no memory.";
};

const workWords = ({ work, done }: MemoryState): string =>
  work === "erase" ? "Erasing everything." : work === "export" ? "Gathering everything." : done;

export const memoryView = (desk: CallerDesk): ((state: State, before: State) => void) => {
  const section = need("memory", HTMLElement);
  const title = need("memory-title", HTMLElement);
  const look = need("memory-look", HTMLButtonElement);
  const exports = need("memory-export", HTMLButtonElement);
  const eraseAll = need("memory-erase", HTMLButtonElement);
  const dialog = need("erase-all", HTMLDialogElement);
  const problem = need("memory-problem", HTMLElement);
  let shown: State | null = null;

  const leave = (row: Element): (() => void) => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    return () => {
      const button = next?.isConnected
        ? next.querySelector<HTMLElement>(".remembered-buttons button:last-of-type")
        : null;
      (button ?? title).focus();
    };
  };
  const list = new KeyedList<ShownEntry>(
    need("remembered", HTMLOListElement),
    ({ entry }) => entry.id,
    memoryRow({
      correct: (id, text) => desk.correct(id, text),
      erase: (id) => desk.erase(id),
      leave,
    }),
  );

  look.addEventListener("click", () => void desk.look());
  exports.addEventListener(
    "click",
    () =>
      void desk.export((everything) =>
        saveFile(FILE, "application/json", JSON.stringify(everything, null, 2)),
      ),
  );
  eraseAll.addEventListener("click", () => dialog.showModal());
  // Elsewhere this key stops the agent's voice.
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "erase") return;
    dialog.returnValue = "";
    // A session that ended by it has the focus where it ended.
    if ((await desk.eraseAll()) && shown?.connection.status !== "ended") title.focus();
  });

  return (state, before) => {
    shown = state;
    const { who, memory, session } = state;
    section.hidden = who === null || session === null;
    if (state === before) return;
    if (who !== before.who && dialog.open) dialog.close();
    const name = who === null ? "" : who.caller;
    setText(need("memory-who", HTMLElement), name);
    setText(need("memory-tenant", HTMLElement), who?.tenant == null ? "" : ` of ${who.tenant}`);
    setText(need("erase-who", HTMLElement), need("memory-of", HTMLElement).textContent);
    if (memory !== before.memory || session !== before.session) {
      const focused = section.contains(document.activeElement);
      list.update(
        (memory.record?.entries ?? []).map((entry) => ({
          ...{ entry, here: session?.id ?? null, work: memory.work },
        })),
      );
      // Whoever was at an entry that has gone is not left nowhere.
      if (focused && !section.contains(document.activeElement)) title.focus();
    }
    const empty = need("memory-empty", HTMLElement);
    setText(empty, emptyWords(state));
    empty.hidden = empty.textContent === "";
    const unread = memory.record?.unread ?? [];
    const missing = need("memory-unread", HTMLElement);
    missing.hidden = unread.length === 0;
    setText(missing, `${unread.join(", ")} did not answer: what it keeps is missing here.`);
    const wrong = memory.problem ?? memory.untold;
    problem.hidden = wrong === null;
    setText(problem, wrong === null ? "" : `${wrong.title} ${wrong.mend}`);
    // Whoever pressed a button far below sees why nothing came of it.
    if (memory.problem !== null && before.memory.problem === null)
      problem.scrollIntoView({ block: "nearest" });
    setText(need("memory-done", HTMLElement), workWords(memory));
    const nothing = memory.record === null || memory.record.entries.length + memory.record.sessions === 0;
    for (const button of [exports, eraseAll]) button.disabled = nothing;
  };
};
