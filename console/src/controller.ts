/**
 * What the person at the console can do, carried out: starts and ends sessions, and joins the store to the gateway
 * and to the sound. Draws nothing.
 */

import type { Json } from "../../src/base/json.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { Unheard } from "./audio/ahead.ts";
import type { Position } from "./audio/jitter-buffer.ts";
import {
  createSession,
  endSession,
  fetchAgents,
  fetchStatus,
  hasEnded,
  isReachable,
  type Refusal,
} from "./gateway/api.ts";
import { connect } from "./gateway/connection.ts";
import { recordOf, type SessionKeeper } from "./gateway/kept-session.ts";
import type { KeyRing } from "./gateway/key-ring.ts";
import { Line, type LineEnd, type LineSink, type LineWorld, type Return } from "./gateway/line.ts";
import type { Who } from "./state/memory.ts";
import { problem } from "./state/problems.ts";
import { note, seenOf, want } from "./state/sequence.ts";
import { isLive } from "./state.ts";
import type { Store } from "./store.ts";
import { type Levels, Voice } from "./voice.ts";
import type { Reading } from "./wire/messages.ts";

interface Live {
  readonly voice: Voice;
  line: Line | null;
  /** With what a page that is loaded again goes on; null while the gateway has told none. */
  way: Return | null;
}

/** How a line ended that nobody had put down, in words. */
const LINE_ENDS = {
  over: { reason: "The session has ended.", problem: null },
  refused: { reason: "The connection was lost.", problem: null },
  lost: { reason: "The connection was lost.", problem: "lost" },
  elsewhere: { reason: "The talk goes on elsewhere.", problem: "taken_over" },
} as const;

export class Controller {
  readonly #store: Store;
  readonly #keys: KeyRing;
  readonly #keeper: SessionKeeper;
  readonly #levels: Levels;
  readonly #now: () => number;
  /** The session at hand. What comes of any other is not listened to. */
  #live: Live | null = null;
  /** Answers to all but the newest question about the session are stale. */
  #statusAsked = 0;
  /** What to go on with once a key has been given. */
  #wanted: { readonly agent: string; readonly who: Who | null; readonly speak: boolean } | null = null;

  constructor(store: Store, keys: KeyRing, keeper: SessionKeeper, levels: Levels, now: () => number) {
    this.#store = store;
    this.#keys = keys;
    this.#keeper = keeper;
    this.#levels = levels;
    this.#now = now;
  }

