/**
 * The state of one conversation, and the list of effects that its handlers write to. Handlers live in files of their
 * own, one per concern; this is what they share.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { SampleRate } from "../audio/format.ts";
import type { GatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import type { Answer } from "./answer.ts";
import type { CallerAudio } from "./caller-audio.ts";
import type { Effect, EndReason, Notice, TimerName, ToolSpec, TurnMetrics } from "./events.ts";
import type { FactBook } from "./fact-book.ts";
import type { FillerState } from "./fillers.ts";
import type { Arrival, MissedWay, Move } from "./move.ts";
import type { Cue, Untold } from "./owed.ts";
import type { Recollection } from "./recollection.ts";
import type { RotationWish } from "./recovery.ts";
import type { SessionBudget } from "./session-budget.ts";
import type { StreamBook } from "./stream-book.ts";
import type { SummaryBook } from "./summary-book.ts";
import type { ToolLedger } from "./tool-ledger.ts";
import type { Transcript } from "./transcript.ts";
import type { UsageMeter } from "./usage-meter.ts";
import type { VisitBook } from "./visit-book.ts";
import type { Watchdog } from "./watchdog.ts";

/** How far the client has come. */
export type ClientState =
  | { readonly type: "absent" }
  | { readonly type: "joined" }
  /** Said hello; `announced` once it was told `ready`. */
  | { readonly type: "present"; readonly announced: boolean }
  /** Lost its socket, and may come back: what it is told meanwhile is kept for it. */
  | { readonly type: "away"; readonly since: number; readonly announced: boolean }
  | { readonly type: "gone" };

export interface SpeechEnd {
  /** When the model said that the caller had stopped, in ms. */
  readonly stoppedAt: number;
  /** When the last of the speech had come in; null where the model does not say. */
  readonly speechEndedAt: number | null;
}

/** What the turn is about: the caller's last words and what has come of them. */
export interface Turn {
  readonly number: number;
  /** Words the model has yet to answer; said again should its stream be lost. */
  unanswered: Cue | null;
  /** The same words, also when they were answered: an answer that breaks off leaves them unanswered again. */
  question: Cue | null;
  /** How often a lost stream has taken the answer with it. */
  lost: number;
  /** When the caller was done; null in a turn that the agent began. */
  speechEnd: SpeechEnd | null;
  firstAudioAt: number | null;
  interrupted: boolean;
  tools: TurnMetrics["tools"][number][];
  /** Caller entries in this turn so far. */
  said: number;
  measured: boolean;
}

export interface Talk {
  readonly session: string;
  readonly agent: AgentDefinition;
  readonly startedAt: number;
  /** In [0, 1): how much longer than others this session waits before it tries again. */
  readonly jitter: number;
  now: number;
  effects: Effect[];
  ended: EndReason | null;

  client: ClientState;
  rates: { readonly input: SampleRate; readonly output: SampleRate };
  muted: boolean;
  /** Until when the caller's audio lasts that came in last, were it played as it came. */
  heardAt: number;
  /** Messages from the client: they are paid for. */
  incoming: number;
  callerSpeaking: boolean;
  /** The end of the caller's speech that has no words yet: it belongs to the turn those words begin. */
  speechEnd: SpeechEnd | null;

  /** Null until the tools are known. */
  tools: readonly ToolSpec[] | null;
  greeted: boolean;
  turn: Turn;
  answers: number;
  answer: Answer | null;
  /** Results of tools that the agent has not spoken since. */
  untold: readonly Untold[];

  readonly facts: FactBook;
  recollection: Recollection;
  readonly visits: VisitBook;
  /** The talk is on its way to another segment; null while it stays. */
  moving: Move | null;
  /** Where facts lead from here, and no stream could be had for; null when there is no such way. */
  missedWay: MissedWay | null;
  /** The stream that took over in another segment has not been told to speak yet; null when it has, or need not be. */
  arrival: Arrival | null;
  /**
   * The present visit has used up its budget and ends when there is a moment for it; `stays`: there was one, and the talk
   * could not go on to where it was to. Whether it can is looked at again at each turn's end.
   */
  spent: "no" | "ends" | "stays";

  filler: FillerState;
  /** Where the caller's audio is held back while a tool works; null while it flows. */
  heldFrom: number | null;

  /** Somebody wishes a fresh stream before the present one is old. */
  rotationWishes: readonly RotationWish[];
  readonly watchdog: Watchdog;
  readonly sessionBudget: SessionBudget;

  readonly streams: StreamBook;
  readonly caller: CallerAudio;
  readonly ledger: ToolLedger;
  readonly transcript: Transcript;
  readonly summaries: SummaryBook;
  readonly usage: UsageMeter;
}

export const newTurn = (number: number): Turn => ({
  number,
  unanswered: null,
  question: null,
  lost: 0,
  speechEnd: null,
  firstAudioAt: null,
  interrupted: false,
  tools: [],
  said: 0,
  measured: false,
});

export const emit = (talk: Talk, effect: Effect): void => {
  talk.effects.push(effect);
};

export const setTimer = (talk: Talk, timer: TimerName, inMs: number): void =>
  emit(talk, { type: "timer.set", timer, at: talk.now + Math.max(0, inMs) });

/** Tells the client, also one that may come back; nobody is told before hello or after leaving. */
export const tell = (talk: Talk, notice: Notice): void => {
  if (talk.client.type === "present" || talk.client.type === "away") emit(talk, { type: "notice", notice });
};

export const tellError = (talk: Talk, error: GatewayError): void => tell(talk, { type: "error", error });

/** Stores what is new on record. Only at turn ends: a write holds back all that leaves the object after it. */
export const keep = (talk: Talk): void => {
  const entries = talk.transcript.takeChanged();
  if (entries.length > 0) emit(talk, { type: "keep", entries });
};

/** The caller speaks, or has spoken and what they said has not been told yet. What comes to nothing is told never. */
export const wordsUnderWay = (talk: Talk): boolean =>
  talk.callerSpeaking ||
  (talk.speechEnd !== null && talk.now - talk.speechEnd.stoppedAt < LIMITS.replayRingMs);

/** Nobody speaks, nothing runs, nothing is awaited. */
export const isQuiet = (talk: Talk): boolean =>
  !talk.callerSpeaking &&
  talk.turn.unanswered === null &&
  talk.untold.length === 0 &&
  talk.ledger.running === 0 &&
  (talk.answer === null || talk.answer.sent || talk.answer.cut !== null);
