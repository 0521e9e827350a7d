/**
 * One WebSocket that speaks `antiphon.v1`. Says hello itself; tells its owner what comes and, once, how it ended.
 */
import { CONSOLE } from "../limits.ts";
import { type AudioFrame, decodeAudio, encodeAudio } from "../wire/frames.ts";
import { type ClientMessage, type Reading, readMessage } from "../wire/messages.ts";
import { AUDIO } from "./api.ts";

/** With what a socket is let in. */
export type Pass =
  | { readonly type: "ticket"; readonly token: string }
  /** `seen`: the last number that has come; null when nothing is wanted again. */
  | { readonly type: "resume"; readonly token: string; readonly seen: number | null };

export interface ConnectionSink {
  readonly onMessage: (reading: Reading) => void;
  readonly onAudio: (frame: AudioFrame) => void;
  /** `opened`: whether the gateway ever let us in. */
  readonly onEnd: (end: { readonly opened: boolean; readonly code: number }) => void;
}

export interface Connection {
  /** Says something; without effect when the socket is not open. */
  say(message: ClientMessage): void;
  /** Sends a frame of caller audio. False when it was left out because too much is waiting already. */
  sendAudio(samples: Int16Array): boolean;
  /** Takes leave, and closes by itself if the gateway does not. */
  leave(): void;
  /** Lets go of it without a word: the other end is not there. */
  drop(): void;
}

/** The session's socket is at the page's own address; the page may connect nowhere else. */
const socketUrl = (session: string): URL => {
  const url = new URL(`v1/sessions/${encodeURIComponent(session)}/connect`, document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
};

export type Connect = (session: string, pass: Pass, sink: ConnectionSink) => Connection;

export const connect: Connect = (session, pass, sink) => {
  const socket = new WebSocket(socketUrl(session), ["antiphon.v1", `${pass.type}.${pass.token}`]);
  socket.binaryType = "arraybuffer";
  let opened = false;
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN;
  const say = (message: ClientMessage): void => {
    if (isOpen()) socket.send(JSON.stringify(message));
  };
  const overdue = setTimeout(() => socket.close(), CONSOLE.connectMs);

  socket.addEventListener("open", () => {
    opened = true;
    clearTimeout(overdue);
    const seen = pass.type === "resume" && pass.seen !== null ? { seen: pass.seen } : {};
    say({ type: "hello", protocol: "antiphon.v1", audio: AUDIO, client: "antiphon-console", ...seen });
  });
  socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") return sink.onMessage(readMessage(data));
    const frame = decodeAudio(data);
    if (frame === null) sink.onMessage({ kind: "malformed", seq: null });
    else sink.onAudio(frame);
  });
  socket.addEventListener("close", ({ code }) => {
    clearTimeout(overdue);
    sink.onEnd({ opened, code });
  });

  return {
    say,
    sendAudio(samples) {
      if (!isOpen()) return true;
      if (socket.bufferedAmount > CONSOLE.socketBacklogBytes) return false;
      socket.send(encodeAudio(samples));
      return true;
    },
    leave() {
      say({ type: "bye" });
      setTimeout(() => socket.close(1000), CONSOLE.byeMs);
    },
    drop: () => socket.close(),
  };
};
