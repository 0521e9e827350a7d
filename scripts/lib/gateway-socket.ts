/**
 * One socket to the gateway in `antiphon.v1`, as small as the scripts need it. How one follows another is
 * `gateway-line.ts`'s.
 */
import { WebSocket } from "ws";
import type { SampleRate } from "../../src/audio/format.ts";
import { type ServerMessage, serverMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";

const PROTOCOL = "antiphon.v1";
/** Sequence number and answer number before the audio, 32 bits each. */
const AUDIO_HEADER_BYTES = 8;

export type FromSocket =
  | { readonly type: "message"; readonly message: ServerMessage }
  | { readonly type: "audio"; readonly seq: number; readonly answer: number; readonly pcm: Uint8Array }
  /** Last. `why` says what happened, for a person; `status` is that of an upgrade that was refused, else null. */
  | { readonly type: "closed"; readonly why: string; readonly code: number; readonly status: number | null };

export interface GatewaySocket {
  send(message: object): void;
  sendAudio(pcm: Uint8Array): void;
  close(): void;
  /** Lets go of it at once: the other end is not there. */
  drop(): void;
}

export interface SocketWish {
  readonly url: string;
  readonly pass:
    | { readonly type: "ticket"; readonly token: string }
    | { readonly type: "resume"; readonly token: string; readonly seen: number };
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
}

/** Connects, says hello, and tells everything that comes. What is sent while nobody listens is dropped. */
export const openSocket = (wish: SocketWish, tell: (event: FromSocket) => void): GatewaySocket => {
  const { pass } = wish;
  const socket = new WebSocket(wish.url, [PROTOCOL, `${pass.type}.${pass.token}`], {
    perMessageDeflate: false,
  });
  const send = (data: string | Uint8Array): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  let trouble: string | null = null;
  let status: number | null = null;
  socket.on("open", () =>
    send(
      JSON.stringify({
        type: "hello",
        protocol: PROTOCOL,
        client: "antiphon talk",
        audio: {
          input: { encoding: "pcm16", rate: wish.inputRate },
          output: { encoding: "pcm16", rate: wish.outputRate },
        },
        ...(pass.type === "resume" ? { seen: pass.seen } : {}),
      }),
    ),
  );
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) {
      const pcm = data.subarray(AUDIO_HEADER_BYTES);
      tell({ type: "audio", seq: data.readUInt32BE(0), answer: data.readUInt32BE(4), pcm });
    } else {
      tell({ type: "message", message: serverMessage.parse(JSON.parse(data.toString("utf8"))) });
    }
  });
  socket.on("unexpected-response", (_, response) => {
    status = response.statusCode ?? 0;
    trouble = `the gateway refused the connection with ${status}`;
    response.destroy();
    // Ends in "close", which tells all at once.
    socket.terminate();
  });
  socket.on("error", (error) => {
    trouble ??= error.message;
  });
  socket.on("close", (code) =>
    tell({ type: "closed", why: trouble ?? `the gateway closed with ${code}`, code, status }),
  );
  return {
    send: (message) => send(JSON.stringify(message)),
    sendAudio: send,
    close: () => socket.close(1000),
    drop: () => socket.terminate(),
  };
};
