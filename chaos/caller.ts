/**
 * What a caller wants of an agent: one question after another, each with a number, asked again when no answer comes, as
 * people do. What they asked, how often, and whether they were answered is what a run is judged by.
 */
import type { Random } from "../bench/hand-over/random.ts";
import type { Client, Said } from "./client.ts";

export const AGENTS = ["plain", "voices", "bank", "hosted"] as const;
export type AgentName = (typeof AGENTS)[number];

/** Without an answer for this long, people ask again. */
const ASK_AGAIN_MS = 15_000;
/** Nobody is that patient: a question not answered by now counts as unanswered. */
export const PATIENCE_MS = 90_000;
/** After coming back, a client waits so long for the transcript of what it had typed. */
const TRANSCRIPT_MS = 2_500;
/** A short sentence. A single word on a line that is dead does not show that it is (docs/reliability.md). */
const SPOKEN_MS = 1_600;

export interface Question {
  readonly number: number;
  readonly kind: string;
  readonly session: string;
  /** Any of these words in an answer that was heard to its end will do. */
  readonly answers: readonly string[];
  asks: number;
  /** Ms from the first asking to the end of the answer; null while there is none. */
  answeredMs: number | null;
  /** The call ended meanwhile, or the run did. */
  over: boolean;
}

interface Kind {
  readonly kind: string;
  readonly words: (n: number) => string;
  readonly answers: (n: number) => readonly string[];
}

const kind = (name: string, ...answers: readonly string[]): Kind => ({
  kind: name,
  words: (n) => `${name} ${n}.`,
  answers: (n) => [...answers.map((words) => words.replace("#", String(n))), `I cannot do ${n} here.`],
});

const DONE = "That is done.";
const UNKNOWN = "It is not known what became of #.";
const PING = kind("Ping", "Pong #.");
const TALE = kind("Tale", "Tale # ends.");
const LOOK_UP = kind("Look up", "Found #.", "Nothing on #.", UNKNOWN);
const COUNT = kind("Count", "Counted #.", "No count of #.", UNKNOWN);
/** Each is served by another service, which may be out of order. */
const OTHERS = [
  kind("The account", "Account #:", "No account for #.", DONE),
  kind("The clerk", "The clerk has #.", "No clerk for #.", DONE, UNKNOWN),
  kind("The files", "The files have #.", "No files for #.", DONE, UNKNOWN),
  kind("The insurer", "The insurer has #.", "No insurer for #.", DONE, UNKNOWN),
];
const goTo = (segment: string): Kind => kind(`Go to ${segment}`, "Here about #.");

const ASKED: Readonly<Record<AgentName, readonly [Kind, ...Kind[]]>> = {
  plain: [PING, TALE, LOOK_UP, COUNT, COUNT, ...OTHERS],
  hosted: [PING, TALE],
  voices: [
    ...([PING, TALE, LOOK_UP, COUNT] as const),
    kind("Sign in", "You are in, #."),
    ...([goTo("front"), goTo("desk"), goTo("office")] as const),
  ],
  bank: [
    PING,
    kind("I am Ana", "Thank you, #.", DONE),
    kind("Balance", "Balance #:", "No balance #."),
    kind("Adviser", "The adviser has answered #.", "No adviser for #.", DONE),
    ...([goTo("mortgage"), goTo("banking")] as const),
  ],
};

export class Caller {
  readonly client: Client;
  readonly agent: AgentName;
  readonly questions: Question[] = [];
  readonly #random: Random;
  #number: number;

  constructor(client: Client, agent: AgentName, random: Random) {
    this.client = client;
    this.agent = agent;
    this.#random = random;
    this.#number = client.firstFrame;
  }

