/**
 * AgentCore Runtime's WebSocket door, `/runtimes/{arn}/ws`: plain text and binary messages, no event stream, no signatures
 * but the upgrade's. Source: AgentCore developer guide; quotas for its limits.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { claimedRegion, readTarget } from "../doors/reception.ts";
import { refusalFor, validation } from "../doors/refusal.ts";
import { headersOf, refuse, toBytes, type WebSocketDoor } from "../doors/websocket-door.ts";
import type { Registry } from "../engine/registry.ts";
import { LIMITS } from "../limits.ts";
import { admit, BEARER_PROTOCOL, type Gate, type Visitor } from "./admit.ts";
import { createFrameGauge } from "./frame-gauge.ts";
import { createVoiceAgent, type SocketLine } from "./voice-agent.ts";

/** Whether an upgrade is for this door. */
export const isRuntimeSocket = (target: string): boolean => target.startsWith("/runtimes/");

export function createAgentCoreDoor(registry: Registry, gate: Gate): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    // The library closes with 1009 what is larger, as AgentCore does.
    maxPayload: LIMITS.agentcoreFrameBytes,
    handleProtocols: (offered) => (offered.has(BEARER_PROTOCOL) ? BEARER_PROTOCOL : false),
  });

  const serve = (socket: WebSocket, visitor: Visitor): void => {
    const now = gate.verifier.wallNow;
    const gauge = createFrameGauge(now());
    const agent = registry.enlist(
      { door: "agentcore", model: visitor.runtimeArn, region: visitor.region },
      (parts) => createVoiceAgent(parts, visitor, lineOf(socket)),
    );
    socket.on("message", (data) => {
      if (gauge.count(now())) agent.receive(Buffer.from(toBytes(data)).toString());
      else agent.overLimit(`More than ${LIMITS.agentcoreFramesPerSecond} frames per second`);
    });
    // A client that breaks the protocol, or a size limit, is closed by the library; the agent learns of it by `close`.
    socket.on("error", () => {});
    socket.on("close", (code) => agent.lost(code));
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const target = readTarget(request.url ?? "/");
    if (target === undefined) return refuse(socket, validation("The request target is not valid."));
    const asked = { method: request.method ?? "GET", ...target, headers: headersOf(request) };
    const ordered = registry.desk.takeRefusal(claimedRegion(asked));
    if (ordered !== undefined)
      return refuse(socket, refusalFor(ordered.status, ordered.errorType, ordered.message));
    const admitted = await admit(asked, gate);
    if (!admitted.ok) return refuse(socket, admitted.error);
    server.handleUpgrade(request, socket, head, (accepted) => serve(accepted, admitted.value));
  };

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      upgrade(request, socket, head).catch(() => socket.destroy());
    },
    close() {
      for (const client of server.clients) client.terminate();
    },
  };
}

function lineOf(socket: WebSocket): SocketLine {
  return {
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > LIMITS.outboundQueueBytes) return socket.terminate();
      socket.send(message);
    },
    end: (code, reason) => socket.close(code, reason),
    cut: () => socket.terminate(),
  };
}
