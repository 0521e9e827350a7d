/**
 * The layout of a binary message to the client: two unsigned 32-bit numbers in network byte order, then audio.
 *
 *     0        4        8
 *     | seq    | answer | audio in the declared output encoding …
 */

import { writeUint32 } from "../../base/uint32.ts";

export const AUDIO_HEADER_BYTES = 8;

export const encodeAudioMessage = (seq: number, answer: number, audio: Uint8Array): Uint8Array => {
  const message = new Uint8Array(AUDIO_HEADER_BYTES + audio.byteLength);
  writeUint32(message, 0, seq);
  writeUint32(message, 4, answer);
  message.set(audio, AUDIO_HEADER_BYTES);
  return message;
};
