/**
 * What the caller of the long call asks, and what came of it. Every question waits for its answer; nothing is asked again.
 */
import type { Message } from "../call.ts";
import { house } from "./house.ts";
import type { LongCaller } from "./long-caller.ts";
import { ALOUD, CHATTER } from "./scenario.ts";

/** Shorter is no speech that a deaf stream could be told by. */
const FIRST_WORDS_MS = 1_000;
const LAST_WORDS_MS = 600;
/** The model takes its turn after 1.5 s of silence. */
const TURN_MS = 1_500;
const PAUSE_MS = 1_920;
/** Whoever goes on sooner talks over the answer. */
const ALOUD_MS = 6_000;
/** Looked for so often that a second of it has not come yet. */
const SOUND_MS = 50;
/** Between the beginning of an answer and the moment at which a stream is left in the middle of it. */
const MARGIN_MS = 1_000;

/** The model is so far ahead of the caller's ear when it is interrupted: what was heard already nobody cuts off. */
const AHEAD_MS = 2_000;

interface Kind {
  readonly word: string;
  readonly answer: string;
}
export const PING: Kind = { word: "Ping", answer: "Pong" };
export const COUNT: Kind = { word: "Count", answer: "Counted" };
export const LOOK_UP: Kind = { word: "Look up", answer: "Found" };
const TALE: Kind = { word: "Tale", answer: "Tale" };

export class Talk {
  readonly caller: LongCaller;
  /** Answers that must have been heard whole, once each. */
  readonly owed: string[] = [];
  readonly counted: string[] = [];
  /** Answers that the caller talked over. */
  readonly interrupted: unknown[] = [];
  aloud = 0;
  #number = 0;

  constructor(caller: LongCaller) {
    this.caller = caller;
  }

  /** Rotations that the caller was told of. */
  rotations(from = 0): number {
    return this.caller.since(from).filter(({ type, reason }) => type === "segment" && reason === "rotation")
      .length;
  }

  /** A question, its answer, and the time that it takes to hear it. */
  async asks(kind: Kind, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const from = this.caller.told;
    const number = this.#asks(kind);
    if (kind === COUNT) this.counted.push(number);
    if (kind === LOOK_UP) await this.#serve(from);
    await meanwhile();
    await this.#hears(from, kind, number);
  }

  #asks({ word }: Kind): string {
    const number = String(++this.#number);
    this.caller.send({ type: "text", text: `${word} ${number}. ${CHATTER}` });
    return number;
  }

  async #hears(from: number, { answer }: Kind, number: string): Promise<void> {
    const words = `${answer} ${number}.`;
    this.owed.push(words);
    await this.caller.until(() => timesHeard(this.caller.since(from), words) > 0);
    await this.caller.pass(PAUSE_MS);
  }

  /** The client's own tool. */
  async #serve(from: number): Promise<void> {
    const called = await this.#first(from, ({ type }) => type === "tool_call");
    this.caller.send({ type: "tool_result", call: called.call, result: { found: true } });
  }

  /** Says something, is heard, and hears the answer. `talksOn` says more before the pause. */
  async speaks(talksOn: () => Promise<void> = async () => {}): Promise<void> {
    const from = this.caller.told;
    await this.#begins();
    await talksOn();
    await this.#ends(from);
  }

  async #begins(): Promise<void> {
    const from = this.caller.told;
    await this.caller.pass(FIRST_WORDS_MS, true);
    await this.#first(from, ({ type, state }) => type === "speech" && state === "started");
  }

  async #ends(from: number): Promise<void> {
    this.aloud++;
    await this.caller.pass(LAST_WORDS_MS, true);
    await this.caller.pass(PAUSE_MS);
    await this.#hearsAloud(from);
  }

  async #hearsAloud(from: number): Promise<void> {
    await this.caller.until(() => timesHeard(this.caller.since(from), ALOUD) > 0);
    await this.caller.pass(ALOUD_MS);
  }

  /** Asks for a tale, and talks over it. */
  async talksOver(): Promise<void> {
    const from = this.caller.told;
    this.#asks(TALE);
    const answer = await this.#sounds(from, AHEAD_MS);
    await this.caller.pass(FIRST_WORDS_MS, true);
    await this.#first(from, (told) => told.type === "interrupted" && told.answer === answer);
    this.interrupted.push(answer);
    await this.#ends(from);
  }

  /** Is moved to a fresh stream at `atOnceAt` (ms since the epoch), in the middle of what the agent says. */
  async isMovedWhileItListens(atOnceAt: number): Promise<void> {
    const from = this.caller.told;
    await this.#begins();
    const pauseAt = atOnceAt - TURN_MS - MARGIN_MS;
    await this.caller.passUntil(() => house.clock.now() > pauseAt - 5_000, true);
    await this.caller.pass(pauseAt - house.clock.now(), true);
    this.aloud++;
    const isAnswering = await this.caller.soundFromNow();
    const isHeard = ({ type, state }: Message): boolean => type === "speech" && state === "stopped";
    await this.caller.passUntil(() => this.caller.since(from).some(isHeard));
    // No further than to its first sound: it must not be over before that has arrived here.
    await this.caller.until(isAnswering, SOUND_MS);
    await this.caller.until(() => audioMs(this.caller.since(from)) > 0, 0);
    const before = this.rotations();
    await this.caller.passUntil(() => this.rotations() > before);
    await this.#hearsAloud(from);
  }

  /** The answer whose sound begins next, when more than so much of it has come. */
  async #sounds(from: number, ms: number): Promise<unknown> {
    await this.caller.until(() => audioMs(this.caller.since(from)) > ms, SOUND_MS);
    return this.caller.since(from).find(({ type }) => type === "audio")?.answer;
  }

  async #first(from: number, fits: (told: Message) => boolean): Promise<Message> {
    let found: Message | undefined;
    await this.caller.until(() => {
      found = this.caller.since(from).find(fits);
      return found !== undefined;
    });
    if (found === undefined) throw new Error("nothing that fits was told");
    return found;
  }
}

/** Of PCM16 at 8 kHz. */
const audioMs = (told: readonly Message[]): number =>
  told.reduce((sum, { type, bytes }) => sum + (type === "audio" ? Number(bytes) / 16 : 0), 0);

/** Answers that came whole, were not talked over, and held these words. */
export function timesHeard(told: readonly Message[], words: string): number {
  const ended = new Set(
    told.flatMap(({ type, state, answer }) => (type === "answer" && state === "ended" ? [answer] : [])),
  );
  const cut = new Set(told.flatMap(({ type, answer }) => (type === "interrupted" ? [answer] : [])));
  const holding = told.flatMap(({ type, role, final, text, answer }) =>
    type === "transcript" && role === "agent" && final === true && String(text).includes(words)
      ? [answer]
      : [],
  );
  return new Set(holding.filter((answer) => ended.has(answer) && !cut.has(answer))).size;
}
