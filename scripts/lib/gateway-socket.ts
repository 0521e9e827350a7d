/**
 * A client's socket to the gateway in `antiphon.v1`, as small as the scripts need it.
 */
import { WebSocket } from "ws";
import type { SampleRate } from "../../src/audio/format.ts";
import { type ServerMessage, serverMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";

const PROTOCOL = "antiphon.v1";
/** Sequence number and answer number before the audio, 32 bits each. */
const AUDIO_HEADER_BYTES = 8;

export type FromGateway =
  | { readonly type: "message"; readonly message: ServerMessage }
  | { readonly type: "audio"; readonly answer: number; readonly pcm: Uint8Array }
  /** Last. `why` says what happened, for a person. */
  | { readonly type: "closed"; readonly why: string };

export interface GatewaySocket {
  send(message: object): void;
  sendAudio(pcm: Uint8Array): void;
  close(): void;
}

export interface SocketWish {
  readonly url: string;
  readonly ticket: string;
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
}

/** Connects, says hello, and tells everything that comes. What is sent while nobody listens is dropped. */
export const connectToGateway = (wish: SocketWish, tell: (event: FromGateway) => void): GatewaySocket => {
  const socket = new WebSocket(wish.url, [PROTOCOL, `ticket.${wish.ticket}`], { perMessageDeflate: false });
  const send = (data: string | Uint8Array): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  let trouble: string | null = null;
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
      }),
    ),
  );
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) {
      tell({ type: "audio", answer: data.readUInt32BE(4), pcm: data.subarray(AUDIO_HEADER_BYTES) });
    } else {
      tell({ type: "message", message: serverMessage.parse(JSON.parse(data.toString("utf8"))) });
    }
  });
  socket.on("unexpected-response", (_, response) => {
    trouble = `the gateway refused the connection with ${response.statusCode}`;
    response.destroy();
    tell({ type: "closed", why: trouble });
  });
  socket.on("error", (error) => {
    trouble ??= error.message;
  });
  socket.on("close", (code) => tell({ type: "closed", why: trouble ?? `the gateway closed with ${code}` }));
  return {
    send: (message) => send(JSON.stringify(message)),
    sendAudio: send,
    close: () => socket.close(1000),
  };
};