  /** Talks until `until()` says that it is enough, and hangs up. */
  async talk(until: () => boolean): Promise<void> {
    const { client } = this;
    while (!client.ended && !client.said.some(({ type }) => type === "ready")) await client.news(1_000);
    while (!client.ended && !until()) {
      if (this.#random.next() < 0.2) await this.#speak();
      else await this.#ask(this.#random.pick(ASKED[this.agent]));
      await this.#wait(this.#random.between(200, 1_500));
    }
    await client.hangUp(30_000);
  }

  async #ask(kind: Kind): Promise<void> {
    const { client } = this;
    const number = ++this.#number;
    const question: Question = {
      number,
      kind: kind.kind,
      session: client.session,
      answers: kind.answers(number),
      asks: 0,
      answeredMs: null,
      over: false,
    };
    this.questions.push(question);
    const words = kind.words(number);
    const from = client.said.length;
    const since = performance.now();
    let askedAt = Number.NEGATIVE_INFINITY;
    let asked = from;
    while (!client.ended && performance.now() - since < PATIENCE_MS) {
      if (this.#isAnswered(question, from)) {
        question.answeredMs = performance.now() - since;
        return;
      }
      if (client.isThere && this.#mayAsk(words, asked, askedAt, from)) {
        asked = client.said.length;
        if (client.send({ type: "text", text: words })) {
          question.asks++;
          askedAt = performance.now();
        }
      }
      await client.news(500);
    }
    question.over = client.ended !== null;
  }

  /** At first; when it did not come through; when nothing came of it. Not while the agent speaks. */
  #mayAsk(words: string, asked: number, askedAt: number, from: number): boolean {
    const now = performance.now();
    if (now - askedAt > ASK_AGAIN_MS) return !this.#speaksNow(asked);
    const { said } = this.client;
    const back = said.findLast(({ type }) => type === "resumed");
    if (!back || back.at < askedAt || now - back.at < TRANSCRIPT_MS) return false;
    return !said
      .slice(from)
      .some(({ type, role, text }) => type === "transcript" && role === "caller" && text === words);
  }

  #speaksNow(from: number): boolean {
    const begun = this.client.said
      .slice(from)
      .findLast(({ type, state }) => type === "answer" && state === "started");
    return begun !== undefined && !this.#isWhole(begun.answer) && performance.now() - begun.at < ASK_AGAIN_MS;
  }

  /** Whether any answer that came to its end held the words. */
  #isAnswered({ answers }: Question, from: number): boolean {
    return this.client.said
      .slice(from)
      .some(
        ({ type, role, text, answer }) =>
          type === "transcript" &&
          role === "agent" &&
          answers.some((words) => String(text).includes(words)) &&
          this.#isWhole(answer),
      );
  }

  #isWhole(answer: unknown): boolean {
    const { said } = this.client;
    return said.some((each) => each.type === "answer" && each.state === "ended" && each.answer === answer);
  }

  /** Something is said aloud; what it means the emulator knows. */
  async #speak(): Promise<void> {
    const { client } = this;
    const question: Question = {
      number: ++this.#number,
      kind: "aloud",
      session: client.session,
      answers: ["I am going on."],
      asks: 0,
      answeredMs: null,
      over: false,
    };
    this.questions.push(question);
    const from = client.said.length;
    const since = performance.now();
    let askedAt = Number.NEGATIVE_INFINITY;
    while (!client.ended && performance.now() - since < PATIENCE_MS) {
      if (this.#isAnswered(question, from)) {
        question.answeredMs = performance.now() - since;
        return;
      }
      if (client.isThere && performance.now() - askedAt > ASK_AGAIN_MS && !this.#speaksNow(from)) {
        question.asks++;
        client.hums = true;
        await this.#wait(SPOKEN_MS);
        client.hums = false;
        askedAt = performance.now();
      }
      await client.news(500);
    }
    question.over = client.ended !== null;
  }

  async #wait(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (performance.now() < until) await this.client.news(until - performance.now());
  }
}

/** Answers heard to their end in which the agent says these words. */
export const timesAnswered = (said: readonly Said[], answers: readonly string[]): number => {
  const whole = new Set(
    said.flatMap(({ type, state, answer }) => (type === "answer" && state === "ended" ? [answer] : [])),
  );
  const cut = new Set(said.flatMap(({ type, answer }) => (type === "interrupted" ? [answer] : [])));
  const fitting = said.flatMap(({ type, role, text, answer }) =>
    type === "transcript" && role === "agent" && answers.some((words) => String(text).includes(words))
      ? [answer]
      : [],
  );
  return new Set(fitting.filter((answer) => whole.has(answer) && !cut.has(answer))).size;
};
