/**
 * Tells screen readers what was said once it stands, and never an interim word.
 */
import { newlyFinal } from "../state/words.ts";
import type { State } from "../state.ts";
import { need } from "./dom.ts";

export const announcer = (): ((state: State, before: State) => void) => {
  const region = need("announcer", HTMLElement);
  const wanted = need("announce", HTMLInputElement);
  return (state, before) => {
    if (!wanted.checked || state.entries === before.entries) return;
    const news = newlyFinal(before.entries, state.entries);
    if (news.length > 0) region.textContent = news.join(" ");
  };
};
