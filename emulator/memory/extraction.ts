/**
 * What becomes of messages: records, by plain rules in place of a model. The form of each strategy's records is AWS's
 * (devguide, built-in strategies): preferences are JSON, summaries XML, facts sentences.
 */
import type { Strategy } from "./declared.ts";
import type { Payload } from "./shapes.ts";

export interface Message {
  readonly role: "USER" | "ASSISTANT";
  readonly text: string;
}

export interface Insight {
  /** What it is about: a later insight on the same subject takes the place of an earlier one. */
  readonly subject: string;
  readonly text: string;
}

/** Only what the caller and the agent said is read, as AWS's strategies do. */
export const messagesOf = (payload: readonly Payload[]): readonly Message[] =>
  payload.flatMap(({ conversational }) => {
    const { role, content } = conversational ?? {};
    return (role === "USER" || role === "ASSISTANT") && content?.text !== undefined
      ? [{ role, text: content.text }]
      : [];
  });

/** @param told What the summary of this session has said so far. */
export function extract(
  type: Strategy["type"],
  messages: readonly Message[],
  told: string | undefined,
): readonly Insight[] {
  if (type === "SUMMARIZATION") return summary(messages, told);
  const sentences = messages
    .filter(({ role }) => role === "USER")
    .flatMap(({ text }) => text.split(/(?<=[.!?])\s+|\n+/));
  return sentences.flatMap(type === "USER_PREFERENCE" ? preferences : facts);
}

const PREFERENCE =
  /\bI(?:'d)? (?:really |always |would )?(like|love|prefer|enjoy|hate|rather have)\b\s+(.{1,200})/i;
const CALLED = /\b(?:please )?call me (.{1,80})/i;

function preferences(sentence: string): readonly Insight[] {
  const [, verb, wanted] = PREFERENCE.exec(sentence) ?? [];
  const called = CALLED.exec(sentence)?.[1];
  if (called !== undefined) return [preference("called", `Wants to be called ${bare(called)}`, sentence)];
  if (verb === undefined || wanted === undefined) return [];
  const text = `${THIRD_PERSON[verb.toLowerCase()] ?? "Likes"} ${bare(wanted)}`;
  return [preference(text.toLowerCase(), text, sentence)];
}

const THIRD_PERSON: Readonly<Record<string, string>> = {
  love: "Loves",
  prefer: "Prefers",
  enjoy: "Enjoys",
  hate: "Hates",
  "rather have": "Prefers",
};

const preference = (subject: string, text: string, said: string): Insight => ({
  subject,
  text: JSON.stringify({
    context: `The user said: ${bare(said)}`,
    preference: text,
    categories: ["general"],
  }),
});

const MINE = /\bmy ([a-z][a-z' -]{0,40}?) (?:is|are) (.{1,200})/i;
const AM = /\bI (live in|work (?:at|as|for)|was born in|moved to|have) (.{1,200})/i;

function facts(sentence: string): readonly Insight[] {
  const [, thing, value] = MINE.exec(sentence) ?? [];
  if (thing !== undefined && value !== undefined) {
    return [{ subject: thing.toLowerCase(), text: `The user's ${thing} is ${bare(value)}.` }];
  }
  const [, verb, what] = AM.exec(sentence) ?? [];
  if (verb === undefined || what === undefined) return [];
  // One lives in one place, and may have many things.
  const subject = verb.toLowerCase() === "have" ? `have ${bare(what).toLowerCase()}` : verb.toLowerCase();
  return [{ subject, text: `The user said: I ${verb} ${bare(what)}.` }];
}

/** A summary keeps as much as a record may hold; what came first goes first. */
const SUMMARY_CHARS = 2_000;

function summary(messages: readonly Message[], told: string | undefined): readonly Insight[] {
  if (messages.length === 0) return [];
  const before = told === undefined ? "" : told.replace(/^<[^>]*>|<\/topic>$/g, "");
  const said = messages.map(({ role, text }) =>
    role === "USER" ? `The user said: ${bare(text)}.` : `The assistant said: ${bare(text)}.`,
  );
  const all = [before, ...said.map(escaped)].filter((part) => part !== "").join(" ");
  return [{ subject: "summary", text: `<topic name="Conversation">${all.slice(-SUMMARY_CHARS)}</topic>` }];
}

const bare = (text: string): string => text.trim().replace(/[\s.!?]+$/, "");
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
