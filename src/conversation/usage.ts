/**
 * What a session has used, and how quick its turns were.
 */
import type { ToolOutcome } from "./events.ts";

/** Tokens since the session began, over all its streams, and of the text model that sums up long talks. */
export interface TokenUsage {
  readonly inputSpeech: number;
  readonly inputText: number;
  readonly outputSpeech: number;
  readonly outputText: number;
}

/** Of one question to a text model. */
export interface TextTokens {
  readonly input: number;
  readonly output: number;
}

/** US dollars since the session began, by what they were spent on. */
export interface SessionCost {
  readonly model: number;
  readonly platform: number;
  readonly total: number;
}

/** One finished turn, in ms. `null` where the turn had no such moment. */
export interface TurnMetrics {
  readonly turn: number;
  /** The model's word that the caller stopped → first audio of the answer out to the client. */
  readonly firstAudioMs: number | null;
  /** The caller's last word reaching the gateway → first audio out: includes the model's endpointing pause. */
  readonly sinceSpeechMs: number | null;
  readonly tools: readonly {
    readonly name: string;
    readonly ms: number;
    readonly status: ToolOutcome["status"];
  }[];
  readonly interrupted: boolean;
  /** The gateway's own part. The conversation leaves it null; the shell, which owns the clock, fills it in. */
  readonly gateway: GatewayShare | null;
}

/**
 * Mean ms per frame between a frame's arrival at the session and its departure, since the last turn. On Cloudflare
 * the clock stands still while code runs, so that there only waiting is counted.
 */
export interface GatewayShare {
  readonly upMs: number | null;
  readonly downMs: number | null;
}
