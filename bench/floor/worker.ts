/**
 * The runtime's own price: a Worker with a Durable Object per call that passes messages between its two WebSockets and
 * does nothing else. No signature, no envelope, no state.
 */
import { DurableObject } from "cloudflare:workers";

interface Env {
  readonly CALLS: DurableObjectNamespace<Call>;
  /** `http:` address of the engine's plain WebSocket door. */
  readonly ENGINE: string;
}

export class Call extends DurableObject<Env> {
  #up: WebSocket | null = null;
  /** What the client says before the engine is there. */
  #early: (string | ArrayBuffer)[] = [];

  override fetch(): Response {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    ours.binaryType = "arraybuffer";
    ours.addEventListener("message", ({ data }) => this.#pass(data));
    ours.addEventListener("close", () => this.#up?.close(1000));
    // The cheaper of the two ways to hear a client: no hibernation.
    ours.accept();
    this.ctx.waitUntil(this.#dial(ours));
    return new Response(null, {
      status: 101,
      webSocket: theirs,
      headers: { "sec-websocket-protocol": "antiphon.v1" },
    });
  }

  async #dial(client: WebSocket): Promise<void> {
    const { webSocket } = await fetch(this.env.ENGINE, { headers: { upgrade: "websocket" } });
    if (!webSocket) return client.close(1011, "the engine is not there");
    webSocket.binaryType = "arraybuffer";
    webSocket.accept();
    webSocket.addEventListener("message", ({ data }) => client.send(data));
    webSocket.addEventListener("close", () => client.close(1000));
    for (const message of this.#early.splice(0)) webSocket.send(message);
    this.#up = webSocket;
  }

  #pass(message: string | ArrayBuffer): void {
    if (this.#up) this.#up.send(message);
    else this.#early.push(message);
  }
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    if (request.headers.get("upgrade") !== "websocket") return new Response("ok");
    return env.CALLS.get(env.CALLS.newUniqueId()).fetch(request);
  },
};
