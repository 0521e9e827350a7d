/**
 * WAV files, as far as a voice needs them: mono PCM16 at the gateway's rates is read, PCM16 is written.
 * RIFF/WAVE as in Microsoft's "Multimedia Programming Interface and Data Specifications 1.0"; WAVE_FORMAT_EXTENSIBLE too.
 */
import { SAMPLE_RATES, type SampleRate } from "../src/audio/format.ts";
import { err, ok, type Result } from "../src/base/result.ts";

export interface Wav {
  readonly rate: SampleRate;
  /** PCM16 little-endian mono, a whole number of samples. */
  readonly pcm: Uint8Array;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** RIFF id, size and form type. */
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/** The error is one line; for a file that sox can turn into the right form it holds the command. */
export const readWav = (file: Uint8Array, name: string): Result<Wav, string> => {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < HEADER_BYTES || tag(file, 0) !== "RIFF" || tag(file, 8) !== "WAVE") {
    return err(`${name} is not a WAV file.${isOtherAudio(file) ? ` ${convert(name)}` : ""}`);
  }
  const chunks = chunksOf(file, view);
  const format = chunks.find(({ id }) => id === "fmt ");
  const data = chunks.find(({ id }) => id === "data");
  if (format === undefined || format.end - format.start < 16) {
    return err(`${name} has no format chunk: it is damaged or was cut short.`);
  }
  if (data === undefined) return err(`${name} has no audio in it: it is damaged or was cut short.`);
  const rate = checkFormat(view, format, name);
  if (!rate.ok) return rate;
  const whole = data.end - ((data.end - data.start) % 2);
  if (whole === data.start) return err(`${name} has no audio in it: its data chunk is empty.`);
  return ok({ rate: rate.value, pcm: file.slice(data.start, whole) });
};

/** A WAV file of mono PCM16. */
export const writeWav = ({ rate, pcm }: Wav): Uint8Array => {
  const bytes = new Uint8Array(44 + pcm.byteLength);
  const view = new DataView(bytes.buffer);
  setTag(bytes, 0, "RIFF");
  view.setUint32(4, 36 + pcm.byteLength, true);
  setTag(bytes, 8, "WAVE");
  setTag(bytes, 12, "fmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  setTag(bytes, 36, "data");
  view.setUint32(40, pcm.byteLength, true);
  bytes.set(pcm, 44);
  return bytes;
};

interface Chunk {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The chunks in order. A size that reaches past the file is cut to it: tools that write to a pipe cannot go back
 * and leave 0 or 0xFFFFFFFF for the data. A chunk is padded to an even length.
 */
const chunksOf = (file: Uint8Array, view: DataView): readonly Chunk[] => {
  const chunks: Chunk[] = [];
  let at = HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= file.byteLength) {
    const id = tag(file, at);
    const start = at + CHUNK_HEADER_BYTES;
    const size = view.getUint32(at + 4, true);
    const streamed = id === "data" && size === 0;
    const end = streamed ? file.byteLength : Math.min(start + size, file.byteLength);
    chunks.push({ id, start, end });
    at = end + (size % 2);
  }
  return chunks;
};

const checkFormat = (view: DataView, { start, end }: Chunk, name: string): Result<SampleRate, string> => {
  const declared = view.getUint16(start, true);
  // The extensible form keeps the real code in the first two bytes of its sub-format, 24 bytes on.
  const code = declared === EXTENSIBLE && end - start >= 26 ? view.getUint16(start + 24, true) : declared;
  const channels = view.getUint16(start + 2, true);
  const rate = view.getUint32(start + 4, true);
  const bits = view.getUint16(start + 14, true);
  const wrong = [
    ...(code === PCM && bits === 16 ? [] : [code === PCM ? `${bits}-bit` : `of format ${code}`]),
    ...(channels === 1 ? [] : [`of ${channels} channels`]),
    ...(isSampleRate(rate) ? [] : [`at ${rate} Hz`]),
  ];
  if (wrong.length > 0 || !isSampleRate(rate)) {
    return err(
      `${name} is ${wrong.join(", ")}; wanted is 16-bit mono PCM at 8, 16 or 24 kHz. ${convert(name)}`,
    );
  }
  return ok(rate);
};

const isSampleRate = (rate: number): rate is SampleRate => SAMPLE_RATES.some((known) => known === rate);

/** How files begin that sox reads: Ogg, FLAC, MP3 with and without tags, AIFF, Sun audio, big and old WAV. */
const OTHER_AUDIO = /^(?:OggS|fLaC|ID3|\xff[\xe2-\xff]|FORM....AIF|\.snd|RF64|RIFX)/s;

const isOtherAudio = (file: Uint8Array): boolean =>
  OTHER_AUDIO.test(Buffer.from(file.subarray(0, HEADER_BYTES)).toString("latin1"));

const convert = (name: string): string => {
  const stem = name.replace(/\.[^./\\]*$/, "");
  return `Convert it with: sox ${name} -r 16000 -c 1 -b 16 ${stem}-16k.wav`;
};

const tag = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

const setTag = (bytes: Uint8Array, at: number, text: string): void => {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
};
