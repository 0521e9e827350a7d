/**
 * Starts Nova Sonic on this machine: one engine, the WebSocket door, the HTTP/2 door, and the control endpoint.
 */
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { createAgentCoreDoor, isRuntimeSocket } from "./agentcore-ws/agentcore-door.ts";
import { type Credentials, DEFAULT_CREDENTIALS } from "./auth/credentials.ts";
import type { Verifier } from "./auth/request-signature.ts";
import { type Clock, createClock, type SpeedClock } from "./clock.ts";
import { CONTROL_PREFIX, createControl } from "./control/control.ts";
import { createHttp2Door, type TlsFiles } from "./doors/http2-door.ts";
import { createReception } from "./doors/reception.ts";
import { refusalParts, unknownOperation } from "./doors/refusal.ts";
import { createWebSocketDoor } from "./doors/websocket-door.ts";
import { createRegistry, type Registry } from "./engine/registry.ts";
import type { EarsFactory, StreamSettings } from "./engine/stream.ts";
import type { DeclaredMemory } from "./memory/declared.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import type { Mind, Voice } from "./seams.ts";
import { DEFAULT_BEARER_TOKEN } from "./services/authenticate.ts";
import { createServices, type Services } from "./services/services.ts";
import { createIssued, type Issued } from "./sts/issued.ts";

/** What makes the conversation: hearing, speaking, and wits. */
export interface Senses {
  readonly createEars: EarsFactory;
  readonly voice: Voice;
  /** A new mind for every stream. */
  createMind(scenario: Scenario | undefined): Mind;
  /** Whether the mind understands what is said aloud without a scenario. */
  readonly recognises?: boolean;
  close?(): void | Promise<void>;
}

export interface EmulatorOptions extends Partial<StreamSettings> {
  /** WebSocket door and control endpoint; 0 takes a free port. Default 8790. */
  readonly port?: number;
  /** HTTP/2 door; 0 takes a free port. Default 8791. */
  readonly h2Port?: number;
  /** Default 127.0.0.1: the control endpoint has no lock. */
  readonly host?: string;
  /** Both doors speak TLS. */
  readonly tls?: TlsFiles;
  readonly credentials?: readonly Credentials[];
  /** Accepted beside signatures by the services that take bearer tokens, AgentCore's WebSocket among them. Default: the built-in one. */
  readonly bearerTokens?: readonly string[];
  /** Only this region is served. Default: every region that has the model. */
  readonly region?: string;
  readonly scenario?: Scenario;
  /** AgentCore memories with strategies of their own; every other id is a memory with the usual ones. */
  readonly memories?: readonly DeclaredMemory[];
  /** Time runs this many times as fast as the world's. Default 1. */
  readonly speed?: number;
  /** In place of the emulator's own clock. */
  readonly clock?: Clock;
  /** The world's time in ms since 1970, by which signatures are judged. */
  readonly wallNow?: () => number;
  /** In place of the emulator's own ears, voice and mind. */
  readonly senses?: Senses;
}

export interface Emulator {
  /** `http://host:port` (`https:` with TLS): the endpoint of the WebSocket door. */
  readonly httpUrl: string;
  /** The same for a WebSocket client: `ws:` or `wss:`. */
  readonly wsUrl: string;
  /** Endpoint of the HTTP/2 door. */
  readonly h2Url: string;
  /** `…/_emulator`. */
  readonly controlUrl: string;
  /** Streams, traces and faults, without the detour over HTTP. */
  readonly registry: Registry;
  /** Calls and faults of the services beside the speech model. */
  readonly services: Services;
  /** Temporary credentials it has given out. */
  readonly issued: Issued;
  /** Ends all streams and frees the ports. */
  close(): Promise<void>;
}

export const DEFAULTS = {
  port: 8790,
  h2Port: 8791,
  host: "127.0.0.1",
  firstAudioMs: 300,
  connectionEnd: "modelTimeoutException",
  refuseAudioWhileToolPending: false,
  speechEvents: true,
  speed: 1,
} as const;

