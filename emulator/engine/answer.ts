/**
 * Carries out what the mind wants done: one answer, paced like Nova Sonic's, until it is done or called off.
 */
import { randomUUID } from "node:crypto";
import { type Clock, wait } from "../clock.ts";
import type { Fault, Step, Voice } from "../seams.ts";
import { sentences } from "./sentences.ts";
import type { Speaker } from "./speaker.ts";

/** Speech in one audioOutput, in ms. */
const CHUNK_MS = 80;
/** Speech is sent this much faster than it plays. */
const PACE = 3;
/** A tool is called after this share of the wait for the first audio: observed 290 of 750 ms. */
const TOOL_SHARE = 0.4;

export interface AnswerHost {
  readonly clock: Clock;
  readonly speaker: Speaker;
  readonly voice: Voice;
  readonly voiceId: string;
  /** Samples per second. */
  readonly rate: number;
  /** The model says nothing in an answer that calls a tool. */
  readonly silentUntilResult: boolean;
  /** A tool use goes out now. Returns how often it is to be sent: a fault may double it. */
  toolUsed(toolUseId: string, step: Extract<Step, { type: "use" }>): number;
  fault(fault: Fault): void;
  /** Halfway through the first sentence. */
  midway(): void;
}

export interface Answer {
  /** Something has been said, so that it can be interrupted. */
  readonly spoken: boolean;
  /** Steps that have not been finished. */
  readonly left: readonly Step[];
  /** Resolves when all is done, or soon after `signal` aborts; sends nothing after that. */
  readonly done: Promise<void>;
}

interface Sentence {
  readonly text: string;
  readonly last: boolean;
}

/**
 * @param firstAudioMs From now to the first audio, by the engine's clock.
 */
export function perform(
  steps: readonly Step[],
  host: AnswerHost,
  firstAudioMs: number,
  signal: AbortSignal,
): Answer {
  const { clock, speaker } = host;
  const begun = clock.now();
  const usesTool = steps.some((step) => step.type === "use");
  const plan = host.silentUntilResult && usesTool ? steps.filter((step) => step.type !== "say") : steps;
  const saysSomething = (step: Step): boolean => step.type === "say" && sentences(step.text).length > 0;
  // What is said before a tool is called does not end the turn.
  const lastSay = plan.findLastIndex((step) => step.type === "use" || saysSomething(step));
  let left: readonly Step[] = plan;
  let spoken = false;
  /** When the next chunk may go, by the engine's clock. */
  let due = begun + firstAudioMs;
  let isFirst = true;

  const until = (moment: number): Promise<void> => wait(clock, Math.max(0, moment - clock.now()), signal);

  const say = async (sentence: Sentence): Promise<void> => {
    const samples = await host.voice.speak(sentence.text, host.voiceId, host.rate);
    if (signal.aborted) return;
    await until(due);
    if (signal.aborted) return;
    due = Math.max(due, clock.now());
    spoken = true;
    speaker.text("ASSISTANT", "SPECULATIVE", sentence.text, "PARTIAL_TURN");
    speaker.startAudio();
    const size = Math.round((host.rate * CHUNK_MS) / 1000);
    const middle = Math.floor(samples.length / size / 2);
    for (let index = 0; index * size < samples.length; index += 1) {
      await until(due);
      if (signal.aborted) return;
      speaker.audio(samples.slice(index * size, (index + 1) * size));
      due += CHUNK_MS / PACE;
      if (isFirst && index === middle) {
        isFirst = false;
        host.midway();
        if (signal.aborted) return;
      }
    }
    const stop = sentence.last ? "END_TURN" : "PARTIAL_TURN";
    speaker.endAudio(stop);
    speaker.text("ASSISTANT", "FINAL", sentence.text, stop);
    speaker.usage.wrote(sentence.text);
    speaker.reportUsage();
  };

  const use = async (step: Extract<Step, { type: "use" }>): Promise<void> => {
    await until(begun + firstAudioMs * TOOL_SHARE);
    if (signal.aborted) return;
    const toolUseId = randomUUID();
    const times = host.toolUsed(toolUseId, step);
    for (let sent = 0; sent < times; sent += 1) speaker.toolUse(step.tool, step.arguments, toolUseId);
    speaker.reportUsage();
  };

  const take = async (step: Step, isLastSay: boolean): Promise<void> => {
    switch (step.type) {
      case "use":
        return use(step);
      case "fault":
        return host.fault(step.fault);
      case "pause":
        await wait(clock, step.ms, signal);
        due = Math.max(due, clock.now());
        return;
      case "say": {
        const parts = sentences(step.text);
        for (const [place, text] of parts.entries()) {
          if (!signal.aborted) await say({ text, last: isLastSay && place === parts.length - 1 });
        }
      }
    }
  };

  const run = async (): Promise<void> => {
    for (const [index, step] of plan.entries()) {
      await take(step, index === lastSay);
      if (signal.aborted) return;
      left = plan.slice(index + 1);
    }
  };

  return {
    get spoken() {
      return spoken;
    },
    get left() {
      return left;
    },
    done: run(),
  };
}
