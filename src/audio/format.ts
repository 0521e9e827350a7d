/**
 * What the gateway calls audio: mono, 16-bit little-endian linear PCM inside, at a rate the model speaks natively.
 * The model is asked for the client's rate; a door whose model does not speak it converts there and nowhere else.
 */

/** Sample rates that Nova Sonic takes and gives, in Hz. */
export const SAMPLE_RATES = [8000, 16000, 24000] as const;
export type SampleRate = (typeof SAMPLE_RATES)[number];

/** How a client writes its samples. G.711 (ITU-T G.711) is always 8000 Hz. */
export const ENCODINGS = ["pcm16", "mulaw", "alaw"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface AudioFormat {
  readonly encoding: Encoding;
  readonly rate: SampleRate;
}

/** Bytes of PCM16 in one millisecond at `rate` Hz. */
export const bytesPerMs = (rate: SampleRate): number => (rate * 2) / 1000;

/** Duration in ms of `byteLength` bytes of PCM16 at `rate` Hz. */
export const pcmDurationMs = (byteLength: number, rate: SampleRate): number => byteLength / bytesPerMs(rate);
