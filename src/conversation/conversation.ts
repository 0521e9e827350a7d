/**
 * The core: events in, effects out. No I/O, no clock, no randomness: the same events at the same times give the same
 * effects, so any order of them can be replayed in a test. The shell performs the effects in order.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { SampleRate } from "../audio/format.ts";
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { checkBudget } from "./budget.ts";
import { CallerAudio } from "./caller-audio.ts";
import { clientJoined, clientLeft, keepAlive, onCommand } from "./client-side.ts";
import { pathOf, sessionUsage } from "./cost.ts";
import { drainTimedOut } from "./draining.ts";
import { endSession } from "./ending.ts";
import type { Effect, Inbound, SessionProgress, TimerName, TranscriptEntry } from "./events.ts";
import { FactBook } from "./fact-book.ts";
import { breakSilence, NO_FILLERS } from "./fillers.ts";
import { onModel } from "./model-side.ts";
import { refusalError } from "./move.ts";
import { awaitRecollection, recollected } from "./recollection.ts";
import { credentialsExpire, reopen, rotate, segmentToServe, wishRotation } from "./recovery.ts";
import { restore } from "./restoring.ts";
import { careForBudget, newSessionBudget } from "./session-budget.ts";
import type { Snapshot, StoredSnapshot } from "./snapshot.ts";
import { StreamBook } from "./stream-book.ts";
import { beginLive, discard, openStream, resumeVisit } from "./stream-care.ts";
import { careForSummary, summaryCame } from "./summaries.ts";
import { SummaryBook } from "./summary-book.ts";
import { newTurn, setTimer, type Talk } from "./talk.ts";
import { callTimedOut, finishCall } from "./tool-calls.ts";
import { ToolLedger } from "./tool-ledger.ts";
import { Transcript } from "./transcript.ts";
import { farewellBegun, mayMove, move } from "./transition.ts";
import { UsageMeter } from "./usage-meter.ts";
import { VisitBook } from "./visit-book.ts";
import { look, newWatchdog, watch } from "./watchdog.ts";

export interface ConversationOptions {
  readonly session: string;
  readonly agent: AgentDefinition;
  /** The rates the client is expected to say hello with, in Hz. */
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
  /** In [0, 1), by default 0: how much longer than others this session waits before it tries again. */
  readonly jitter?: number;
  /** Somebody looks up what is remembered of the caller, and keeps what the session leaves. */
  readonly remembers?: boolean;
}

export class Conversation {
  readonly #talk: Talk;

  constructor(options: ConversationOptions, now: number, from?: Snapshot) {
    this.#talk = {
      session: options.session,
      agent: options.agent,
      startedAt: from?.startedAt ?? now,
      jitter: options.jitter ?? 0,
      now,
      effects: [],
      ended: null,
      client: { type: "absent" },
      rates: { input: options.inputRate, output: options.outputRate },
      muted: false,
      heardAt: now,
      incoming: from?.incoming ?? 0,
      callerSpeaking: false,
      speechEnd: null,
      tools: null,
      greeted: from?.greeted ?? false,
      turn: newTurn(from?.turn ?? 0),
      answers: from?.answers ?? 0,
      answer: null,
      untold: [],
      facts: new FactBook(from?.facts, from?.takenBack),
      recollection: { type: options.remembers ? "awaited" : "none" },
      visits: from ? new VisitBook(from.visits) : VisitBook.begin(options.agent.start, now),
      moving: null,
      missedWay: null,
      arrival: null,
      spent: "no",
      filler: NO_FILLERS,
      heldFrom: null,
      rotationWishes: [],
      watchdog: newWatchdog(),
      sessionBudget: newSessionBudget(from?.warned ?? false),
      streams: new StreamBook(),
      caller: new CallerAudio(),
      ledger: new ToolLedger(),
      transcript: new Transcript(from?.entries),
      summaries: new SummaryBook(from?.summaries),
      usage: new UsageMeter(from?.tokens, from?.besides),
    };
    if (from) restore(this.#talk, from);
  }

  /** Brings the talk back as it stood at its last finished turn. Streams are gone; `start` opens a fresh one. */
  static restore(options: ConversationOptions, snapshot: Snapshot, now: number): Conversation {
    return new Conversation(options, now, snapshot);
  }

  /** `now` is in ms since the Unix epoch and never runs backwards. */
  on(inbound: Inbound, now: number): readonly Effect[] {
    const talk = this.#talk;
    if (talk.ended) return [];
    talk.now = Math.max(talk.now, now);
    talk.effects = [];
    this.#take(inbound);
    careForBudget(talk, inbound);
    careForSummary(talk, inbound);
    watch(talk, inbound);
    return talk.effects;
  }

