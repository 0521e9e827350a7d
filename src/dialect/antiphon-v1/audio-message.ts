/**
 * The layout of a binary message to the client: two unsigned 32-bit numbers in network byte order, then audio.
 *
 *     0        4        8
 *     | seq    | answer | audio in the declared output encoding …
 */

export const AUDIO_HEADER_BYTES = 8;

export const encodeAudioMessage = (seq: number, answer: number, audio: Uint8Array): Uint8Array => {
  const message = new Uint8Array(AUDIO_HEADER_BYTES + audio.byteLength);
  const view = new DataView(message.buffer);
  view.setUint32(0, seq);
  view.setUint32(4, answer);
  message.set(audio, AUDIO_HEADER_BYTES);
  return message;
};
