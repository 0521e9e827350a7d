/**
 * An edge with everything around it: agents, settings, a clock that stands, ids that count, and session objects that
 * live in memory and speak the same calls as the real ones.
 */
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import type { SegmentDefinition } from "../../src/agent/segment.ts";
import { type GatewayError, gatewayError } from "../../src/base/errors.ts";
import { redact } from "../../src/base/redact.ts";
import { err, ok } from "../../src/base/result.ts";
import { callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import type { CapacityLedgerRpc } from "../../src/durable/capacity-rpc.ts";
import type { SessionInit, SessionStatus } from "../../src/durable/session-rpc.ts";
import type { StoreBeside } from "../../src/edge/caller-memories.ts";
import { createEdge } from "../../src/edge/edge.ts";
import type { SessionNamespace, SessionStub } from "../../src/edge/sessions.ts";
import { StandInCallers } from "./callers.ts";

export const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
export const KEY = "server-key-0123456789";
export const SECRET = "0123456789abcdef0123456789abcdef";
export const ORIGIN = "https://voice.example";

export const ENV = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  API_KEYS: `another-key-0123456789,${KEY}`,
  TICKET_SECRET: SECRET,
};

const agent = (
  name: string,
  region: "us-east-1" | "eu-north-1",
  more: Partial<AgentDefinition> = {},
): AgentDefinition => {
  const defined = defineAgent({ name, region, voice: "tiffany", prompt: "You help." });
  const main = segment("main", {}, defined);
  return { ...defined, facts: {}, segments: [main], start: main.name, ...more };
};

/** A segment of `agent` where little was said about it. */
export const segment = (
  name: string,
  more: Partial<SegmentDefinition>,
  { model, region, voice, endpointing, prompt } = defineAgent({
    name: "bank",
    voice: "tiffany",
    prompt: "You help.",
  }),
): SegmentDefinition => ({
  name,
  purpose: null,
  ...{ model, region, voice, endpointing, prompt, inference: {} },
  tools: null,
  goesTo: [],
  requires: {},
  sees: { facts: null, talk: null },
  writes: null,
  carries: { type: "talk" },
  budget: null,
  opening: null,
  prefetch: [],
  ...more,
});

const edge = { when: null, by: ["model", "client"], say: null } as const;
const SEGMENTS = [
  segment("front_desk", {
    purpose: "Finds out who calls.",
    goesTo: [
      { ...edge, to: "banking", by: [], when: { authenticated: true } },
      { ...edge, to: "loans" },
    ],
    budget: { ms: 60_000, turns: null, tokens: null, to: "loans" },
  }),
  segment("banking", { voice: "matthew", requires: { authenticated: true } }),
  segment("loans", {}),
];

const camera = {
  name: "camera",
  description: "Takes a picture.",
  inputSchema: { type: "object" },
  timeoutMs: 5_000,
};

const { memory } = defineAgent({ name: "bank", voice: "tiffany", prompt: "You help.", memory: {} });

export const AGENTS: readonly AgentDefinition[] = [
  agent("bank", "us-east-1", {
    ...(memory === undefined ? {} : { memory }),
    greeting: "Greet the caller.",
    tools: [
      { type: "binding", binding: "BANK", only: null },
      { type: "functions", tools: [{ ...camera, name: "current_time", run: () => "noon" }] },
      { type: "client", tools: [camera] },
    ],
    segments: SEGMENTS,
    start: "front_desk",
  }),
  agent("weather", "eu-north-1", {
    tools: [{ type: "binding", binding: "WEATHER", only: ["forecast"] }],
  }),
];

/** One session object: enough of one to tell whether it was asked, and with what. */
class MemorySession implements SessionStub {
  readonly upgrades: Request[] = [];
  init: SessionInit | null = null;
  /** Set by tests: why it cannot be made. */
  refuses: GatewayError | null = null;
  /** Set by tests: a client talks. */
  talking = false;
  /** How often a fresh stream was wished for. */
  rotated = 0;
  /** Set by tests: why it cannot be erased. */
  clings: Error | null = null;
  #ended = false;
  #segment = "front_desk";
  readonly #callers: StandInCallers;

  constructor(callers: StandInCallers) {
    this.#callers = callers;
  }

  async create(init: SessionInit) {
    if (this.refuses !== null) return err(this.refuses);
    this.init = init;
    const { caller, tenant, session, agent } = init;
    if (caller === null || init.memory !== true) return ok(null);
    const memory = this.#callers.getByName(callerObjectName({ tenant, caller }));
    await memory.sessionBegins({ tenant, caller }, { session, agent, startedAt: NOW });
    return ok(null);
  }