  /** Plain data, worth storing at every turn's end. Entries and running calls are stored as they come. */
  snapshot(): StoredSnapshot {
    const talk = this.#talk;
    return {
      version: 2,
      startedAt: talk.startedAt,
      incoming: talk.incoming,
      greeted: talk.greeted,
      turn: talk.turn.number,
      answers: talk.answers,
      streams: talk.streams.opened,
      ...(talk.streams.losses > 0 && { streamsLost: talk.streams.losses }),
      toolCalls: talk.ledger.count,
      facts: talk.facts.kept,
      ...(talk.facts.takenBack.length > 0 && { takenBack: talk.facts.takenBack }),
      visits: talk.visits.all,
      ...(talk.moving && { moving: { to: talk.moving.to, by: talk.moving.by } }),
      ...(talk.missedWay && { missedWay: talk.missedWay.to }),
      ...(talk.sessionBudget.warned && { warned: true as const }),
      tokens: talk.visits.all.map((_, index) => talk.usage.of(index)),
      ...(talk.summaries.kept.length > 0 && { summaries: talk.summaries.kept }),
      ...(talk.usage.besides.length > 0 && { besides: talk.usage.besides }),
    };
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#talk.transcript.entries;
  }

  get progress(): SessionProgress {
    const talk = this.#talk;
    return {
      turns: talk.turn.number,
      streams: talk.streams.opened,
      ...sessionUsage(talk),
      segment: talk.visits.present.segment,
      path: pathOf(talk),
      facts: talk.facts.only(({ name }) => talk.agent.facts[name]?.secret === false),
    };
  }

  /** Why the session may not be moved to `segment`, or null. */
  whyNot(segment: string): GatewayError | null {
    const allowed = mayMove(this.#talk, segment, "operator");
    return allowed.ok ? null : refusalError(allowed.error);
  }

  #take(inbound: Inbound): void {
    const talk = this.#talk;
    switch (inbound.type) {
      case "start":
        talk.tools = inbound.tools;
        if (talk.client.type === "absent") setTimer(talk, "prewarm", LIMITS.prewarmMs);
        if (talk.client.type === "away") setTimer(talk, "return", LIMITS.resumeMs);
        resumeVisit(talk);
        awaitRecollection(talk);
        setTimer(talk, "session_limit", talk.startedAt + talk.agent.limits.sessionMs - talk.now);
        return openStream(talk, "live", talk.greeted ? "recovery" : "start", segmentToServe(talk), 0);
      case "recalled":
        return this.#recalled(inbound.lines);
      case "client_joined":
        return clientJoined(talk);
      case "client_left":
        return clientLeft(talk, inbound.mayReturn);
      case "command":
        return onCommand(talk, inbound.command);
      case "model":
        return onModel(talk, inbound.generation, inbound.event);
      case "tool_result":
        finishCall(talk, inbound.call, "gateway", inbound.outcome, inbound.word);
        return;
      case "tool_progress":
        if (talk.ledger.find(inbound.call)) talk.filler = { ...talk.filler, progress: inbound.words };
        return;
      case "summary_made":
        return summaryCame(talk, inbound.request, inbound.tokens, inbound.text);
      case "summary_failed":
        return summaryCame(talk, inbound.request, inbound.tokens, null);
      case "go_to":
        move(talk, inbound.segment, "operator");
        return;
      case "rotate":
        return wishRotation(talk);
      case "credentials_expire":
        return credentialsExpire(talk, inbound.at);
      case "timer":
        return this.#timer(inbound.timer);
      case "end":
        return endSession(talk, inbound.reason);
    }
  }

  #recalled(lines: readonly string[] | null): void {
    if (recollected(this.#talk, lines)) beginLive(this.#talk);
  }

  #timer(timer: TimerName): void {
    const talk = this.#talk;
    switch (timer) {
      case "hello":
        if (talk.client.type === "joined")
          endSession(talk, { type: "error", error: gatewayError("hello_timeout") });
        return;
      case "prewarm":
        if (talk.client.type === "absent") endSession(talk, { type: "never_joined" });
        return;
      case "recall":
        return this.#recalled(null);
      case "budget":
        return checkBudget(talk, true);
      case "farewell":
        return farewellBegun(talk);
      case "standby": {
        const { standby } = talk.streams;
        if (standby) discard(talk, standby);
        return;
      }
      case "filler":
        return breakSilence(talk);
      case "keep_alive":
        return keepAlive(talk);
      case "rotate":
        return rotate(talk, "timer");
      case "drain":
        return drainTimedOut(talk);
      case "reopen":
        return reopen(talk);
      case "return":
        return clientLeft(talk, false);
      case "watch":
        return look(talk);
      case "care":
        return;
      case "session_limit":
        return endSession(talk, { type: "time_limit" });
      default:
        return callTimedOut(talk, timer.slice("tool:".length));
    }
  }
}
