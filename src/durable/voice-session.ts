/**
 * The Durable Object of a session: the only place with `ctx`. It answers the edge, takes the client's socket, and
 * sees to it by alarm that nothing outlives its time.
 */
import { DurableObject } from "cloudflare:workers";
import type { AgentDefinition } from "../agent/agent.ts";
import { offeredWarnings } from "../agent/offered-warnings.ts";
import { placedIn } from "../agent/runtime-arn.ts";
import { credentialSource, liveCredentials } from "../aws/credential-source.ts";
import { createTextModel } from "../aws/text-model.ts";
import { causeText } from "../base/cause.ts";
import { systemClock } from "../base/clock.ts";
import { type GatewayConfig, parseConfig, secretsOf } from "../base/config.ts";
import { ERRORS, type GatewayError, gatewayError, publicBody } from "../base/errors.ts";
import { letGo } from "../base/let-go.ts";
import { LIMITS } from "../base/limits.ts";
import { jsonLog, type Log } from "../base/log.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { TranscriptEntry } from "../conversation/events.ts";
import type { Snapshot } from "../conversation/snapshot.ts";
import { dialectFor } from "../dialect/index.ts";
import { routed, targetsOf } from "../model/route.ts";
import type { Trouble } from "../tools/run-body.ts";
import { secretSettings } from "../tools/secret-settings.ts";
import { openToolBox } from "../tools/tool-box.ts";
import { leftBehind } from "./left-behind.ts";
import { memoryOfSession } from "./memory-of-session.ts";
import { noProgress } from "./progress.ts";
import { entryOf } from "./session-door.ts";
import type { SessionMemory } from "./session-memory.ts";
import type { SessionInit, SessionStatus, VoiceSessionRpc } from "./session-rpc.ts";
import { SessionRuntime } from "./session-runtime.ts";
import { type SessionRow, SessionStore } from "./session-store.ts";
import type { VoiceSessionClass, VoiceSessionOptions } from "./voice-session-options.ts";

/** RFC 6455 section 7.4.1: the purpose is fulfilled. Whoever closes so does not mean to come back. */
const HUNG_UP = 1000;

/** The values of those settings that are there. */
const settingsOf = (env: object, names: readonly string[]): readonly string[] =>
  names.map((name): unknown => Reflect.get(env, name)).filter((value) => typeof value === "string");