  async status() {
    return this.init === null ? err(gatewayError("session_unknown")) : ok(this.#statusOf(this.init));
  }

  async transcript() {
    if (this.init === null) return err(gatewayError("session_unknown"));
    const place = { turn: 1, at: NOW, segment: "front_desk" } as const;
    return ok([
      { type: "caller", index: 0, ...place, text: "Hello?", typed: false },
      { type: "transition", index: 1, ...place, segment: "loans", from: "front_desk", by: "operator" },
    ] as const);
  }

  async end() {
    if (this.init === null) return err(gatewayError("session_unknown"));
    if (this.#ended) return err(gatewayError("session_ended"));
    this.#ended = true;
    return ok(null);
  }

  async erase() {
    if (this.clings !== null) throw this.clings;
    this.init = null;
    this.#ended = true;
  }

  async rotate() {
    if (this.init === null) return err(gatewayError("session_unknown"));
    if (this.#ended) return err(gatewayError("session_ended"));
    this.rotated++;
    return ok(null);
  }

  async goTo(wanted: string) {
    if (this.init === null) return err(gatewayError("session_unknown"));
    if (this.#ended) return err(gatewayError("session_ended"));
    const target = SEGMENTS.find(({ name }) => name === wanted);
    if (target === undefined) return err(gatewayError("segment_unknown"));
    if (!this.talking) return err(gatewayError("segment_refused", "nobody talks yet"));
    const missing = Object.keys(target.requires);
    if (missing.length > 0)
      return err(gatewayError("segment_refused", `${wanted} requires: ${missing.join(", ")}`));
    this.#segment = wanted;
    return ok(null);
  }

  /** Node has no WebSocket answer to give; a refusal shows that the request came, and how refusals are passed on. */
  async fetch(request: Request) {
    this.upgrades.push(request);
    return Response.json(
      { error: { code: "ticket_spent", message: "used" } },
      { status: 409, headers: { "x-inner": "1" } },
    );
  }

  #statusOf({ session, agent: name, caller, tenant }: SessionInit): SessionStatus {
    const tokens = { inputSpeech: 0, inputText: 0, outputSpeech: 0, outputText: 0 };
    const cost = { model: 0, platform: 0, total: 0 };
    const times = { createdAt: NOW, endedAt: null, end: null, turns: 0, streams: 1 };
    const state = this.#ended ? "ended" : this.talking ? "talking" : "preparing";
    const visit = { enteredAt: NOW, leftAt: null, by: null, turns: 0, tokens, cost: 0 };
    const first = { ...visit, segment: "front_desk" };
    const second = { ...visit, segment: this.#segment, by: "operator" } as const;
    const path = this.#segment === first.segment ? [first] : [{ ...first, leftAt: NOW }, second];
    const place = { segment: this.#segment, path, facts: { language: "de" } };
    return { session, agent: name, caller, tenant, state, ...times, tokens, cost, ...place };
  }
}

export class MemorySessions implements SessionNamespace {
  readonly objects = new Map<string, MemorySession>();
  readonly hints: (string | undefined)[] = [];
  readonly #callers: StandInCallers;

  constructor(callers: StandInCallers) {
    this.#callers = callers;
  }

  getByName(name: string, options?: { locationHint?: string }): MemorySession {
    this.hints.push(options?.locationHint);
    const object = this.objects.get(name) ?? new MemorySession(this.#callers);
    this.objects.set(name, object);
    return object;
  }
}

export interface House {
  readonly sessions: MemorySessions;
  readonly callers: StandInCallers;
  /** What was logged, a line each, as it would reach the log. */
  readonly lines: string[];
  /** Sends a request as it is. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Sends a request; `path` may be absolute. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  /** The same with the API key. */
  readonly askWithKey: (path: string, init?: RequestInit) => Promise<Response>;
  /** Makes a session. `cf` is what Cloudflare knows of whoever asks. */
  readonly post: (body: unknown, cf?: object) => Promise<Response>;
}

export const openHouse = (
  env: Readonly<Record<string, unknown>> = ENV,
  {
    now = () => NOW,
    agents = AGENTS,
    capacity = null,
    beside = [],
    remembers = true,
  }: {
    now?: () => number;
    agents?: readonly AgentDefinition[];
    capacity?: CapacityLedgerRpc | null;
    beside?: readonly StoreBeside[];
    /** Whether there is a memory of callers at all. */
    remembers?: boolean;
  } = {},
): House => {
  const callers = new StandInCallers(now);
  const sessions = new MemorySessions(callers);
  let counted = 0;
  const uuid = () => `00000000-0000-4000-8000-${String(++counted).padStart(12, "0")}`;
  const lines: string[] = [];
  const log =
    (secrets: readonly string[]) =>
    (level: string, event: string, fields: object = {}) =>
      void lines.push(redact(JSON.stringify({ level, event, ...fields }), secrets));
  const edge = createEdge({
    log,
    agents,
    sessions: () => sessions,
    capacity: () => capacity,
    memory: () => (remembers ? { objects: callers, beside } : null),
    clock: { now },
    ids: { uuid },
  });
  const send = async (request: Request) => edge.fetch(request, env);
  const ask = async (path: string, { cf, ...init }: RequestInit & { cf?: object } = {}) => {
    const request = new Request(new URL(path, ORIGIN), {
      ...init,
      ...(init.body instanceof ReadableStream ? { duplex: "half" } : {}),
    });
    return send(cf === undefined ? request : Object.defineProperty(request, "cf", { value: cf }));
  };
  const askWithKey = (path: string, init: RequestInit & { cf?: object } = {}) =>
    ask(path, { ...init, headers: { authorization: `Bearer ${KEY}`, ...init.headers } });
  const post = (body: unknown, cf?: object) =>
    askWithKey("/v1/sessions", {
      ...(cf && { cf }),
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { sessions, callers, lines, fetch: send, ask, askWithKey, post };
};

export const errorOf = async (
  response: Response,
): Promise<{ code: string; message: string; detail?: string }> => {
  const body = (await response.json()) as { error: { code: string; message: string; detail?: string } };
  return body.error;
};
