/**
 * Audio on the wire: binary messages of `antiphon.v1`. From the gateway: u32 BE number, u32 BE answer, then PCM16
 * little-endian. To the gateway: PCM16 little-endian and nothing else.
 */

/** Bytes before the samples. */
export const AUDIO_HEADER_BYTES = 8;

export interface AudioFrame {
  /** The message's number in the session, from 1, shared with the text messages. */
  readonly seq: number;
  /** The answer these samples belong to. */
  readonly answer: number;
  /** PCM16 mono at the rate agreed in hello, in the machine's own byte order. */
  readonly samples: Int16Array<ArrayBuffer>;
}

/** Reads one binary message; null when it is too short or holds half a sample. Never throws. */
export const decodeAudio = (message: ArrayBuffer): AudioFrame | null => {
  const length = message.byteLength - AUDIO_HEADER_BYTES;
  if (length < 0 || length % 2 !== 0) return null;
  const view = new DataView(message);
  const samples = new Int16Array(length / 2);
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = view.getInt16(AUDIO_HEADER_BYTES + index * 2, true);
  }
  return { seq: view.getUint32(0), answer: view.getUint32(4), samples };
};

/** One captured frame as it goes to the gateway. */
export const encodeAudio = (samples: Int16Array): ArrayBuffer => {
  const message = new ArrayBuffer(samples.length * 2);
  const view = new DataView(message);
  for (const [index, sample] of samples.entries()) view.setInt16(index * 2, sample, true);
  return message;
};
