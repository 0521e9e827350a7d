/**
 * The output half of a hosted agent: what Nova Sonic would say, told in Strands' words. The agent runs its tools itself.
 */
import type { Clock } from "../clock.ts";
import { INTERRUPTED_TEXT, type Speaker } from "../engine/speaker.ts";
import { type AudioSummary, summarise } from "../engine/trace.ts";
import { createUsage } from "../engine/usage.ts";
import { type StrandsEvent, toolEvents, usageEvent, type Wording } from "./vocabulary.ts";

export interface StrandsSpeakerOptions {
  readonly wording: Wording;
  readonly clock: Clock;
  readonly model: string;
  /** Samples per second of the speech that was asked for. */
  readonly rate: number;
  send(event: StrandsEvent, audio?: AudioSummary): void;
  /** A tool of the agent's own has run. */
  toolDone(toolUseId: string, result: unknown): void;
}

/** What every tool of the agent gives back: it has none that does anything. */
const TOOL_RESULT = { status: "done" };

export function createStrandsSpeaker(options: StrandsSpeakerOptions): Speaker {
  const { wording, clock, rate } = options;
  const usage = createUsage();
  let speaking = false;
  let playingUntil = clock.now();

  const send = (events: readonly StrandsEvent[]): void => {
    for (const event of events) options.send(event);
  };
  const stopAudio = (): void => {
    if (speaking) send(wording.audioStopped());
    speaking = false;
  };

  return {
    usage,
    begin: () => send(wording.connected(options.model)),
    // Strands has no words for where the caller's speech starts and stops.
    userSpeech: () => {},
    text(role, stage, words, stop) {
      if (words === INTERRUPTED_TEXT) return;
      if (role === "USER") send(wording.callerSaid(words));
      else if (stage === "SPECULATIVE") send(wording.planned(words));
      else send(wording.spoken(words, stop === "END_TURN"));
    },
    startAudio() {
      speaking = true;
      send(wording.audioStarted());
    },
    audio(samples) {
      const base64 = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString("base64");
      for (const event of wording.audio(base64, rate)) options.send(event, summarise(samples, rate));
      const ms = (samples.length * 1000) / rate;
      playingUntil = Math.max(playingUntil, clock.now()) + ms;
      usage.spoke(ms);
    },
    endAudio: stopAudio,
    toolUse(tool, args, toolUseId) {
      send(toolEvents(toolUseId, tool, args, TOOL_RESULT));
      usage.wrote(tool + JSON.stringify(args));
      options.toolDone(toolUseId, TOOL_RESULT);
    },
    reportUsage() {
      const report = usage.report();
      if (report !== undefined) options.send(usageEvent(report));
    },
    end() {
      stopAudio();
      send(wording.completed());
    },
    isPlaying: () => speaking || playingUntil > clock.now(),
    interrupt() {
      stopAudio();
      send(wording.interrupted());
      playingUntil = clock.now();
    },
  };
}
