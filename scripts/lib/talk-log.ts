/**
 * A conversation as lines on a terminal: when, who, what.
 */
import type { ServerMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";
import { duration } from "./terminal.ts";

/** The lines that a message is worth; interim words and bookkeeping are worth none. */
export const describeMessage = (
  message: ServerMessage,
): readonly (readonly [who: string, what: string])[] => {
  switch (message.type) {
    case "ready":
      return [["session", `${message.session} with ${message.agent}`]];
    case "resumed":
      return [["line", back(message)]];
    case "transcript":
      return message.final && message.text !== "" ? [[message.role, message.text]] : [];
    case "tool_started":
      return [["tool", `${message.name} ${inBrief(message.arguments)}`.trimEnd()]];
    case "tool_call":
      return [["tool", `${message.name} is for a client that has it; this terminal cannot do that`]];
    case "tool_ended":
      return [["tool", ended(message)]];
    case "interrupted":
      return [
        ["barge-in", `by the ${message.by} after ${duration(message.heardMs)} of answer ${message.answer}`],
      ];
    case "segment":
      return segment(message);
    case "metrics":
      return message.firstAudioMs === null ? [] : [["timing", timing(message)]];
    case "error":
      return [["error", `${message.error.message}${message.error.detail ? ` ${message.error.detail}` : ""}`]];
    case "closing":
      return [["closing", message.error === undefined ? message.reason : message.error.message]];
    default:
      return [];
  }
};

/** What a session has cost so far, as one line. */
export const describeUsage = ({ tokens, cost }: Extract<ServerMessage, { type: "usage" }>): string =>
  `${tokens.inputSpeech + tokens.inputText} tokens in, ${tokens.outputSpeech + tokens.outputText} out, $${cost.total.toFixed(4)} at list prices`;

const back = ({ lost, lostMs }: Extract<ServerMessage, { type: "resumed" }>): string =>
  lost === 0
    ? "back, and nothing was lost"
    : `back; ${lost} ${lost === 1 ? "message was" : "messages were"} lost, with ${duration(lostMs)} of the agent's voice`;

/** An agent of one segment is spared its name. */
const segment = ({
  name,
  reason,
  from,
  by,
  gapMs,
}: Extract<ServerMessage, { type: "segment" }>): readonly (readonly [string, string])[] => {
  const gap = `gap ${duration(gapMs)}`;
  if (reason === "transition") return [["segment", `${from ?? "?"} → ${name}, by ${by ?? "?"}, ${gap}`]];
  if (reason === "start") return name === "main" ? [] : [["segment", name]];
  return [["stream", `${reason}, ${gap}`]];
};

const ended = (message: Extract<ServerMessage, { type: "tool_ended" }>): string =>
  message.status === "ok"
    ? `${message.name} answered in ${duration(message.ms)} ${inBrief(message.result)}`.trimEnd()
    : message.reason === "not_allowed"
      ? `${message.name} was not run: it is not allowed here and now`
      : `${message.name} failed after ${duration(message.ms)}: ${message.reason}`;

const timing = ({
  turn,
  firstAudioMs,
  sinceSpeechMs,
}: Extract<ServerMessage, { type: "metrics" }>): string => {
  const since = sinceSpeechMs === null ? "" : `, ${duration(sinceSpeechMs)} after the last word`;
  return `turn ${turn}: first audio ${duration(firstAudioMs ?? 0)} after the turn was taken${since}`;
};

/** JSON on one line, cut where a terminal's line would end. */
const inBrief = (value: unknown): string => {
  if (value === undefined) return "";
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
};
