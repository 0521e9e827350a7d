/**
 * Chat history as Nova Sonic takes it: user first, 1 KB per piece, 40 KB in all.
 * Source: Nova 2 user guide, "Chat history".
 */
import { LIMITS } from "../limits.ts";
import { historyFirstAssistant, historyTooLarge, type Violation } from "./violations.ts";

export interface HistoryMessage {
  readonly role: "USER" | "ASSISTANT";
  readonly text: string;
}

export interface History {
  readonly messages: readonly HistoryMessage[];
  /** A message begins. */
  begin(role: HistoryMessage["role"]): Violation | undefined;
  /** One textInput of the message that has begun; a message may take several. */
  add(text: string): Violation | undefined;
}

export function createHistory(): History {
  const messages: { role: HistoryMessage["role"]; text: string }[] = [];
  let bytes = 0;
  return {
    messages,
    begin(role) {
      if (messages.length === 0 && role === "ASSISTANT") {
        return historyFirstAssistant("the first message of the history is the assistant's");
      }
      messages.push({ role, text: "" });
      return undefined;
    },
    add(text) {
      const size = Buffer.byteLength(text);
      bytes += size;
      if (size > LIMITS.historyMessageBytes) {
        return historyTooLarge(`one textInput of the history has ${size} bytes; 1024 are allowed`);
      }
      if (bytes > LIMITS.historyBytes) {
        return historyTooLarge(`the history has ${bytes} bytes; 40960 are allowed`);
      }
      const last = messages.at(-1);
      if (last !== undefined) last.text += text;
      return undefined;
    },
  };
}
