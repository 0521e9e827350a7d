/**
 * The vocabulary of the house. Everything that reaches the conversation is an `Inbound`, everything it wants done
 * is an `Effect`. Adapters translate to and from these words; none of them is a vendor's or a protocol's.
 */
import type { SampleRate } from "../audio/format.ts";
import type { GatewayError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { KeptFact, TakenBack } from "./fact-book.ts";
import type { ToolCall, ToolOutcome, ToolSpec, ToolWord } from "./tool-words.ts";
import type { TranscriptEntry } from "./transcript-entry.ts";
import type { SessionCost, TextTokens, TokenUsage, TurnMetrics } from "./usage.ts";

export type { SessionProgress, Visit } from "./progress.ts";
export type { ToolCall, ToolFailure, ToolOutcome, ToolSpec, ToolWord } from "./tool-words.ts";
export type { TranscriptEntry } from "./transcript-entry.ts";
export type { GatewayShare, SessionCost, TextTokens, TokenUsage, TurnMetrics } from "./usage.ts";

// ---------------------------------------------------------------------------------------------- from the client

/** What a client asks for. A dialect decodes its frames into these. */
export type Command =
  | {
      readonly type: "hello";
      readonly inputRate: SampleRate;
      readonly outputRate: SampleRate;
      /** Of a client that comes back: the number of the last notice it has seen; absent when it wants none again. */
      readonly seen?: number;
    }
  /** Everything up to this number has reached the client. */
  | { readonly type: "pong"; readonly seq: number }
  /** PCM16 little-endian mono at the input rate. */
  | { readonly type: "audio"; readonly pcm: Uint8Array }
  | { readonly type: "text"; readonly text: string }
  /** The client has played `ms` of answer `answer` to its caller. */
  | { readonly type: "played"; readonly answer: number; readonly ms: number }
  /** Stop the answer being spoken, as if the caller had talked over it. */
  | { readonly type: "interrupt" }
  | { readonly type: "mute"; readonly muted: boolean }
  | { readonly type: "dtmf"; readonly digits: string }
  | { readonly type: "client_tool_result"; readonly call: string; readonly result: ToolOutcome }
  /** Move to another segment, where the present one lets a client ask for that. */
  | { readonly type: "go_to"; readonly segment: string }
  | { readonly type: "bye" };

// ------------------------------------------------------------------------------------------------ to the client

export type Role = "caller" | "agent";

/** What a client is told. A dialect encodes these into its frames. */
export type Notice =
  | {
      readonly type: "ready";
      readonly session: string;
      readonly agent: string;
      readonly inputRate: SampleRate;
      readonly outputRate: SampleRate;
    }
  | {
      readonly type: "transcript";
      readonly role: Role;
      readonly turn: number;
      /** The answer it belongs to, for the agent's words. */
      readonly answer: number | null;
      /** A later transcript with the same item replaces this one. */
      readonly item: string;
      readonly text: string;
      /** False: planned or still being spoken. True: as it went into history. */
      readonly final: boolean;
    }
  /** To a client that has come back: what follows was told while it was away, from number `from` on. */
  | {
      readonly type: "resumed";
      readonly from: number;
      /** Notices after the last it saw that it is not told again, and ms of the agent's audio among them. */
      readonly lost: number;
      readonly lostMs: number;
    }
  /** Asks for a `pong` with its number: a client that owes it for long is slow, or gone. */
  | { readonly type: "ping" }
  | { readonly type: "speech"; readonly state: "started" | "stopped" }
  /** An answer begins to be spoken, or has been sent whole. */
  | {
      readonly type: "answer";
      readonly answer: number;
      readonly turn: number;
      readonly state: "started" | "ended";
    }
  /** PCM16 little-endian mono at the output rate. */
  | { readonly type: "audio"; readonly answer: number; readonly pcm: Uint8Array }
  /** The answer was cut off: drop what is queued of it. `heardText` is what stays in history. */
  | {
      readonly type: "interrupted";
      readonly answer: number;
      readonly heardMs: number;
      readonly heardText: string;
      /** Who cut it: the caller's voice, the client's command, or the loss of the stream that spoke it. */
      readonly by: "caller" | "client" | "recovery";
    }
  | { readonly type: "tool_started"; readonly call: string; readonly name: string; readonly arguments: Json }
  | {
      readonly type: "tool_ended";
      readonly call: string;
      readonly name: string;
      readonly outcome: ToolOutcome;
      readonly ms: number;
    }
  /** The client itself is asked to run a tool; it answers with `client_tool_result`. */
  | {
      readonly type: "client_tool_call";
      readonly call: string;
      readonly name: string;
      readonly arguments: Json;
      readonly timeoutMs: number;
    }
  | {
      readonly type: "segment";
      readonly name: string;
      readonly reason: "start" | "rotation" | "recovery" | "transition";
      /** The segment that was left, and who wished it; both null unless this is a transition. */
      readonly from: string | null;
      readonly by: TransitionCause | null;
      /** Ms during which no stream could hear the caller; 0 when the change was seamless. */
      readonly gapMs: number;
    }
  | { readonly type: "usage"; readonly tokens: TokenUsage; readonly cost: SessionCost }
  | { readonly type: "metrics"; readonly metrics: TurnMetrics }
  | { readonly type: "error"; readonly error: GatewayError }
  | { readonly type: "closing"; readonly reason: EndReason };

/** Who or what moved a session to another segment. */
export type TransitionCause = "model" | "tool" | "fact" | "budget" | "client" | "operator";

/** Why a session is over. */
export type EndReason =
  | { readonly type: "bye" }
  | { readonly type: "client_left" }
  | { readonly type: "deleted" }
  | { readonly type: "never_joined" }
  | { readonly type: "reaped" }
  | { readonly type: "time_limit" }
  /** What its agent allows a session was used up. */
  | { readonly type: "budget"; readonly of: "turns" | "tokens" | "cost" }
  | { readonly type: "error"; readonly error: GatewayError };

// ------------------------------------------------------------------------------------------------- from the model

/** What a stream to a speech model tells its owner. */
export type ModelEvent =
  /** The door accepted us: the stream may begin. `connectMs` is the upgrade's time. */
  | {
      readonly type: "opened";
      readonly connectMs: number;
      /** Where it was opened, where there was a choice. */
      readonly region?: string;
      /** Ms since the Unix epoch at which the credentials it was opened with expire, where they do. */
      readonly credentialsExpireAt?: number;
    }
  /** `offsetMs` counts the audio we sent on this stream. Not every model says these. */
  | { readonly type: "speech_started"; readonly offsetMs: number | null }
  | { readonly type: "speech_stopped"; readonly offsetMs: number | null }
  /** What the caller said, whole and final. */
  | { readonly type: "caller_text"; readonly text: string }
  /** Words the agent is about to say (`planned`), or has said (`spoken`). */
  | { readonly type: "agent_text"; readonly stage: "planned" | "spoken"; readonly text: string }
  /** One run of speech begins; `agent_audio` with the same `content` follows. */
  | { readonly type: "agent_audio_started"; readonly content: string }
  | { readonly type: "agent_audio"; readonly content: string; readonly pcm: Uint8Array }
  /** `last`: the model has nothing more to say in this turn. */
  | { readonly type: "agent_audio_ended"; readonly content: string; readonly last: boolean }
  /** The caller talked over the agent: what was not yet heard never will be. */
  | { readonly type: "interrupted" }
  | { readonly type: "tool_use"; readonly use: string; readonly name: string; readonly argumentsText: string }
  /** Tokens since this stream opened. */
  | { readonly type: "usage"; readonly tokens: TokenUsage }
  /** Exactly once, last. */
  | { readonly type: "ended"; readonly end: StreamEnd };

/** Why a stream ended, and what may be done about it. Adapters classify; the conversation decides. */
export type StreamEnd =
  /** We asked for it and it went in order. */
  | { readonly type: "finished" }
  /** Gone, but a fresh stream with the history may well work: dropped socket, time-out, model instability, 8 minutes. */
  | { readonly type: "lost"; readonly cause: string }
  /** Full or throttled: worth another try later. `crowded`: as many streams are open as the account may have. */
  | { readonly type: "busy"; readonly cause: string; readonly crowded?: true }
  /** Credentials, access, or a request the model will never take: trying again is pointless. */
  | { readonly type: "refused"; readonly cause: string }
  /** Nobody answered at the door, or the service behind it is ill: elsewhere, or later, it may work. */
  | { readonly type: "unreachable"; readonly cause: string }
  /** The model's filters refused what was said. Saying it again would end the next stream as well. */
  | { readonly type: "filtered"; readonly cause: string };

// ------------------------------------------------------------------------------------------------------- streams

/** One thing said earlier, as a fresh stream is told it. */
export interface HistoryMessage {
  readonly role: Role;
  readonly text: string;
}

/** Where a stream leads. */
export interface StreamTarget {
  /** Bedrock model id, or the ARN of an AgentCore runtime. */
  readonly model: string;
  readonly region: string;
  /** Dialled ahead of a need that may not come: the first that is left out where streams are scarce. */
  readonly spare?: boolean;
  /** Regions it may be opened in, in order, `region` first. Absent: `region` only. */
  readonly regions?: readonly string[];
}

/** Everything that is fixed for the life of a stream once it has begun. */
export interface StreamSpec extends StreamTarget {
  readonly voice: string;
  readonly endpointing: "HIGH" | "MEDIUM" | "LOW";
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
  readonly prompt: string;
  readonly tools: readonly ToolSpec[];
  /** Already within the model's rules: first caller, roles alternating, under the byte limits. */
  readonly history: readonly HistoryMessage[];
  readonly inference: { readonly maxTokens?: number; readonly topP?: number; readonly temperature?: number };
}

// --------------------------------------------------------------------------------------------- into and out of it

/** Timers that the conversation asks for; the shell owns the clock. */
export type TimerName =
  | "filler"
  | "budget"
  | "farewell"
  | "standby"
  | "recall"
  | "hello"
  | "prewarm"
  | "keep_alive"
  | "rotate"
  | "return"
  | "drain"
  | "reopen"
  | "session_limit"
  | "watch"
  | "care"
  | `tool:${string}`;

/** All that can happen to a conversation. */
export type Inbound =
  /** The session exists and its tools are known: open the stream ahead of the client. */
  | { readonly type: "start"; readonly tools: readonly ToolSpec[] }
  /** What is remembered of the caller, a line each; none where it could not be had. */
  | { readonly type: "recalled"; readonly lines: readonly string[] }
  | { readonly type: "client_joined" }
  /** Its socket is gone. `mayReturn`: it has a token to come back with, and is given some time. */
  | { readonly type: "client_left"; readonly mayReturn: boolean }
  | { readonly type: "command"; readonly command: Command }
  | { readonly type: "model"; readonly generation: number; readonly event: ModelEvent }
  | {
      readonly type: "tool_result";
      readonly call: string;
      readonly outcome: ToolOutcome;
      readonly word?: ToolWord;
    }
  /** A running tool tells, in words for the caller, how far it is. */
  | { readonly type: "tool_progress"; readonly call: string; readonly words: string }
  /** The text model's answer to `summary.ask`; `tokens` is what it cost. */
  | {
      readonly type: "summary_made";
      readonly request: number;
      readonly text: string;
      readonly tokens: TextTokens;
    }
  /** It gave none, or was too slow. */
  | { readonly type: "summary_failed"; readonly request: number; readonly tokens: TextTokens }
  | { readonly type: "timer"; readonly timer: TimerName }
  /** An operator moves the session; that it may go there has been asked before. */
  | { readonly type: "go_to"; readonly segment: string }
  /** An operator wishes a fresh stream: it comes at the next quiet moment, or soon at once. */
  | { readonly type: "rotate" }
  /** Streams opened so far live on credentials that expire at `at`, in ms since the Unix epoch. */
  | { readonly type: "credentials_expire"; readonly at: number }
  | { readonly type: "end"; readonly reason: EndReason };

/** All that a conversation can want done. The shell performs them in order. */
export type Effect =
  | { readonly type: "notice"; readonly notice: Notice }
  /** Dial. `opened` follows, and nothing may be sent before `stream.begin`. */
  | { readonly type: "stream.open"; readonly generation: number; readonly target: StreamTarget }
  /** Tell the model who it is and what was said so far; from here on it hears. Once per stream. */
  | { readonly type: "stream.begin"; readonly generation: number; readonly spec: StreamSpec }
  | { readonly type: "stream.audio"; readonly generation: number; readonly pcm: Uint8Array }
  | { readonly type: "stream.text"; readonly generation: number; readonly text: string }
  | {
      readonly type: "stream.tool_result";
      readonly generation: number;
      readonly use: string;
      readonly outcome: ToolOutcome;
    }
  /** Close in order. */
  | { readonly type: "stream.finish"; readonly generation: number }
  /** Cut at once. */
  | { readonly type: "stream.abort"; readonly generation: number }
  | { readonly type: "tool.run"; readonly call: ToolCall }
  | { readonly type: "tool.cancel"; readonly call: string }
  /** Fetch what may be asked for soon; nobody waits for it. */
  | { readonly type: "tool.prefetch"; readonly call: Omit<ToolCall, "call" | "timeoutMs"> }
  /** Have the agent's text model sum up what is in `prompt`. Nobody waits for it; one at a time. */
  | {
      readonly type: "summary.ask";
      readonly request: number;
      readonly system: string;
      readonly prompt: string;
    }
  | { readonly type: "timer.set"; readonly timer: TimerName; readonly at: number }
  | { readonly type: "timer.clear"; readonly timer: TimerName }
  /** Worth keeping: goes to storage. Emitted when something has been said, never between two frames of audio. */
  | { readonly type: "keep"; readonly entries: readonly TranscriptEntry[] }
  /** What may be remembered of this session, all of it so far. `takenBack`: facts that are no longer so. */
  | {
      readonly type: "memory.keep";
      readonly facts: readonly KeptFact[];
      readonly takenBack: readonly TakenBack[];
      readonly entries: readonly TranscriptEntry[];
      /** The session is over. */
      readonly last: boolean;
    }
  /** Worth a line in the log. */
  | { readonly type: "log"; readonly event: string; readonly fields: Readonly<Record<string, string>> }
  /** The session is over; nothing follows. */
  | { readonly type: "end"; readonly reason: EndReason };
