/**
 * Speaks what a client of the gateway hears, with no more in it than the measurement needs: for the floor, where frames
 * are passed on as they are.
 */
import type { Mouth } from "./mouth.ts";

const HEADER_BYTES = 8;

export function createRawMouth(write: (message: Uint8Array | string) => void): Mouth {
  let seq = 0;
  let answer = 0;
  const tell = (message: object): void => write(JSON.stringify({ ...message, seq: ++seq }));
  tell({ type: "ready" });
  return {
    usesTools: false,
    speech: (state) => tell({ type: "speech", state }),
    askTool() {},
    beginAnswer(turn) {
      answer = turn + 1;
      tell({ type: "answer", state: "started", answer });
    },
    sound(pcm) {
      const message = Buffer.allocUnsafe(HEADER_BYTES + pcm.length);
      message.writeUInt32BE(++seq, 0);
      message.writeUInt32BE(answer, 4);
      pcm.copy(message, HEADER_BYTES);
      return message;
    },
    send: write,
    endAnswer: () => tell({ type: "answer", state: "ended", answer }),
    interrupt: () => tell({ type: "interrupted", answer }),
  };
}
