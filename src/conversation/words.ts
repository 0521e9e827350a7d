/**
 * What the gateway itself says to the model. Bracketed, so that the model takes it for stage direction and not for
 * the caller's words.
 */
import type { Json } from "../base/json.ts";
import type { ToolOutcome } from "./events.ts";

/** Put behind the agent's prompt when a talk goes on in a fresh stream. */
export const IN_PROGRESS =
  "The conversation so far is in the history. It is still going on: continue it in the language it is held in. " +
  "Do not greet the caller again, do not introduce yourself again, and do not repeat what was said.";

/** Put to the model when its answers to the caller's last words keep breaking its streams. */
export const CANNOT_ANSWER =
  "(The caller's last request cannot be answered. Say sorry in one short sentence and ask what else you can do.)";

/** Asks for a sentence that bridges a wait. `progress` is what the tool itself has told of its work. */
export const fillerCue = (phrase: string, progress: string | null): string =>
  progress === null
    ? `(The answer is not there yet. Bridge the wait with one short sentence in the caller's language, such as "${phrase}" Say nothing else.)`
    : `(The answer is not there yet. Tell the caller in one short sentence, in their language, how far it is: "${progress}" Say nothing else.)`;

export const greetingCue = (greeting: string): string =>
  `(The caller has just joined and is listening. Speak first: ${greeting})`;

export const keysCue = (digits: string): string =>
  `(The caller pressed these keys on the telephone keypad: ${[...digits].join(" ")})`;

/** A result whose stream is gone is told to the one that took its place, which never heard of the call. */
export const lateResultCue = (name: string, args: Json, outcome: ToolOutcome): string => {
  const result = outcome.status === "ok" ? JSON.stringify(outcome.value) : outcome.say;
  return `(The result of the tool ${name}, called earlier with ${JSON.stringify(args)}, has arrived: ${result}. Tell the caller.)`;
};
