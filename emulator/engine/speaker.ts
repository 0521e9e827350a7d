/**
 * The output half of a prompt: writes contents in Nova Sonic's order and with its identifiers.
 * Source: Nova 2 user guide, "Output events".
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Outlet } from "./outlet.ts";
import { summarise } from "./trace.ts";
import { createUsage, type Usage } from "./usage.ts";

export type StopReason = "PARTIAL_TURN" | "END_TURN" | "INTERRUPTED";

export interface SpeakerOptions {
  readonly outlet: Outlet;
  readonly clock: Clock;
  readonly promptName: string;
  /** Samples per second of the speech that was asked for. */
  readonly rate: number;
}

export interface Speaker {
  readonly usage: Usage;
  /** Once per prompt, before anything else. */
  begin(): void;
  userSpeech(edge: "userSpeechStart" | "userSpeechEnd", inputAudioOffsetMs: number): void;
  /** A whole TEXT content. */
  text(role: "USER" | "ASSISTANT", stage: "SPECULATIVE" | "FINAL", words: string, stop: StopReason): void;
  startAudio(): void;
  audio(samples: Int16Array): void;
  endAudio(stop: "PARTIAL_TURN" | "END_TURN"): void;
  toolUse(tool: string, args: Readonly<Record<string, unknown>>, toolUseId: string): void;
  /** A usageEvent, if there is something new to report. */
  reportUsage(): void;
  /** Closes what is open and the completion. */
  end(): void;
  /** Is the client still playing what was sent, if it plays at once and without pause? */
  isPlaying(): boolean;
  /** The caller cut in: closes what is open, says so, and forgets what was still to be played. */
  interrupt(): void;
}

/** Nova's own words for it, to the letter. */
export const INTERRUPTED_TEXT = '{ "interrupted" : true }';

export function createSpeaker(options: SpeakerOptions): Speaker {
  const { outlet, clock, promptName, rate } = options;
  const ids = { sessionId: randomUUID(), promptName, completionId: randomUUID() };
  const usage = createUsage();
  let audioContent: string | undefined;
  let playingUntil = clock.now();

  const stage = (name: "SPECULATIVE" | "FINAL"): string => JSON.stringify({ generationStage: name });
  const emit = (name: string, body: Record<string, unknown>): void => outlet.event(name, { ...ids, ...body });

  const speaker: Speaker = {
    usage,
    begin: () => emit("completionStart", {}),
    userSpeech: (edge, inputAudioOffsetMs) =>
      outlet.event(edge, { inputAudioOffsetMs, promptName, sessionId: ids.sessionId }),
    text(role, generation, words, stopReason) {
      const contentId = randomUUID();
      emit("contentStart", {
        additionalModelFields: stage(generation),
        contentId,
        type: "TEXT",
        role,
        textOutputConfiguration: { mediaType: "text/plain" },
      });
      emit("textOutput", { content: words, contentId, role });
      emit("contentEnd", { contentId, stopReason, type: "TEXT" });
    },
    startAudio() {
      audioContent = randomUUID();
      emit("contentStart", {
        contentId: audioContent,
        type: "AUDIO",
        role: "ASSISTANT",
        audioOutputConfiguration: {
          mediaType: "audio/lpcm",
          sampleRateHertz: rate,
          sampleSizeBits: 16,
          encoding: "base64",
          channelCount: 1,
        },
      });
    },
    audio(samples) {
      const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
      const body = { ...ids, content: bytes.toString("base64"), contentId: audioContent, role: "ASSISTANT" };
      outlet.event("audioOutput", body, summarise(samples, rate));
      const ms = (samples.length * 1000) / rate;
      playingUntil = Math.max(playingUntil, clock.now()) + ms;
      usage.spoke(ms);
    },
    endAudio(stopReason) {
      emit("contentEnd", { contentId: audioContent, stopReason, type: "AUDIO" });
      audioContent = undefined;
    },
    toolUse(toolName, args, toolUseId) {
      const contentId = randomUUID();
      const content = JSON.stringify(args);
      emit("contentStart", {
        contentId,
        type: "TOOL",
        role: "TOOL",
        toolUseOutputConfiguration: { mediaType: "application/json" },
      });
      emit("toolUse", { content, contentId, role: "TOOL", toolName, toolUseId });
      emit("contentEnd", { contentId, stopReason: "TOOL_USE", type: "TOOL" });
      usage.wrote(toolName + content);
    },
    reportUsage() {
      const report = usage.report();
      if (report !== undefined) emit("usageEvent", { ...report });
    },
    end() {
      if (audioContent !== undefined) speaker.endAudio("END_TURN");
      emit("completionEnd", { stopReason: "END_TURN" });
    },
    isPlaying: () => audioContent !== undefined || playingUntil > clock.now(),
    interrupt() {
      if (audioContent !== undefined) speaker.endAudio("END_TURN");
      speaker.text("ASSISTANT", "FINAL", INTERRUPTED_TEXT, "INTERRUPTED");
      playingUntil = clock.now();
    },
  };
  return speaker;
}
