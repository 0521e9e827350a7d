/**
 * The emulator's inner seams: the engine runs the protocol and the clock; ears, mind and voice are behind these.
 */

/** PCM16 mono samples with their rate in Hz. */
export interface Speech {
  readonly samples: Int16Array;
  readonly rate: number;
}

export type Sensitivity = "HIGH" | "MEDIUM" | "LOW";

/** Hears where speech starts and stops. Time is counted in samples heard, never by a clock. */
export interface Ears {
  /** Offsets in ms from the first sample ever heard. Pure: the same samples give the same events. */
  hear(samples: Int16Array): readonly EarEvent[];
}

export type EarEvent =
  | { readonly type: "speech_started"; readonly offsetMs: number }
  /** The endpointing pause has passed. `offsetMs` is where speech really ended; `speech` is what was said. */
  | { readonly type: "speech_stopped"; readonly offsetMs: number; readonly speech: Speech };

/** A tool as the client offered it in promptStart. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  /** Parsed JSON Schema. */
  readonly inputSchema: unknown;
}

export interface Scene {
  readonly modelId: string;
  readonly systemPrompt: string;
  readonly history: readonly { readonly role: "USER" | "ASSISTANT"; readonly text: string }[];
  readonly tools: readonly OfferedTool[];
}

/** What the agent is asked to react to. */
export type Cue =
  /** The n-th utterance (from 0) was heard. */
  | { readonly type: "speech"; readonly index: number; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  /** All results asked for by the last `use` steps have come. */
  | { readonly type: "results"; readonly results: readonly ToolAnswer[] };

export interface ToolAnswer {
  readonly toolUseId: string;
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
  /** Parsed JSON of the result. */
  readonly content: unknown;
}

/** What the agent does, in order. */
export type Step =
  | { readonly type: "say"; readonly text: string }
  | { readonly type: "use"; readonly tool: string; readonly arguments: Record<string, unknown> }
  | { readonly type: "pause"; readonly ms: number }
  | { readonly type: "fault"; readonly fault: Fault };

/** One mind per stream; it may remember. */
export interface Mind {
  /**
   * The words of an utterance; "" when nothing was understood (the engine then says nothing).
   * `scene` tells a recogniser which words to expect, and a scenario where an earlier stream stopped.
   */
  understand(speech: Speech, index: number, scene?: Scene): Promise<string>;
  react(cue: Cue, scene: Scene): Promise<readonly Step[]>;
}

/** Speaks. Deterministic for the same text, voice and rate. */
export interface Voice {
  speak(text: string, voiceId: string, rate: number): Promise<Int16Array>;
}

export const EXCEPTIONS = [
  "validationException",
  "modelStreamErrorException",
  "modelTimeoutException",
  "throttlingException",
  "internalServerException",
  "serviceUnavailableException",
] as const;
export type ExceptionType = (typeof EXCEPTIONS)[number];

/** Faults a scenario or the control endpoint can ask for. */
export type Fault =
  /** Refuse the next upgrade or request. */
  | {
      readonly type: "refuse";
      readonly status: 400 | 401 | 402 | 403 | 404 | 408 | 409 | 424 | 429 | 500 | 503;
      readonly errorType?: string;
      readonly message?: string;
    }
  | { readonly type: "exception"; readonly exception: ExceptionType; readonly message?: string }
  /** `:message-type` error, unmodelled. */
  | { readonly type: "error"; readonly code?: string; readonly message?: string }
  /** validationException with InternalErrorCode=531. */
  | { readonly type: "internal531" }
  /** Drop the TCP connection without a close frame. */
  | { readonly type: "cut" }
  /** End a WebSocket with this close code. Through Bedrock's doors, which know no codes, it ends in order. */
  | { readonly type: "close"; readonly code: number; readonly reason?: string }
  /** AgentCore's proxy sends the next message back to its sender. */
  | { readonly type: "echo" }
  /** Stop sending, keep reading. */
  | { readonly type: "stall"; readonly ms?: number }
  /** Delay the first answer byte. */
  | { readonly type: "slow_first_byte"; readonly ms: number }
  | { readonly type: "join_frames" }
  | { readonly type: "split_frames" }
  | { readonly type: "padding" }
  | { readonly type: "unknown_event" }
  | { readonly type: "duplicate_tool_use" }
  /** Raw bytes that are not an event-stream message, or one with a wrong CRC. */
  | { readonly type: "garbage"; readonly kind: "not_a_frame" | "bad_crc" | "bad_json" | "text_message" };
