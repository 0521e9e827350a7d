/**
 * Telephone keys: pressed with a pointer, or typed while the keypad has the focus.
 */
import { make, need } from "./dom.ts";

/** Keys and the letters on them (ITU-T E.161). */
const KEYS = [
  ["1", ""],
  ["2", "abc"],
  ["3", "def"],
  ["4", "ghi"],
  ["5", "jkl"],
  ["6", "mno"],
  ["7", "pqrs"],
  ["8", "tuv"],
  ["9", "wxyz"],
  ["*", ""],
  ["0", ""],
  ["#", ""],
] as const;

const NAMES: Readonly<Record<string, string>> = { "*": "star", "#": "hash" };

export const keypad = (dial: (digit: string) => void): void => {
  const pad = need("keys", HTMLElement);
  for (const [digit, letters] of KEYS) {
    const button = make(
      "button",
      { class: "key", attributes: { type: "button", "aria-label": NAMES[digit] ?? digit } },
      make("span", { class: "digit", text: digit }),
      make("span", { class: "letters", text: letters, attributes: { "aria-hidden": "true" } }),
    );
    button.addEventListener("click", () => dial(digit));
    pad.append(button);
  }
  pad.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
    if (!ctrlKey && !metaKey && !altKey && /^[0-9*#]$/.test(key)) dial(key);
  });
};
