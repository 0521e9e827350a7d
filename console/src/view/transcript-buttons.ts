/**
 * Takes the record along: to the clipboard, or as a file.
 */
import type { State } from "../state.ts";
import { transcriptJson, transcriptText } from "../transcript-file.ts";
import { need } from "./dom.ts";
import { saveFile } from "./save-file.ts";

/** Ms for which a button says that it has done its work. */
const DONE_MS = 1600;

const fileName = ({ session }: State, ending: string): string =>
  `antiphon-${(session?.id ?? "session").replace(/[^\w-]/g, "")}.${ending}`;

export const transcriptButtons = (state: () => State, onRefused: () => void): void => {
  const copy = async (button: HTMLButtonElement): Promise<void> => {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(transcriptText(state()));
    } catch {
      return onRefused();
    }
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
    }, DONE_MS);
  };
  for (const id of ["copy", "ending-copy"]) {
    const button = need(id, HTMLButtonElement);
    button.addEventListener("click", () => void copy(button));
  }
  need("save-text", HTMLButtonElement).addEventListener("click", () =>
    saveFile(fileName(state(), "txt"), "text/plain", transcriptText(state())),
  );
  need("save-json", HTMLButtonElement).addEventListener("click", () =>
    saveFile(fileName(state(), "json"), "application/json", JSON.stringify(transcriptJson(state()), null, 2)),
  );
};