/** The class to export from the Worker; `options` are fixed at start-up. */
export function voiceSession(options: VoiceSessionOptions): VoiceSessionClass {
  const { clock = systemClock } = options;
  return class VoiceSession extends DurableObject<object> implements VoiceSessionRpc {
    readonly #store = new SessionStore(this.ctx.storage.sql);
    #runtime: SessionRuntime | null = null;
    #memory: SessionMemory | null = null;
    /** Whether an earlier life of this object may have left places taken at models. */
    #mayOwePlaces = true;

    async create(init: SessionInit): Promise<Result<null, GatewayError>> {
      if (this.#store.row()) return err(gatewayError("bad_request", "The session exists already."));
      const agent = this.#agent(init);
      if (!agent) return err(gatewayError("agent_unknown"));
      const config = parseConfig(this.env);
      if (!config.ok) return err(gatewayError("not_configured"));
      const now = clock.now();
      this.#store.create(init, now);
      this.#mayOwePlaces = false;
      await this.ctx.storage.setAlarm(now + LIMITS.reapAfterMs);
      this.#prepare(init, agent, config.value);
      return ok(null);
    }

    #agent(init: SessionInit): AgentDefinition | null {
      return options.agents.find((candidate) => candidate.name === init.agent) ?? null;
    }

    /** Finds the tools and opens the stream ahead of the client; nobody waits for it here. */
    #prepare(
      init: SessionInit,
      agent: AgentDefinition,
      config: GatewayConfig,
      snapshot: Snapshot | null = null,
    ): SessionRuntime {
      const log = jsonLog([...secretsOf(config), ...settingsOf(this.env, secretSettings(agent))]);
      const placed = {
        ...placedIn(agent, config.region),
        segments: routed(agent, config.region, init.route),
      };
      const memory = this.#memoryOf(init, placed, config, log);
      this.#memory = memory;
      if (memory) this.ctx.waitUntil(memory.flush());
      const credentials = credentialSource(config, systemClock, log);
      const { summaries, region } = placed;
      const runtime = new SessionRuntime({
        init,
        memory,
        agent: placed,
        model: options.models(config, log, init.session, {
          env: this.env,
          tenant: init.tenant,
          talks: snapshot !== null,
          claimed: init.claimed ?? null,
          targets: targetsOf(placed.segments),
        }),
        textModel: summaries
          ? createTextModel({ region, ...summaries, endpoint: config.endpoint, credentials })
          : null,
        store: this.#store,
        snapshot,
        clock,
        log,
        ended: () => this.#retire(),
      });
      this.#runtime = runtime;
      const trouble: Trouble = (tool, cause, about) =>
        log("warn", about === "word" ? "tool_word_refused" : "tool_trouble", {
          session: init.session,
          tool,
          cause: causeText(cause),
        });
      this.ctx.waitUntil(
        liveCredentials(credentials)
          .then((live) =>
            openToolBox(placed, this.env, {
              trouble,
              config: { ...config, credentials: live },
              ...(memory && placed.memory?.tools && { memory: memory.desk }),
            }),
          )
          .then(
            (toolBox) => {
              // What is missing is told first: what is unknown may come of that.
              runtime.start(toolBox);
              const unknown = offeredWarnings(
                agent,
                toolBox.specs.map(({ name }) => name),
              );
              for (const { place, wrong, right } of unknown)
                log("error", "tool_unknown", { session: init.session, place, why: `${wrong}. ${right}` });
            },
            (bug: unknown) => runtime.crash(bug),
          ),
      );
      return runtime;
    }

    /** Null where nothing is remembered: of callers who are nobody, who may not be, or whose agent has no memory. */
    #memoryOf(
      init: SessionInit,
      agent: AgentDefinition,
      config: GatewayConfig,
      log: Log,
    ): SessionMemory | null {
      return memoryOfSession(init, agent, {
        ...{ config, log, clock },
        callers: options.callers?.(this.env) ?? null,
        startedAt: this.#store.row()?.createdAt ?? clock.now(),
        sql: this.ctx.storage.sql,
        waitUntil: (work) => this.ctx.waitUntil(work),
      });
    }

    /** The session as its last finished turn left it, when its object was lost meanwhile. */
    #restore({ init, ticketSpentAt }: SessionRow): Result<SessionRuntime, GatewayError> {
      const agent = this.#agent(init);
      if (!agent) return err(gatewayError("agent_unknown"));
      const config = parseConfig(this.env);
      if (!config.ok) return err(gatewayError("not_configured"));
      // Where nobody has been yet nobody comes back: the session begins as if it had just been made.
      const snapshot = ticketSpentAt === null ? null : this.#store.bringBack(agent.start);
      this.#store.found();
      const runtime = this.#prepare(init, agent, config.value, snapshot);
      return ok(runtime);
    }

    override async fetch(request: Request): Promise<Response> {
      const admitted = this.#admit(request);
      if (!admitted.ok) {
        return Response.json(publicBody(admitted.error), { status: ERRORS[admitted.error.code].status });
      }
      const { dialect, offered, runtime, returning } = admitted.value;
      if (!returning) this.#store.spendTicket(clock.now());
      const { 0: theirs, 1: ours } = new WebSocketPair();
      this.#listen(ours);
      runtime.join(ours, dialect, returning);
      return new Response(null, {
        status: 101,
        webSocket: theirs,
        // RFC 6455 section 4.2.2: only what was offered may be chosen.
        headers: offered ? { "sec-websocket-protocol": dialect.name } : {},
      });
    }

    /**
     * The socket does not hibernate: an object cannot, with its stream to the model open, and one that need not be able to
     * hears its client for a tenth less of the processor.
     */
    #listen(socket: WebSocket): void {
      socket.binaryType = "arraybuffer";
      socket.addEventListener("message", ({ data }) => {
        this.webSocketMessage(socket, data);
        letGo(data);
      });
      socket.addEventListener("close", ({ code }) => this.webSocketClose(socket, code));
      socket.addEventListener("error", () => this.webSocketError(socket));
      socket.accept();
    }

    #admit(request: Request) {
      const row = this.#store.row();
      const entry = entryOf(row, request, clock.now());
      if (entry.type === "refused" || !row)
        return err(gatewayError(entry.type === "refused" ? entry.why : "session_unknown"));
      const header = request.headers.get("sec-websocket-protocol");
      const dialect = dialectFor(header);
      if (!dialect.ok) return dialect;
      const runtime = this.#running(row);
      if (!runtime.ok) return runtime;
      const returning = entry.type === "returns";
      return ok({ dialect: dialect.value, offered: header !== null, runtime: runtime.value, returning });
    }

    override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
      this.#runtime?.receive(socket, typeof message === "string" ? message : new Uint8Array(message));
    }

    override webSocketClose(socket: WebSocket, code: number): void {
      this.#runtime?.leave(socket, code === HUNG_UP);
    }

    override webSocketError(socket: WebSocket): void {
      this.#runtime?.leave(socket, false);
    }

    async status(): Promise<Result<SessionStatus, GatewayError>> {
      const row = this.#store.row();
      if (!row) return err(gatewayError("session_unknown"));
      const stored = this.#store.progress();
      const progress = this.#runtime?.conversation.progress ?? {
        ...noProgress(this.#agent(row.init)),
        ...stored,
      };
      return ok({
        session: row.init.session,
        agent: row.init.agent,
        caller: row.init.caller,
        tenant: row.init.tenant,
        state: row.endedAt !== null ? "ended" : row.ticketSpentAt === null ? "preparing" : "talking",
        createdAt: row.createdAt,
        endedAt: row.endedAt,
        end: row.end,
        ...progress,
      });
    }

    async transcript(): Promise<Result<readonly TranscriptEntry[], GatewayError>> {
      if (!this.#store.row()) return err(gatewayError("session_unknown"));
      return ok(this.#runtime?.transcript ?? this.#store.entries());
    }

    async goTo(segment: string): Promise<Result<null, GatewayError>> {
      const row = this.#store.row();
      if (!row) return err(gatewayError("session_unknown"));
      if (row.endedAt !== null) return err(gatewayError("session_ended"));
      if (row.ticketSpentAt === null)
        return err(gatewayError("segment_refused", "Nobody has joined the session yet."));
      const runtime = this.#running(row);
      if (!runtime.ok) return runtime;
      const why = runtime.value.goTo(segment);
      return why === null ? ok(null) : err(why);
    }

    async rotate(): Promise<Result<null, GatewayError>> {
      const row = this.#store.row();
      if (!row) return err(gatewayError("session_unknown"));
      if (row.endedAt !== null) return err(gatewayError("session_ended"));
      const runtime = this.#running(row);
      if (!runtime.ok) return runtime;
      runtime.value.rotate();
      return ok(null);
    }

    /** The session as it runs, brought back first when its object was lost and nobody has come back to it yet. */
    #running(row: SessionRow): Result<SessionRuntime, GatewayError> {
      return this.#runtime ? ok(this.#runtime) : this.#restore(row);
    }

    async end(): Promise<Result<null, GatewayError>> {
      const row = this.#store.row();
      if (!row) return err(gatewayError("session_unknown"));
      if (row.endedAt !== null) return err(gatewayError("session_ended"));
      this.#endNow("deleted");
      return ok(null);
    }

    override async alarm(): Promise<void> {
      const row = this.#store.row();
      if (!row) return;
      const now = clock.now();
      if (row.endedAt !== null) {
        const until = row.endedAt + LIMITS.transcriptKeepMs;
        if (until <= now) return this.ctx.storage.deleteAll();
        await this.#givePlacesBack(row);
        const sent = await (this.#memory ?? this.#memoryOfRow(row))?.flush();
        return this.ctx.storage.setAlarm(
          sent === false ? Math.min(until, now + LIMITS.memoryKeepAgainMs) : until,
        );
      }
      // A caller may be muted or silent for as long as they like, and a session that runs sees to its own end. What does
      // not run was lost with an earlier life of this object, and ends when its client has had its time to come back. That
      // is kept: until then this object may be put away again, and its next life must not begin to wait anew.
      if (!this.#runtime?.isRunning) {
        const isOpened = row.ticketSpentAt !== null;
        const waitsUntil = isOpened
          ? this.#store.lostSince(now) + LIMITS.resumeMs
          : row.init.ticket.expiresAt;
        if (now >= waitsUntil) return this.#endNow("reaped");
        await this.ctx.storage.setAlarm(waitsUntil);
        return;
      }
      // Nothing is lost with this alarm that the socket's end would not bring; audio need not wait for the write.
      await this.ctx.storage.setAlarm(now + LIMITS.reapAfterMs, { allowUnconfirmed: true });
    }

    /** A session whose object was restarted has no runtime: what is stored of it is all there is, to be left or not. */
    #endNow(reason: "deleted" | "reaped", leaves = true): void {
      if (this.#runtime) this.#runtime.end({ type: reason });
      else {
        if (leaves) this.#leaveBehind();
        this.#store.end(reason, clock.now(), null);
        this.#retire();
      }
    }

    /** What a session that no longer runs leaves for its caller's memory. */
    #leaveBehind(): void {
      const row = this.#store.row();
      const agent = row && this.#agent(row.init);
      const snapshot = agent && this.#store.bringBack(agent.start);
      if (!row || !snapshot) return;
      this.#memory = this.#memoryOfRow(row);
      const left = leftBehind(row.init, agent, snapshot, clock.now());
      if (left) this.#memory?.keep(left);
    }

    #memoryOfRow({ init }: SessionRow): SessionMemory | null {
      const agent = this.#agent(init);
      const config = parseConfig(this.env);
      if (!agent || !config.ok) return null;
      return this.#memoryOf(init, agent, config.value, jsonLog(secretsOf(config.value)));
    }

    async erase(): Promise<void> {
      const row = this.#store.row();
      (this.#memory ?? (row && this.#memoryOfRow(row)))?.close();
      if (row && row.endedAt === null) this.#endNow("deleted", false);
      await this.ctx.storage.deleteAll();
    }

    /** What an object that was lost had taken, it could not give back. Once in a life. */
    async #givePlacesBack({ init }: SessionRow): Promise<void> {
      const agent = this.#agent(init);
      const config = parseConfig(this.env);
      if (!this.#mayOwePlaces || !agent || !config.ok) return;
      this.#mayOwePlaces = false;
      await options.leave(config.value, this.env, agent, init.session);
    }

    /** Should the object be lost while its streams close, its alarm gives back what they held. */
    #retire(): void {
      this.#runtime = null;
      this.ctx.waitUntil(this.ctx.storage.setAlarm(clock.now() + LIMITS.endLookMs));
      const row = this.#store.row();
      if (row && this.#mayOwePlaces)
        clock.after(LIMITS.streamFinishMs, () => this.ctx.waitUntil(this.#givePlacesBack(row)));
    }
  };
}
