/**
 * What the caller of one measured call does: a question that is answered where the talk is, for comparison, and then a
 * hand-over at a random moment; again and again.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { BenchCall, Said } from "./bench-call.ts";
import type { Random } from "./random.ts";
import { SPOKEN } from "./scenario.ts";

/** From the last word to the tool use, as a share of the emulator's time to its first audio. */
const TOOL_SHARE = 0.4;
const SPOKEN_MS = 500;

export const MOMENTS = ["silence", "caller speaks", "agent speaks", "tool runs", "barge-in"] as const;
export type Moment = (typeof MOMENTS)[number];
export type Cause = "client" | "model" | "tool" | "fact";

/** All in ms. */
export interface Measured {
  readonly moment: Moment;
  readonly cause: Cause;
  /** As the gateway told it: how long no stream heard the caller. */
  readonly gapMs: number;
  /** From the decision to the new voice's first audio, without the emulator's own time; null where somebody else spoke. */
  readonly addedMs: number | null;
  /** From the decision to the notice that the new stream hears the caller; null where the client cannot know it. */
  readonly liveMs: number | null;
}

export interface Baseline {
  readonly kind: "question" | "tool result";
  readonly addedMs: number;
}

const OTHERS: Readonly<Record<string, readonly [string, string]>> = {
  front: ["desk", "bank"],
  bank: ["front", "desk"],
  desk: ["front", "bank"],
};

export class Caller {
  readonly measured: Measured[] = [];
  readonly baselines: Baseline[] = [];
  readonly tales: number[] = [];
  readonly found: number[] = [];
  utterances = 0;
  readonly #call: BenchCall;
  readonly #random: Random;
  readonly #firstAudioMs: number;
  #verified = false;
  #n: number;

  constructor(call: BenchCall, random: Random, firstAudioMs: number, firstNumber: number) {
    this.#call = call;
    this.#random = random;
    this.#firstAudioMs = firstAudioMs;
    this.#n = firstNumber;
  }

