/**
 * One running session: performs the conversation's effects and brings it what happens. Everything here is lost with
 * the object; what must outlive it is in the store.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { TextFailure, TextModel } from "../aws/text-model.ts";
import { causeText } from "../base/cause.ts";
import type { AlarmClock } from "../base/clock.ts";
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { spreadOf } from "../base/spread.ts";
import { Conversation } from "../conversation/conversation.ts";
import type {
  Effect,
  EndReason,
  Inbound,
  Notice,
  StreamTarget,
  TranscriptEntry,
} from "../conversation/events.ts";
import type { Snapshot } from "../conversation/snapshot.ts";
import type { Dialect, Frame } from "../dialect/dialect.ts";
import { RecordRedactor } from "../memory/record-redactor.ts";
import type { ModelStream, SpeechModel } from "../model/speech-model.ts";
import type { ToolBox } from "../tools/tool-runner.ts";
import { ClientLine } from "./client-line.ts";
import type { SessionMemory } from "./session-memory.ts";
import type { SessionInit } from "./session-rpc.ts";
import type { SessionStore } from "./session-store.ts";
import { Stopwatch } from "./stopwatch.ts";
import { Timers } from "./timers.ts";
import { ToolRuns } from "./tool-runs.ts";

export interface RuntimeParts {
  readonly init: SessionInit;
  readonly agent: AgentDefinition;
  /** The door to a model, by its id. */
  readonly model: (id: string) => SpeechModel;
  /** Sums up long talks; null where that is done by rule. */
  readonly textModel?: TextModel | null;
  readonly store: SessionStore;
  /** Of the session's caller; null where nothing is remembered. */
  readonly memory?: SessionMemory | null;
  /** What is left of a session whose object was lost; null for a new one. */
  readonly snapshot?: Snapshot | null;
  readonly clock: AlarmClock;
  readonly log: Log;
  /** The session is over and everything is stopped. */
  readonly ended: () => void;
}