/** Rejects with the system's error when a port cannot be had. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const chosen = { ...DEFAULTS, ...options };
  const wallNow = options.wallNow ?? Date.now;
  const speedClock: SpeedClock | undefined =
    options.clock === undefined ? createClock(chosen.speed) : undefined;
  const clock = options.clock ?? speedClock ?? createClock();
  const senses = options.senses ?? (await (await import("./defaults.ts")).defaultSenses());
  let scenario = options.scenario;

  const registry = createRegistry({
    clock,
    wallNow,
    settings: chosen,
    createEars: senses.createEars,
    voice: speedClock === undefined ? senses.voice : inTimeOf(speedClock, senses.voice),
    createMind: () => senses.createMind(scenario),
  });
  const issued = createIssued();
  const lasting = options.credentials ?? [DEFAULT_CREDENTIALS];
  const verifier: Verifier = {
    get credentials() {
      return [...lasting, ...issued.all];
    },
    wallNow,
    ...(options.region === undefined ? {} : { region: options.region }),
  };
  const reception = createReception(registry, verifier);
  const services = createServices({
    gatekeeper: { verifier, bearerTokens: options.bearerTokens ?? [DEFAULT_BEARER_TOKEN] },
    clock,
    wallNow,
    issued,
    scheme: options.tls === undefined ? "http" : "https",
    memories: options.memories ?? [],
    getScenario: () => scenario,
  });
  const control = createControl({
    registry,
    services,
    speedClock,
    recognises: senses.recognises ?? false,
    expireCredentials: () => issued.expire(wallNow()),
    getScenario: () => scenario,
    setScenario(next) {
      scenario = next;
    },
  });

  const webSocketDoor = createWebSocketDoor(reception, wallNow);
  const agentCoreDoor = createAgentCoreDoor(registry, {
    verifier,
    bearerTokens: options.bearerTokens ?? [DEFAULT_BEARER_TOKEN],
  });
  const http2Door = createHttp2Door(reception, services, wallNow, options.tls);
  const http: HttpServer = options.tls === undefined ? createServer() : createTlsServer({ ...options.tls });
  http.on("upgrade", (request, socket, head) => {
    const door = isRuntimeSocket(request.url ?? "") ? agentCoreDoor : webSocketDoor;
    door.upgrade(request, socket, head);
  });
  http.on("request", (request, response) => {
    if (request.url?.startsWith(CONTROL_PREFIX)) {
      control(request, response).catch(() => response.destroy());
      return;
    }
    if (services.take(request, response)) return;
    const { headers, body } = refusalParts(unknownOperation);
    response.writeHead(unknownOperation.status, headers).end(body);
  });

  const stop = async (): Promise<void> => {
    webSocketDoor.close();
    agentCoreDoor.close();
    http2Door.close();
    services.reset();
    http.closeAllConnections();
    await Promise.all([closeServer(http), closeServer(http2Door.server), senses.close?.()]);
  };
  try {
    const port = await listen(http, chosen.port, chosen.host);
    const h2Port = await listen(http2Door.server, chosen.h2Port, chosen.host);
    const secure = options.tls === undefined ? "" : "s";
    const host = chosen.host.includes(":") ? `[${chosen.host}]` : chosen.host;
    const httpUrl = `http${secure}://${host}:${port}`;
    return {
      httpUrl,
      wsUrl: `ws${secure}://${host}:${port}`,
      h2Url: `http${secure}://${host}:${h2Port}`,
      controlUrl: `${httpUrl}${CONTROL_PREFIX.slice(0, -1)}`,
      registry,
      services,
      issued,
      close: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Whoever turns the clock turns it no further while speech is made. */
const inTimeOf = (clock: SpeedClock, voice: Voice): Voice => ({
  speak: (...words) => clock.during(voice.speak(...words)),
});

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A server that never came to listen calls back with an error, which is as good as closed.
    server.close(() => resolve());
  });
}