  /** One baseline and one hand-over. */
  async step(): Promise<void> {
    await this.#quiet();
    if (this.#random.next() < 0.5) await this.#askHere();
    else await this.#lookUpHere();
    await this.#quiet();
    const moment = this.#random.pick<Moment>([
      "silence",
      "silence",
      "silence",
      "silence",
      ...MOMENTS.slice(1),
    ]);
    if (moment === "silence") await this.#moveInSilence();
    else await this.#moveIn(moment);
  }

  get #segment(): string {
    return String(this.#call.last("segment")?.name);
  }

  async #askHere(): Promise<void> {
    const n = ++this.#n;
    const from = this.#call.said.length;
    const since = performance.now();
    this.#call.send({ type: "text", text: `Ping ${n}.` });
    const first = await this.#firstAudioOf(from, `Pong ${n}.`);
    this.baselines.push({ kind: "question", addedMs: first.at - since - this.#firstAudioMs });
  }

  async #lookUpHere(): Promise<void> {
    const { n, call } = await this.#lookUp();
    const from = this.#call.said.length;
    const since = performance.now();
    this.#call.send({ type: "tool_result", call, result: { found: `thing-${n}-found` } });
    const first = await this.#firstAudioOf(from, `Found ${n}.`);
    this.baselines.push({ kind: "tool result", addedMs: first.at - since - this.#firstAudioMs });
  }

  async #lookUp(): Promise<{ readonly n: number; readonly call: unknown }> {
    const n = ++this.#n;
    this.found.push(n);
    const from = this.#call.said.length;
    this.#call.send({ type: "text", text: `Look up ${n}.` });
    const { call } = await this.#call.until("tool call", from, ({ type }) => type === "tool_call");
    return { n, call };
  }

  async #moveInSilence(): Promise<void> {
    const segment = this.#segment;
    const chance = this.#random.next();
    if (segment === "front" && !this.#verified && chance < 0.7) return this.#moveByTool("fact");
    if (segment === "bank" && this.#verified && chance < 0.7) return this.#moveByTool("tool");
    const to = this.#random.pick(OTHERS[segment] ?? ["front"]);
    const from = this.#call.said.length;
    const since = performance.now();
    if (chance < 0.35) {
      this.#call.send({ type: "text", text: `Go to ${to} ${++this.#n}.` });
      const moved = await this.#moved(from);
      const first = await this.#firstAudioAfter(moved);
      const emulated = this.#firstAudioMs * (1 + TOOL_SHARE);
      this.#keep("silence", "model", moved, first.at - since - emulated, null);
      await this.#firstAudioOf(from, `Here about ${this.#n}.`);
      return;
    }
    this.#call.send({ type: "go_to", segment: to });
    const moved = await this.#moved(from);
    const first = await this.#firstAudioAfter(moved);
    this.#keep("silence", "client", moved, first.at - since - this.#firstAudioMs, moved.at - since);
  }

  async #moveByTool(cause: "tool" | "fact"): Promise<void> {
    const n = ++this.#n;
    const from = this.#call.said.length;
    this.#call.send({ type: "text", text: `${cause === "fact" ? "Sign in" : "Sign out"} ${n}.` });
    const ended = await this.#call.until("tool's end", from, ({ type }) => type === "tool_ended");
    const moved = await this.#moved(from);
    const first = await this.#firstAudioAfter(moved);
    this.#verified = cause === "fact";
    this.#keep("silence", cause, moved, first.at - ended.at - this.#firstAudioMs, moved.at - ended.at);
    await this.#firstAudioOf(from, `You are ${cause === "fact" ? "in" : "out"}, ${n}.`);
  }

  async #moveIn(moment: Exclude<Moment, "silence">): Promise<void> {
    const finish = await this.#bringTo(moment);
    const to = this.#random.pick(OTHERS[this.#segment] ?? ["front"]);
    const from = this.#call.said.length;
    const since = performance.now();
    this.#call.send({ type: "go_to", segment: to });
    const moved = await this.#moved(from);
    this.#keep(moment, "client", moved, null, moved.at - since);
    await finish();
  }

  /** Brings the call to a moment within it, and gives what is left to do. */
  async #bringTo(moment: Exclude<Moment, "silence">): Promise<() => Promise<unknown>> {
    const from = this.#call.said.length;
    if (moment === "tool runs") {
      const { n, call } = await this.#lookUp();
      await wait(this.#random.between(0, 200));
      return () => {
        this.#call.send({ type: "tool_result", call, result: { found: `thing-${n}-found` } });
        return this.#firstAudioOf(from, `Found ${n}.`);
      };
    }
    if (moment !== "caller speaks") await this.#beginTale();
    if (moment === "agent speaks") return () => this.#call.until("tale's end", from, isAnswerEnd);
    this.#call.hum(true);
    this.utterances++;
    await this.#call.until("speech", from, ({ type, state }) => type === "speech" && state === "started");
    await wait(this.#random.between(0, SPOKEN_MS));
    return async () => {
      await wait(SPOKEN_MS);
      this.#call.hum(false);
      await this.#call.until("words", from, ({ type, text }) => type === "transcript" && text === SPOKEN);
      await this.#firstAudioOf(this.#call.said.length, "I am going on.");
    };
  }

  async #beginTale(): Promise<void> {
    const n = ++this.#n;
    this.tales.push(n);
    const from = this.#call.said.length;
    this.#call.send({ type: "text", text: `Tale ${n}.` });
    await this.#firstAudioOf(from, `Tale ${n} begins.`);
    await wait(this.#random.between(0, 600));
  }

  #moved(from: number): Promise<Said> {
    return this.#call.until(
      "move",
      from,
      ({ type, reason }) => type === "segment" && reason === "transition",
    );
  }

  /** Of whoever speaks first after the new stream hears the caller. */
  #firstAudioAfter(moved: Said): Promise<Said> {
    const from = this.#call.said.indexOf(moved);
    return this.#call.until("first audio", from, ({ type }) => type === "first_audio");
  }

  async #firstAudioOf(from: number, words: string): Promise<Said> {
    const { answer } = await this.#call.until(
      words,
      from,
      ({ type, role, text }) => type === "transcript" && role === "agent" && String(text).includes(words),
    );
    return this.#call.until(
      `sound of "${words}"`,
      0,
      (said) => said.type === "first_audio" && said.answer === answer,
    );
  }

  #keep(moment: Moment, cause: Cause, moved: Said, addedMs: number | null, liveMs: number | null): void {
    this.measured.push({ moment, cause, gapMs: Number(moved.gapMs), addedMs, liveMs });
  }

  /** Until the agent has said all and it was played. */
  async #quiet(): Promise<void> {
    for (;;) {
      const first = this.#call.last("first_audio");
      if (first?.answer === undefined) return;
      const { answer } = first;
      await this.#call.until("answer's end", 0, (said) => isAnswerEnd(said) && said.answer === answer);
      const cut = this.#call.said.some((said) => said.type === "interrupted" && said.answer === answer);
      if (!cut) await wait(this.#call.leftToPlay(answer) + 50);
      if (this.#call.last("first_audio") === first) return;
    }
  }
}

const isAnswerEnd = ({ type, state }: Said): boolean =>
  type === "interrupted" || (type === "answer" && state === "ended");
