/**
 * What stands in brackets is no caller's words: it tells the agent what has happened, and what to do about it.
 */

/** What is in the brackets; undefined where the text is not one bracket. */
export const stageDirection = (text: string): string | undefined =>
  /^\s*\((?<inside>[\s\S]*)\)\s*$/.exec(text)?.groups?.inside;

const WHOSE = /(?:caller|user|customer)/.source;
/** "The caller's last words were", "the user just asked", with what may stand before the quotation. */
const SAID = new RegExp(
  String.raw`\b${WHOSE}(?:['’]s\b[^"“”.]{0,60}?\b(?:words?|question|request|sentence)\b|\s+(?:(?:just|last|has|had)\s+)*(?:said|says|asked|asks)\b)` +
    `[^"“”.]{0,60}["“](?<words>[^"“”]+)["”]`,
  "i",
);

/** The caller's own words, where a direction quotes them to be answered. */
export const callersWords = (text: string): string | undefined =>
  SAID.exec(stageDirection(text) ?? "")?.groups?.words?.trim();

/** What a direction wants the caller to be told, as the agent would say it: "that you will be back" is "I will be back". */
export function toldToTell(text: string): string | undefined {
  const told = /\btell (?:the )?(?:caller|user|customer|them)\b[^.!?"“]{0,40}?\bthat (?<words>[^.!?"“]+)/i;
  const words = told.exec(stageDirection(text) ?? "")?.groups?.words?.trim();
  if (words === undefined) return undefined;
  const spoken = words
    .replace(/\byou are\b/gi, "I am")
    .replace(/\byou\b/gi, "I")
    .replace(/\byour\b/gi, "my")
    .replace(/\bthem\b/gi, "you")
    .replace(/\btheir\b/gi, "your")
    .replace(/\bthey\b/gi, "you");
  return `${spoken.slice(0, 1).toUpperCase()}${spoken.slice(1)}.`;
}

/** Whether a direction only wants the caller's wish to be taken up, whatever it is. */
export const toldToGoOn = (text: string): boolean =>
  /\b(?:go on|carry on|take over|taken over|ask)\b/i.test(stageDirection(text) ?? "");
