/**
 * What a caller is likely to say: the sentences of a scenario, questions about the tools on offer, and small talk.
 * A recogniser that expects something hears far better than one that expects everything.
 */
import type { OfferedTool } from "../seams.ts";
import type { Sentence } from "./language-model.ts";

/** What is known before the caller speaks. */
export interface Expectations {
  /** Whole sentences that are likely, as those of a scenario. */
  readonly sentences: readonly string[];
  readonly tools: readonly OfferedTool[];
}

const SMALL_TALK = `hello|hi there|good morning|good evening|hello can you hear me|how are you|yes|yes please|no|no thank you|thank you
thanks that is all|okay|sure|stop|wait|one moment please|goodbye|bye|never mind|go on|help|can you help me|what can you do|who are you
please repeat that|say that again|what did i say before|what did you say|tell me a story|i have a question|i do not know
my name is|i would like to speak to a person|what time is it|what day is it today|cancel that|that is right|that is wrong`;

/** Questions and wishes; the dots stand for what a tool is about. */
const QUESTIONS = `what is my …|what is the …|what is the … in|what is the … of my|what is the … for|what are my …|show me my …|tell me my …
tell me the …|tell me about the …|how is the …|how much is my …|how much is in my …|how much money is in my …|i want to know my …
can you tell me my …|could you tell me the …|please tell me the …|can you check my …|check my …|check the …|i need my …|i would like to …
i want to …|please …|can you …|could you please …|… please|give me my …|and the …|what about the …|and my …|… my|… a|… the
will it … in|is there … in|do i have …`;

const NUMBERS = `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million first second third`;
const DAYS = `monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday tonight january february march april may
june july august september october november december morning afternoon evening noon week month`;
const PLACES = `london|paris|berlin|madrid|rome|vienna|amsterdam|brussels|dublin|lisbon|oslo|stockholm|copenhagen|helsinki|warsaw|prague
budapest|athens|zurich|geneva|munich|hamburg|milan|barcelona|moscow|istanbul|cairo|johannesburg|dubai|delhi|mumbai|bangkok|singapore
beijing|shanghai|tokyo|seoul|sydney|melbourne|auckland|toronto|montreal|vancouver|new york|boston|chicago|washington|miami|atlanta
dallas|houston|denver|phoenix|seattle|portland|san francisco|los angeles|las vegas|mexico city|lima|bogota|buenos aires|france|germany
italy|spain|england|america|canada|japan|china|india|brazil|australia`;
const GLUE = `a an the i me my you your it is are was were be have has had do does did will would can could should and or but not in on at to of for
from with about by this that these those there here what when where who why how which please now again all any some much many more most
like want need get give make take go come tell show know see say call account money dollars dollar cents euros number name date time`;

/** The sentences to learn from, and every word that may come. */
export function phrasebook(expected: Expectations): { sentences: Sentence[]; vocabulary: Set<string> } {
  const sentences: Sentence[] = [];
  const learn = (text: string, weight: number): void => {
    const words = wordsOf(text);
    if (words.length > 0) sentences.push({ words, weight });
  };
  for (const sentence of expected.sentences) learn(sentence, 20);
  for (const phrase of split(SMALL_TALK)) learn(phrase, 2);
  for (const subject of expected.tools.flatMap(subjects)) {
    for (const question of split(QUESTIONS)) learn(question.replace("…", subject), 1);
    learn(subject, 1);
  }
  for (const place of split(PLACES)) {
    learn(`in ${place}`, 0.2);
    learn(`what about ${place}`, 0.1);
  }
  for (const day of wordsOf(DAYS)) learn(`on ${day}`, 0.1);
  const vocabulary = new Set([NUMBERS, DAYS, PLACES, GLUE].flatMap(wordsOf));
  for (const { words } of sentences) for (const word of words) vocabulary.add(word);
  return { sentences, vocabulary };
}

/** What a tool is about: its name without the verb, its description's words, and the values it takes. */
function subjects(tool: OfferedTool): string[] {
  const name = wordsOf(tool.name.split("___").at(-1) ?? tool.name).join(" ");
  const noun = name.replace(/^(?:get|fetch|find|list|look up|lookup|check|read|show|query|search)\s/, "");
  const described = wordsOf(tool.description.slice(0, 1000));
  const pairs = described.slice(1).map((word, index) => `${described[index]} ${word}`);
  return [...new Set([name, noun, noun, ...valuesOf(tool.inputSchema), ...described, ...pairs])];
}

/** Names of properties and the values of their enums. */
function valuesOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return [];
  const { properties } = schema;
  if (typeof properties !== "object" || properties === null) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    const values: unknown =
      typeof property === "object" && property !== null && "enum" in property ? property.enum : [];
    const words = Array.isArray(values) ? values.filter((value) => typeof value === "string") : [];
    const spoken = words.map((value) => wordsOf(value).join(" "));
    return [
      wordsOf(name).join(" "),
      ...spoken,
      ...spoken.map((value) => `${value} ${wordsOf(name).join(" ")}`),
    ];
  });
}

const split = (list: string): string[] => list.split(/[|\n]/).map((each) => each.trim());

/** Lower-case words; `getBalance` and `get_balance` are two. */
export function wordsOf(text: string): string[] {
  return (
    text
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .replace(/[’]/g, "'")
      .match(/[a-z]+(?:'[a-z]+)?/g) ?? []
  );
}

/** Share of an expected sentence's words that may be misheard for it still to be taken as said. */
const MISHEARD = 0.34;
const QUESTION =
  /^(?:what|who|when|where|why|how|which|is|are|am|do|does|did|can|could|will|would|have|has|should)\b/;

/** What was heard as a person would write it; an expected sentence, when it was nearly that. */
export function closest(heard: string, expected: readonly string[]): string {
  const words = wordsOf(heard);
  if (words.length === 0) return "";
  const ranked = expected
    .map((sentence) => ({ sentence, words: wordsOf(sentence) }))
    .filter((each) => each.words.length > 0)
    .map((each) => ({ ...each, share: distance(each.words, words) / each.words.length }))
    .sort((a, b) => a.share - b.share);
  const [best] = ranked;
  if (best !== undefined && best.share <= MISHEARD) return best.sentence;
  const text = words.join(" ").replace(/\bi\b/g, "I");
  return `${text[0]?.toUpperCase()}${text.slice(1)}${QUESTION.test(text) ? "?" : "."}`;
}

/** Words to insert, leave out or change (Levenshtein). */
function distance(from: readonly string[], to: readonly string[]): number {
  let row = to.map((_, index) => index + 1);
  from.forEach((word, line) => {
    let diagonal = line;
    let left = line + 1;
    row = row.map((above, column) => {
      const cost = Math.min(above + 1, left + 1, diagonal + (word === to[column] ? 0 : 1));
      diagonal = above;
      left = cost;
      return cost;
    });
  });
  return row.at(-1) ?? from.length;
}
