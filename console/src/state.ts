/**
 * All the console knows, and the one function that changes it: something happened in, the next state out. Pure: no
 * DOM, no clock (every action that needs the time carries it), no network.
 */
import type { PlaybackReport } from "./audio/thread-messages.ts";
import type { SessionRecord } from "./gateway/kept-session.ts";
import { CONSOLE } from "./limits.ts";
import { type Entry, upsert } from "./state/entries.ts";
import { changeMemory, type MemoryChange, type MemoryState, noMemory, type Who } from "./state/memory.ts";
import type { SegmentInfo, SessionStatus } from "./state/path.ts";
import { gatewayProblem, type Problem } from "./state/problems.ts";
import { noSequence, note, resumeAt, type Sequence } from "./state/sequence.ts";
import { begin, close, finish, mark, noTimeline, resume, type Timeline, tool } from "./state/timeline.ts";
import { toolAnswered, toolEnded, toolStarted } from "./state/tools.ts";
import { breaker, interrupted, said, typed } from "./state/words.ts";
import type { Reading, ServerMessage } from "./wire/messages.ts";

export interface Agent {
  readonly name: string;
  /** What may be told of it beside its name: model, voice. */
  readonly about: string;
  /** Whether it has a memory of its callers. */
  readonly remembers: boolean;
  /** In its builder's order; empty where the gateway does not tell. */
  readonly segments: readonly SegmentInfo[];
}

export type Agents =
  | { readonly status: "loading" }
  | { readonly status: "known"; readonly list: readonly Agent[] }
  | { readonly status: "failed" };

export type Connection =
  | { readonly status: "idle" }
  /** The gateway wants an API key; `refused` when the one given was wrong. */
  | { readonly status: "key_needed"; readonly refused: boolean }
  | { readonly status: "asking" }
  | { readonly status: "connecting" }
  | { readonly status: "talking" }
  /** The line is lost since then, and is being found again. */
  | { readonly status: "away"; readonly since: number }
  | { readonly status: "ended"; readonly reason: string };

export type MicrophoneState = "off" | "opening" | "live" | "muted";

