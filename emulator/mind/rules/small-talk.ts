/**
 * What is said when no tool is meant: greetings, thanks, and questions about the conversation itself.
 */
import type { OfferedTool } from "../../seams.ts";
import { words } from "../words.ts";
import { STORY } from "./story.ts";

/** What the conversation has been until now, oldest first, without what is answered here. */
export interface Talk {
  readonly systemPrompt: string;
  readonly tools: readonly OfferedTool[];
  readonly heard: readonly string[];
  readonly said: readonly string[];
}

const NAME_TOLD = /\b[Mm]y name is (\p{L}[\p{L}'-]*(?: \p{Lu}[\p{L}'-]*)?)/u;

const RULES: readonly [
  pattern: RegExp,
  answer: (talk: Talk, found: RegExpExecArray) => string | undefined,
][] = [
  [
    /\bwhat (?:did|have) i (?:just )?(?:say|said|ask|tell)/i,
    ({ heard }) => quoted("You said", heard.at(-1), "You have not said anything before."),
  ],
  [
    /\b(?:what did you (?:just )?say|say (?:that|it) again|repeat|pardon|come again)\b/i,
    ({ said }) => quoted("I said", said.at(-1), "I have not said anything before."),
  ],
  [/\b(?:what(?:'s| is)|do you (?:know|remember)) my name\b/i, nameOfCaller],
  [NAME_TOLD, (_, [, name]) => `Nice to meet you, ${name}. How can I help you?`],
  [/\b(?:story|read (?:me )?something|talk for a while)\b/i, () => STORY],
  [/\b(?:what can you do|help me|what do you do)\b|^help\b/i, ({ tools }) => abilities(tools)],
  [
    /\b(?:who are you|what(?:'s| is) your name)\b/i,
    (talk) => `${introduction(talk) ?? "I am the Nova Sonic emulator"}.`,
  ],
  [/\bhow are you\b/i, () => "I am well, thank you. How can I help you?"],
  [/\b(?:good ?bye|bye|see you)\b|\bthat(?:'s| is) all\b/i, () => "Goodbye, and thank you for calling."],
  [/\b(?:thanks|thank you)\b/i, () => "You're welcome. Is there anything else?"],
  [/^(?:hello|hi|hey|good (?:morning|afternoon|evening))\b/i, greeting],
  [/^(?:yes|yeah|sure|okay|ok|right)\b/i, () => "Good. What would you like to know?"],
  [/^(?:no|nope|never mind|stop|wait|cancel)\b/i, () => "All right."],
];

/** The answer to small talk; undefined when it is none. */
export function smallTalk(text: string, talk: Talk): string | undefined {
  for (const [pattern, answer] of RULES) {
    const found = pattern.exec(text.trim());
    if (found !== null) return answer(talk, found);
  }
  return undefined;
}

/** The words to speak, when the text is not from the caller but tells the agent to begin. */
export function toldToGreet(text: string, talk: Talk): string | undefined {
  if (/\b(?:do not|don't|without|never)\b[^.;]{0,40}\bgreet(?:ing)?\b/i.test(text)) return undefined;
  const dictated = /\b(?:say|greet|welcome)\b[^"“]{0,80}["“]([^"”]{1,500})["”]/i.exec(text)?.[1];
  if (dictated !== undefined) return dictated;
  const isTold =
    /\b(?:greet|welcome|say (?:hello|hi)(?: to)?|introduce yourself to)\b.{0,40}\b(?:caller|user|customer|them|person|guest)\b/i.test(
      text,
    ) ||
    /\b(?:caller|user|customer)\b.{0,60}\b(?:joined|connected|is here|on the line)\b/i.test(text) ||
    /^\W*(?:please )?(?:begin|start) (?:the|this) (?:conversation|call)\b/i.test(text) ||
    /^\W*(?:please )?greet\b/i.test(text);
  return isTold ? greeting(talk) : undefined;
}

/** Said when nothing fits. */
export function fallback(text: string, talk: Talk): string {
  if (talk.tools.length === 0)
    return `You said: ${text.replace(/[.!?\s]+$/, "").slice(0, 300)}. What would you like to do?`;
  return `I'm not sure what you mean. ${abilities(talk.tools)}`;
}

function greeting(talk: Talk): string {
  const who = introduction(talk);
  return who === undefined ? "Hello! How can I help you today?" : `Hello! ${who}. How can I help you today?`;
}

/** "I am Ada, an assistant of Fernbank", from a system prompt that begins "You are Ada, …". */
function introduction({ systemPrompt }: Talk): string | undefined {
  const role = /\byou are ([^.!?\n]{2,120})/i.exec(systemPrompt)?.[1]?.trim();
  if (role === undefined || !/^(?:an? |the |\p{Lu})/u.test(role)) return undefined;
  return `I am ${role.split(/ (?:who|that|which|and) |; | – /)[0]}`;
}

function abilities(tools: readonly OfferedTool[]): string {
  const names = tools.map(({ name }) => words(name.split("___").at(-1) ?? name).join(" ")).slice(0, 8);
  if (names.length === 0) return "I can talk with you. Ask me to tell you a story.";
  const last = names.at(-1);
  return `I can help with ${names.length === 1 ? last : `${names.slice(0, -1).join(", ")} and ${last}`}.`;
}

function nameOfCaller({ heard }: Talk): string {
  for (const text of heard.toReversed()) {
    const name = NAME_TOLD.exec(text)?.[1];
    if (name !== undefined) return `Your name is ${name}.`;
  }
  return "You have not told me your name.";
}

const quoted = (lead: string, text: string | undefined, none: string): string =>
  text === undefined ? none : `${lead}: ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
