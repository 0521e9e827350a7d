/**
 * What a stream hears before the caller: who the agent is, what it can do, what was said so far. Nova insists on this
 * order, and on hearing all of it before any audio.
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/sonic-event-flow.html
 */
import type { Ids } from "../../base/ids.ts";
import { LIMITS } from "../../base/limits.ts";
import type { StreamSpec, ToolSpec } from "../../conversation/events.ts";
import {
  audioStart,
  contentEnd,
  promptStart,
  sessionStart,
  type TextRole,
  textInput,
  textStart,
} from "./input-events.ts";
import { cleanText, splitText } from "./text.ts";

/** The names a stream's events carry. */
export interface StreamNames {
  readonly prompt: string;
  /** The one audio content of the stream. */
  readonly audio: string;
}

/** Nova refuses the whole stream for a tool of any other name. */
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
export const isOfferable = (tool: ToolSpec): boolean => TOOL_NAME.test(tool.name);

/** One text content, whole: contents may not interleave. Nothing for a text of nothing. */
export const textContent = (
  prompt: string,
  content: string,
  role: TextRole,
  text: string,
  interactive: boolean,
): readonly string[] => {
  const clean = cleanText(text);
  if (clean.trim() === "") return [];
  // The limit is documented for history and observed for typed text; a system prompt goes in one piece, as every
  // client of Nova sends it.
  const pieces = role === "SYSTEM" ? [clean] : splitText(clean, LIMITS.historyMessageBytes);
  return [
    textStart(prompt, content, role, interactive),
    ...pieces.map((piece) => textInput(prompt, content, piece)),
    contentEnd(prompt, content),
  ];
};

/** All events up to where audio may flow. Tools that may not be offered are left out. */
export const prologue = (spec: StreamSpec, names: StreamNames, ids: Ids): readonly string[] => {
  const said = (role: TextRole, text: string) => textContent(names.prompt, ids.uuid(), role, text, false);
  return [
    sessionStart(spec),
    promptStart(names.prompt, spec, spec.tools.filter(isOfferable)),
    ...said("SYSTEM", spec.prompt),
    ...spec.history.flatMap(({ role, text }) => said(role === "caller" ? "USER" : "ASSISTANT", text)),
    audioStart(names.prompt, names.audio, spec.inputRate),
  ];
};
