/**
 * Takes the record along: to the clipboard, or as a file.
 */
import type { State } from "../state.ts";
import { transcriptJson, transcriptText } from "../transcript-file.ts";
import { make, need } from "./dom.ts";

/** Ms for which a button says that it has done its work. */
const DONE_MS = 1600;

const save = (name: string, type: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make("a", { attributes: { href: url, download: name } }).click();
  URL.revokeObjectURL(url);
};

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
    save(fileName(state(), "txt"), "text/plain", transcriptText(state())),
  );
  need("save-json", HTMLButtonElement).addEventListener("click", () =>
    save(fileName(state(), "json"), "application/json", JSON.stringify(transcriptJson(state()), null, 2)),
  );
};
