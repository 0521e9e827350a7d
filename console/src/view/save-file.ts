/**
 * Gives the person a file.
 */
import { make } from "./dom.ts";

export const saveFile = (name: string, type: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make("a", { attributes: { href: url, download: name } }).click();
  URL.revokeObjectURL(url);
};