export interface Session {
  /** Null until the gateway has named it. */
  readonly id: string | null;
  readonly agent: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

type Of<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>;
export type TurnMetrics = Omit<Of<"metrics">, "type">;
export type Usage = Omit<Of<"usage">, "type">;
export interface SegmentNote extends Omit<Of<"segment">, "type"> {
  readonly at: number;
}

/** A wish to go to `segment`: under way while `refusal` is null, else refused in these words. */
export interface Wish {
  readonly segment: string;
  readonly refusal: string | null;
}

export interface State {
  readonly agents: Agents;
  readonly connection: Connection;
  readonly session: Session | null;
  /** Whom the session was made for; null for nobody in particular. */
  readonly who: Who | null;
  /** What is remembered of them. */
  readonly memory: MemoryState;
  readonly microphone: MicrophoneState;
  readonly callerSpeaking: boolean;
  /** The answer that sounds now. */
  readonly sounding: number | null;
  /** Answers up to this one are over for good: interrupted, or stopped from here. */
  readonly silenced: number;
  /** The newest answer known, and the turn that each answer belongs to. */
  readonly newestAnswer: number;
  readonly turnOf: Readonly<Record<number, number>>;
  readonly turn: number | null;
  readonly entries: readonly Entry[];
  readonly timeline: Timeline;
  readonly turns: readonly TurnMetrics[];
  readonly usage: Usage | null;
  readonly segments: readonly SegmentNote[];
  /** As the gateway told it last; null before it was asked. */
  readonly status: SessionStatus | null;
  /** What became of the last wish for another segment. */
  readonly wish: Wish | null;
  readonly digits: string;
  readonly sequence: Sequence;
  /** Messages that could not be used: of unknown types, malformed, or seen before. */
  readonly unread: { readonly unknown: number; readonly malformed: number; readonly repeated: number };
  readonly underruns: number;
  readonly problems: readonly Problem[];
}

export type Action =
  | { readonly type: "agents"; readonly agents: Agents }
  | { readonly type: "started"; readonly at: number; readonly agent: string; readonly who: Who | null }
  /** The record is put away; back to the choice of agents. */
  | { readonly type: "cleared" }
  | { readonly type: "key_needed"; readonly refused: boolean }
  /** Back to the beginning with a key in hand. */
  | { readonly type: "key_given" }
  | { readonly type: "connecting"; readonly session: string }
  | { readonly type: "away"; readonly at: number }
  /** A page that was loaded again goes on with a session that was left at `at`. */
  | {
      readonly type: "reopened";
      readonly at: number;
      readonly session: string;
      readonly agent: string;
      readonly who: Who | null;
      readonly record: SessionRecord | null;
    }
  | { readonly type: "server"; readonly at: number; readonly reading: Reading }
  | { readonly type: "audio"; readonly seq: number; readonly answer: number }
  | { readonly type: "playback"; readonly at: number; readonly report: PlaybackReport }
  | { readonly type: "typed"; readonly at: number; readonly text: string }
  | { readonly type: "dialled"; readonly digits: string }
  | { readonly type: "silenced"; readonly answer: number }
  | { readonly type: "tool_answered"; readonly call: string }
  | { readonly type: "wished"; readonly segment: string }
  | { readonly type: "status"; readonly session: string; readonly status: SessionStatus }
  | { readonly type: "memory"; readonly change: MemoryChange }
  | { readonly type: "microphone"; readonly state: MicrophoneState }
  | { readonly type: "ended"; readonly at: number; readonly reason: string }
  | { readonly type: "problem"; readonly problem: Problem }
  | { readonly type: "dismissed"; readonly id: string };

export const initialState: State = {
  agents: { status: "loading" },
  connection: { status: "idle" },
  session: null,
  who: null,
  memory: noMemory,
  microphone: "off",
  callerSpeaking: false,
  sounding: null,
  silenced: 0,
  newestAnswer: 0,
  turnOf: {},
  turn: null,
  entries: [],
  timeline: noTimeline,
  turns: [],
  usage: null,
  segments: [],
  status: null,
  wish: null,
  digits: "",
  sequence: noSequence,
  unread: { unknown: 0, malformed: 0, repeated: 0 },
  underruns: 0,
  problems: [],
};

/** Whether a session goes on, be its line there or away. */
export const isLive = ({ status }: Connection): boolean => status === "talking" || status === "away";

/** Ways a session ends, in words. */
const ENDINGS: Readonly<Record<string, string>> = {
  bye: "You ended the session.",
  client_left: "The connection was closed.",
  deleted: "The session was ended by the gateway's operator.",
  never_joined: "Nobody joined the session in time.",
  reaped: "The session was quiet for too long.",
  time_limit: "The session reached its longest time.",
  budget: "The session used up what its agent allows.",
  error: "The session ended after an error.",
};

const addProblem = (state: State, problem: Problem): State => ({
  ...state,
  problems: [...state.problems.filter(({ id }) => id !== problem.id), problem].slice(-CONSOLE.problemsShown),
});

const end = (state: State, at: number, reason: string): State => {
  if (state.connection.status === "ended" || state.connection.status === "idle") return state;
  return {
    ...state,
    connection: { status: "ended", reason },
    session: state.session && { ...state.session, endedAt: at },
    timeline: close(state.timeline, at),
    callerSpeaking: false,
    sounding: null,
    microphone: "off",
    wish: null,
  };
};

/** The talk is on a fresh stream, in the same segment or in another. */
const onSegment = (state: State, message: Of<"segment">, at: number): State => {
  const { name, reason, gapMs } = message;
  const note: SegmentNote = { name, reason, gapMs, at, from: message.from, by: message.by };
  const label = reason === "start" || reason === "transition" ? name : reason;
  const next: State = {
    ...state,
    segments: [...state.segments, note],
    timeline: mark(state.timeline, "segment", label, at),
  };
  if (reason !== "transition") return next;
  const key = `transition:${state.segments.length}`;
  const { from = null, by = null } = message;
  const entry: Entry = { kind: "transition", key, at, turn: null, from, to: name, by, gapMs };
  return { ...next, entries: upsert(state.entries, entry), wish: null };
};

/** A refused wish is told where it was made; everything else is a problem. */
const onError = (state: State, error: Of<"error">["error"]): State => {
  const { wish } = state;
  if (wish?.refusal !== null || !/^segment_(refused|unknown)$/.test(error.code))
    return addProblem(state, gatewayProblem(error));
  return { ...state, wish: { ...wish, refusal: error.detail ?? error.message } };
};

const replaceTurn = (turns: readonly TurnMetrics[], metrics: TurnMetrics): readonly TurnMetrics[] =>
  [...turns.filter(({ turn }) => turn !== metrics.turn), metrics].sort((a, b) => a.turn - b.turn);

const onMessage = (state: State, message: ServerMessage, at: number): State => {
  const { entries, timeline } = state;
  switch (message.type) {
    case "ready":
      return {
        ...state,
        connection: { status: "talking" },
        session: state.session && { ...state.session, id: message.session, agent: message.agent },
      };
    case "transcript":
      return { ...state, turn: Math.max(state.turn ?? 0, message.turn), entries: said(entries, message, at) };
    case "speech": {
      const started = message.state === "started";
      const spoken = started
        ? begin(timeline, { lane: "caller", from: at, label: "You", answer: null })
        : finish(timeline, "caller", at);
      return { ...state, callerSpeaking: started, timeline: spoken };
    }
    case "answer":
      return {
        ...state,
        newestAnswer: Math.max(state.newestAnswer, message.answer),
        turn: Math.max(state.turn ?? 0, message.turn),
        turnOf: { ...state.turnOf, [message.answer]: message.turn },
      };
    case "interrupted":
      return {
        ...state,
        silenced: Math.max(state.silenced, message.answer),
        entries: interrupted(entries, message, at),
        timeline: mark(timeline, "interruption", breaker(message.by), at),
      };
    case "tool_started":
    case "tool_call":
      return {
        ...state,
        entries: toolStarted(entries, message, state.turn, at),
        timeline: tool(timeline, message.call, message.name, at, null),
      };
    case "tool_ended":
      return {
        ...state,
        entries: toolEnded(entries, message, state.turn, at),
        timeline: tool(timeline, message.call, message.name, at - message.ms, at),
      };
    case "resumed":
    case "ping":
      return state;
    case "segment":
      return onSegment(state, message, at);
    case "usage":
      return { ...state, usage: { tokens: message.tokens, cost: message.cost } };
    case "metrics": {
      const { type: _, ...metrics } = message;
      return { ...state, turns: replaceTurn(state.turns, metrics) };
    }
    case "error":
      return onError(state, message.error);
    case "closing": {
      const told = message.error ? addProblem(state, gatewayProblem(message.error)) : state;
      return end(told, at, ENDINGS[message.reason] ?? "The session has ended.");
    }
  }
};

const onReading = (state: State, reading: Reading, at: number): State => {
  if (reading.kind === "message" && reading.message.type === "resumed") {
    // It has no number of its own.
    const sequence = resumeAt(state.sequence, reading.message.from);
    return { ...state, sequence, connection: { status: "talking" } };
  }
  const sequence = note(state.sequence, reading.seq);
  const { unread } = state;
  if (sequence === null) return { ...state, unread: { ...unread, repeated: unread.repeated + 1 } };
  const noted = { ...state, sequence };
  switch (reading.kind) {
    case "message":
      return onMessage(noted, reading.message, at);
    case "unknown":
      return { ...noted, unread: { ...unread, unknown: unread.unknown + 1 } };
    case "malformed":
      return { ...noted, unread: { ...unread, malformed: unread.malformed + 1 } };
  }
};

const onPlayback = (state: State, report: PlaybackReport, at: number): State => {
  if (state.connection.status === "ended") return state;
  const sounding = report.playing ? (report.position?.answer ?? null) : null;
  if (sounding === state.sounding && report.underruns === state.underruns) return state;
  // The queue ran dry for a moment: that was no pause of the speaker's.
  const go = report.underruns > state.underruns ? resume : begin;
  const timeline =
    sounding === null
      ? finish(state.timeline, "agent", at)
      : go(state.timeline, { lane: "agent", from: at, label: "Agent", answer: sounding });
  return { ...state, sounding, timeline, underruns: report.underruns };
};

/** The next state. Unknown and late messages change nothing but counters. */
export const reduce = (state: State, action: Action): State => {
  switch (action.type) {
    case "agents":
      return { ...state, agents: action.agents };
    case "started":
      return {
        ...initialState,
        agents: state.agents,
        connection: { status: "asking" },
        session: { id: null, agent: action.agent, startedAt: action.at, endedAt: null },
        who: action.who,
      };
    case "cleared":
      return { ...initialState, agents: state.agents };
    case "key_needed":
      return { ...state, connection: { status: "key_needed", refused: action.refused } };
    case "key_given":
      return { ...state, connection: { status: "idle" } };
    case "connecting":
      return {
        ...state,
        connection: { status: "connecting" },
        session: state.session && { ...state.session, id: action.session },
      };
    case "away":
      return { ...state, connection: { status: "away", since: action.at } };
    case "reopened": {
      const { at, session: id, agent, who, record } = action;
      const timeline = finish(finish(record?.timeline ?? noTimeline, "agent", at), "caller", at);
      return {
        ...initialState,
        session: { id, agent, startedAt: at, endedAt: null },
        who,
        ...record,
        timeline,
        agents: state.agents,
        connection: { status: "away", since: at },
      };
    }
    case "server":
      return onReading(state, action.reading, action.at);
    case "audio": {
      const sequence = note(state.sequence, action.seq);
      if (sequence === null) return state;
      return { ...state, sequence, newestAnswer: Math.max(state.newestAnswer, action.answer) };
    }
    case "playback":
      return onPlayback(state, action.report, action.at);
    case "typed":
      return {
        ...state,
        entries: typed(state.entries, action.text, action.at),
        timeline: mark(state.timeline, "text", "Typed", action.at),
      };
    case "dialled":
      return { ...state, digits: state.digits + action.digits };
    case "silenced":
      return { ...state, silenced: Math.max(state.silenced, action.answer) };
    case "tool_answered":
      return { ...state, entries: toolAnswered(state.entries, action.call) };
    case "wished":
      return { ...state, wish: { segment: action.segment, refusal: null } };
    case "status":
      return action.session === state.session?.id ? { ...state, status: action.status } : state;
    case "memory":
      return { ...state, memory: changeMemory(state.memory, action.change) };
    case "microphone":
      return { ...state, microphone: action.state };
    case "ended":
      return end(state, action.at, action.reason);
    case "problem":
      return addProblem(state, action.problem);
    case "dismissed":
      return { ...state, problems: state.problems.filter(({ id }) => id !== action.id) };
  }
};