export class SessionRuntime {
  readonly #parts: RuntimeParts;
  readonly #conversation: Conversation;
  readonly #redactor: RecordRedactor;
  readonly #timers: Timers;
  readonly #stopwatch = new Stopwatch();
  readonly #streams = new Map<number, ModelStream>();
  readonly #tools: ToolRuns;
  /** Calls off what a text model is asked. */
  readonly #over = new AbortController();
  /** What happens while effects are being performed waits its turn. */
  readonly #inbox: Inbound[] = [];
  #busy = false;
  #ended = false;
  /** Of the newest credentials that a stream was opened with; 0 where they do not expire. */
  #credentialsExpireAt = 0;
  readonly #line: ClientLine;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    const { init, agent, clock } = parts;
    const now = clock.now();
    const { session, inputRate, outputRate } = init;
    const memory = parts.memory ?? null;
    this.#redactor = new RecordRedactor(agent.redact);
    const { store, log } = parts;
    this.#tools = new ToolRuns({
      ...{ init, agent, store, log, redactor: this.#redactor },
      take: (inbound) => this.#take(inbound),
      crash: (bug) => this.crash(bug),
    });
    const options = {
      ...{ session, agent, inputRate, outputRate, jitter: spreadOf(session) },
      remembers: memory !== null,
    };
    this.#conversation = parts.snapshot
      ? Conversation.restore(options, parts.snapshot, now)
      : new Conversation(options, now);
    this.#line = new ClientLine({
      clock: {
        now: () => clock.now(),
        after: (ms, run) => clock.after(ms, () => this.#guarded(run)),
      },
      mayReturn: init.resumeToken !== null,
      isNewLife: Boolean(parts.snapshot),
      rates: { input: inputRate, output: outputRate },
      command: (command) => this.#take({ type: "command", command }),
      left: (mayReturn) => this.#take({ type: "client_left", mayReturn }),
      end: (reason) => this.end(reason),
    });
    this.#timers = new Timers(clock, (timer) => this.#take({ type: "timer", timer }));
    memory?.recall().then(
      (lines) => this.#take({ type: "recalled", lines }),
      (bug: unknown) => this.crash(bug),
    );
  }

  /** Somebody is there, or may come back: the session sees to its own end. */
  get isRunning(): boolean {
    return !this.#ended;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** What was said so far, as it may be stored and told. */
  get transcript(): readonly TranscriptEntry[] {
    const { entries } = this.#conversation;
    return this.#redactor.entries(entries, entries);
  }

  start(toolBox: ToolBox): void {
    this.#tools.found(toolBox);
    for (const { source, cause } of toolBox.missing)
      this.#parts.log("error", "tools_missing", { session: this.#parts.init.session, source, cause });
    // From here on there is something to come back to.
    if (!this.#parts.snapshot) this.#keep([]);
    this.#take({ type: "start", tools: toolBox.specs });
  }

  /** A client comes, or comes back. */
  join(socket: WebSocket, dialect: Dialect, returning = false): void {
    const { toolDetails, resumeToken } = this.#parts.init;
    const resume = resumeToken === null ? null : { token: resumeToken, forMs: LIMITS.resumeMs };
    this.#line.join(socket, dialect.connect({ toolDetails, resume }), returning);
    this.#take({ type: "client_joined" });
  }

  /** One message from the client. */
  receive(socket: WebSocket, frame: Frame): void {
    if (this.#ended) return;
    const since = performance.now();
    this.#guarded(() => this.#line.receive(socket, frame));
    if (typeof frame !== "string") this.#stopwatch.lap("up", since);
  }

  /** A socket of the client's has closed, or failed. */
  leave(socket: WebSocket, hungUp: boolean): void {
    this.#guarded(() => this.#line.closed(socket, hungUp));
  }

  /** Outside of `#take`, a bug of ours must end in a crash of this session all the same. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (bug) {
      this.crash(bug);
    }
  }

  /** An operator's wish; why it cannot be met, or null. */
  goTo(segment: string): GatewayError | null {
    const why = this.#conversation.whyNot(segment);
    if (why === null) this.#take({ type: "go_to", segment });
    return why;
  }

  /** An operator wishes a fresh stream. */
  rotate(): void {
    this.#take({ type: "rotate" });
  }

  end(reason: EndReason): void {
    this.#take({ type: "end", reason });
  }

  #take(inbound: Inbound): void {
    this.#inbox.push(inbound);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#inbox.shift(); next && !this.#ended; next = this.#inbox.shift()) {
        for (const effect of this.#conversation.on(next, this.#parts.clock.now())) this.#perform(effect);
      }
    } catch (bug) {
      this.crash(bug);
    } finally {
      this.#busy = false;
    }
  }

  /** A bug of ours ends this session only, in order, and is written down. */
  crash(bug: unknown): void {
    if (this.#ended) return;
    const { init, log } = this.#parts;
    log("error", "session_crashed", {
      session: init.session,
      cause: causeText(bug),
    });
    const error = gatewayError("internal");
    try {
      this.#line.tell({ type: "error", error });
    } catch {
      // What is broken may be the very way to say so.
    }
    for (const stream of this.#streams.values()) stream.abort();
    this.#finish({ type: "error", error });
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "notice":
        return effect.notice.type === "client_tool_call"
          ? this.#askClient(effect.notice)
          : this.#notice(effect.notice);
      case "stream.open":
        return this.#open(effect.generation, effect.target);
      case "stream.begin":
        return this.#streams.get(effect.generation)?.begin(effect.spec);
      case "stream.audio":
        return this.#streams.get(effect.generation)?.sendAudio(effect.pcm);
      case "stream.text":
        return this.#streams.get(effect.generation)?.sendText(effect.text);
      case "stream.tool_result":
        return this.#streams.get(effect.generation)?.sendToolResult(effect.use, effect.outcome);
      case "stream.finish":
        return this.#streams.get(effect.generation)?.finish();
      case "stream.abort":
        return this.#streams.get(effect.generation)?.abort();
      case "tool.run":
        return this.#tools.run(effect.call);
      case "tool.cancel":
        return this.#tools.cancel(effect.call);
      case "tool.prefetch":
        return this.#tools.prefetch(effect.call);
      case "summary.ask":
        return this.#summarise(effect);
      case "timer.set":
        return this.#timers.set(effect.timer, effect.at);
      case "timer.clear":
        return this.#timers.clear(effect.timer);
      case "keep":
        return this.#keep(effect.entries);
      case "memory.keep":
        return this.#parts.memory?.keep(effect);
      case "log":
        return this.#parts.log("warn", effect.event, { session: this.#parts.init.session, ...effect.fields });
      case "end":
        return this.#finish(effect.reason);
    }
  }

  #keep(changed: readonly TranscriptEntry[]): void {
    const { entries, progress } = this.#conversation;
    const snapshot = this.#redactor.snapshot(this.#conversation.snapshot());
    this.#parts.store.keep(this.#redactor.entries(changed, entries), progress, snapshot);
  }

  #notice(notice: Notice): void {
    this.#line.tell(
      notice.type === "metrics"
        ? { type: "metrics", metrics: { ...notice.metrics, gateway: this.#stopwatch.read() } }
        : notice,
    );
  }

  /** A client is asked, or the model is told what to mend. */
  #askClient(notice: Extract<Notice, { type: "client_tool_call" }>): void {
    const asked = this.#tools.forClient(notice);
    if (asked.type === "command") this.#inbox.push(asked);
    else this.#notice(asked);
  }

  #open(generation: number, target: StreamTarget): void {
    const { model, log, init } = this.#parts;
    const stream = model(target.model).open(target, (event) => {
      const since = performance.now();
      if (event.type === "ended") {
        this.#streams.delete(generation);
        const cause = "cause" in event.end ? event.end.cause : undefined;
        log(cause === undefined ? "info" : "warn", "stream_ended", {
          session: init.session,
          generation,
          end: event.end.type,
          cause,
        });
      }
      this.#take({ type: "model", generation, event });
      if (event.type === "opened") this.#heedExpiry(event.credentialsExpireAt ?? 0);
      if (event.type === "agent_audio") this.#stopwatch.lap("down", since);
    });
    this.#streams.set(generation, stream);
  }

  /** Each moment of expiry is told once: where no newer credentials can be had, a fresh stream would have the same. */
  #heedExpiry(at: number): void {
    if (at <= this.#credentialsExpireAt) return;
    this.#credentialsExpireAt = at;
    this.#take({ type: "credentials_expire", at });
  }

  #summarise({ request, system, prompt }: Extract<Effect, { type: "summary.ask" }>): void {
    const { textModel, log, init } = this.#parts;
    const failed = ({ cause, tokens }: TextFailure): void => {
      if (this.#ended) return;
      log("warn", "summary_failed", { session: init.session, cause });
      this.#take({ type: "summary_failed", request, tokens });
    };
    textModel?.ask({ system, prompt, maxTokens: LIMITS.summaryTokens }, this.#over.signal).then(
      (answer) =>
        answer.ok ? this.#take({ type: "summary_made", request, ...answer.value }) : failed(answer.error),
      // Not worth a call that goes well without it.
      (bug: unknown) => failed({ cause: causeText(bug), tokens: { input: 0, output: 0 } }),
    );
  }

  #finish(reason: EndReason): void {
    if (this.#ended) return;
    this.#ended = true;
    const { init, store, clock, log } = this.#parts;
    this.#timers.clearAll();
    this.#tools.end();
    this.#over.abort();
    this.#line.close(reason);
    const error = reason.type === "error" ? reason.error : null;
    const progress = this.#conversation.progress;
    log(error ? "warn" : "info", "session_ended", {
      session: init.session,
      agent: init.agent,
      reason: reason.type,
      code: error?.code,
      cause: error?.cause,
      turns: progress.turns,
      streams: progress.streams,
      cost: progress.cost.total,
    });
    try {
      store.end(reason.type, clock.now(), progress);
    } catch (bug) {
      // The object must know that nothing runs here any more: its alarm sees to what is stored.
      log("error", "session_not_stored", { session: init.session, cause: causeText(bug) });
    }
    this.#parts.ended();
  }
}