  async loadAgents(): Promise<void> {
    if (this.#store.state.agents.status === "failed") {
      this.#store.dispatch({ type: "agents", agents: { status: "loading" } });
    }
    const agents = await fetchAgents(this.#keys.key);
    if (agents.ok) {
      this.#store.dispatch({ type: "agents", agents: { status: "known", list: agents.value } });
      return;
    }
    this.#store.dispatch({ type: "agents", agents: { status: "failed" } });
    this.#refused(agents.error);
  }

  /** Starts a session with an agent for `who`, by voice or in writing. Call it from a click: sound needs one. */
  async start(agent: string, who: Who | null, speak: boolean): Promise<void> {
    this.#drop();
    this.#wanted = { agent, who, speak };
    this.#store.dispatch({ type: "started", at: this.#now(), agent, who });
    const live = this.#enliven();
    const ticket = await createSession(agent, who, this.#keys.key);
    if (this.#live !== live) return;
    if (!ticket.ok) {
      this.#drop();
      this.#store.dispatch({ type: "ended", at: this.#now(), reason: "The session could not be started." });
      this.#refused(ticket.error);
      return;
    }
    this.#wanted = null;
    this.#store.dispatch({ type: "connecting", session: ticket.value.session });
    const { session } = ticket.value;
    live.line = Line.open(session, ticket.value.ticket, this.#worldOf(session), this.#sinkOf(live));
    live.voice.attach(live.line);
    if (speak) void live.voice.openMicrophone();
  }

  /** Goes on with the session that this page had before it was loaded again, if there is one. */
  async reopen(): Promise<void> {
    const kept = this.#keeper.find();
    this.#keeper.forget();
    if (kept === null || this.#now() >= kept.leftAt + kept.way.forMs) return;
    const { session, way, agent, who, leftAt, microphone, voiceAt, record } = kept;
    this.#store.dispatch({ type: "reopened", at: leftAt, session, agent, who, record });
    const live = this.#enliven({ voiceAt });
    live.way = way;
    live.line = Line.reopen(session, way, leftAt, this.#worldOf(session), this.#sinkOf(live));
    live.voice.attach(live.line);
    if (microphone !== "off") await live.voice.openMicrophone(microphone === "muted");
  }

  /** The page goes, perhaps to be loaded again: keeps what it needs to go on. */
  hide(): void {
    if (this.#live?.way == null) this.leave();
    else this.#keep(this.#live.way, this.#live.voice.unheard);
  }

  /** The network is there again. */
  hurry(): void {
    this.#live?.line?.hurry();
  }

  /** `reopened`: where in an answer another page's voice stopped. */
  #enliven(reopened?: { readonly voiceAt: Position | null }): Live {
    const voice = new Voice(this.#store, this.#levels, this.#now, reopened?.voiceAt);
    const live: Live = { voice, line: null, way: null };
    this.#live = live;
    void voice.openSpeaker(reopened === undefined);
    return live;
  }

  #worldOf(session: string): LineWorld {
    return {
      connect,
      now: this.#now,
      random: Math.random,
      // Who knows of nothing wants nothing again: what has gone by is not spoken into a page that was not there.
      seen: () => seenOf(this.#store.state.sequence) || null,
      isOver: () => hasEnded(session, this.#keys.key),
    };
  }

  #sinkOf(live: Live): LineSink {
    const isMine = (): boolean => this.#live === live;
    return {
      onMessage: (reading) => isMine() && this.#onMessage(live, reading),
      onAudio: (frame) => {
        if (!isMine()) return;
        const isNews = this.#store.dispatch({ type: "audio", seq: frame.seq, answer: frame.answer });
        if (isNews) live.voice.play(frame);
      },
      onReturn: (way) => {
        if (!isMine()) return;
        live.way = way;
        this.#keep(way, null);
      },
      onAway: () => isMine() && this.#store.dispatch({ type: "away", at: this.#now() }),
      onBack: () => {
        if (!isMine()) return;
        live.voice.returned();
        void this.#learnStatus();
      },
      onEnd: (end) => isMine() && this.#onEnd(live, end),
    };
  }

  /** `unheard`: the page goes, and this of the agent's voice was not heard; null while it stays. */
  #keep(way: Return, unheard: Unheard | null): void {
    const { state } = this.#store;
    if (state.session?.id == null) return;
    const { id: session, agent } = state.session;
    const record =
      unheard === null ? null : { ...recordOf(state), sequence: want(state.sequence, unheard.numbers) };
    const { microphone, who } = state;
    const voiceAt = unheard?.at ?? null;
    this.#keeper.keep({ session, way, agent, who, leftAt: this.#now(), microphone, voiceAt, record });
  }

  /** Puts the ended session away, to choose another agent. */
  clear(): void {
    this.#drop();
    this.#store.dispatch({ type: "cleared" });
    void this.loadAgents();
  }

  /** Takes an API key and goes on with what it was wanted for. */
  async giveKey(key: string): Promise<void> {
    this.#keys.keep(key);
    if (this.#wanted !== null) await this.start(this.#wanted.agent, this.#wanted.who, this.#wanted.speak);
    else {
      this.#store.dispatch({ type: "key_given" });
      await this.loadAgents();
    }
  }

  /** Says something in writing. False when it cannot be said now. */
  type(text: string): boolean {
    const words = text.trim().slice(0, LIMITS.callerTextChars);
    if (words === "" || !isLive(this.#store.state.connection)) return false;
    // Whoever types over the agent means to be heard: what still sounds of the answer stops.
    if (this.#store.state.sounding !== null) this.stopSpeaking();
    this.#live?.line?.say({ type: "text", text: words });
    this.#store.dispatch({ type: "typed", at: this.#now(), text: words });
    return true;
  }

  /** Stops the answer that is being spoken: here at once, then at the gateway. */
  stopSpeaking(): void {
    const { newestAnswer, silenced, connection } = this.#store.state;
    if (!isLive(connection) || newestAnswer <= silenced) return;
    this.#store.dispatch({ type: "silenced", answer: newestAnswer });
    this.#live?.voice.silence(newestAnswer);
    this.#live?.line?.say({ type: "interrupt" });
  }

  /** Opens the microphone, or mutes and unmutes it once it is open. */
  toggleMicrophone(): void {
    const { microphone } = this.#store.state;
    if (microphone === "off") void this.#live?.voice.openMicrophone();
    else if (microphone !== "opening") this.#live?.voice.setMuted(microphone === "live");
  }

  dial(digits: string): void {
    if (this.#store.state.connection.status !== "talking") return;
    this.#live?.line?.say({ type: "dtmf", digits });
    this.#store.dispatch({ type: "dialled", digits });
  }

  /** Asks for another segment of the agent. */
  goTo(segment: string): void {
    if (this.#store.state.connection.status !== "talking") return;
    this.#store.dispatch({ type: "wished", segment });
    this.#live?.line?.say({ type: "go_to", segment });
  }

  /** Answers a tool call that the gateway has given to the client. */
  answerTool(call: string, answer: { readonly result: Json } | { readonly error: string }): void {
    this.#live?.line?.say({ type: "tool_result", call, ...answer });
    this.#store.dispatch({ type: "tool_answered", call });
  }

  /** Ends the session in order. */
  leave(): void {
    if (this.#live === null) return;
    this.#drop();
    this.#store.dispatch({ type: "ended", at: this.#now(), reason: "You ended the session." });
    void this.#learnStatus();
  }

  /** What each stay cost, the gateway knows alone: asked at every turn's end, after a move, and at the end. */
  async #learnStatus(): Promise<void> {
    const session = this.#store.state.session?.id ?? null;
    if (session === null || this.#store.state.segments.length === 0) return;
    this.#statusAsked += 1;
    const asked = this.#statusAsked;
    const status = await fetchStatus(session, this.#keys.key);
    if (status !== null && asked === this.#statusAsked)
      this.#store.dispatch({ type: "status", session, status });
  }

  #drop(): void {
    const live = this.#live;
    const session = this.#store.state.session?.id ?? null;
    this.#live = null;
    this.#keeper.forget();
    live?.voice.stop();
    if (live?.line?.leave() === false && session !== null) void endSession(session, this.#keys.key);
  }

  #onMessage(live: Live, reading: Reading): void {
    // Silence first, words after: nothing may stand between the caller's voice and the agent's falling silent.
    const message = reading.kind === "message" ? reading.message : null;
    if (message?.type === "interrupted" && this.#isNews(reading)) live.voice.silence(message.answer);
    if (message?.type === "answer" && message.state === "ended") live.voice.endAnswer(message.answer);
    this.#store.dispatch({ type: "server", at: this.#now(), reading });
    if (message?.type === "closing") {
      live.voice.finish();
      live.way = null;
      this.#keeper.forget();
    }
    const isNews = message?.type === "usage" || message?.type === "closing";
    if (isNews || (message?.type === "segment" && message.reason === "transition")) void this.#learnStatus();
  }

  #isNews({ seq }: Reading): boolean {
    return note(this.#store.state.sequence, seq) !== null;
  }

  #onEnd(live: Live, end: LineEnd): void {
    const ended = this.#store.state.connection.status === "ended";
    live.voice.finish();
    live.line = null;
    live.way = null;
    this.#keeper.forget();
    if (ended) return;
    const words = LINE_ENDS[end];
    this.#store.dispatch({ type: "ended", at: this.#now(), reason: words.reason });
    if (end === "refused") return void this.#explainRefusal();
    if (words.problem !== null) this.#store.dispatch({ type: "problem", problem: problem(words.problem) });
    void this.#learnStatus();
  }

  /** Browsers do not tell why a socket was refused; whether anybody is there can be found out. */
  async #explainRefusal(): Promise<void> {
    const reachable = await isReachable();
    this.#store.dispatch({ type: "problem", problem: problem(reachable ? "refused" : "unreachable") });
  }

  #refused(refusal: Refusal): void {
    if (refusal.type === "problem") this.#store.dispatch({ type: "problem", problem: refusal.problem });
    else this.#store.dispatch({ type: "key_needed", refused: this.#keys.key !== null });
  }
}
