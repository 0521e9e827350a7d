/**
 * Numbers in samples, below anything that can be heard: written into a copy of a frame that was made once, and read
 * without leaving anything for the garbage collector. The form is the emulator's (docs/emulator.md, "Marked audio").
 */
const SYNC = 0xa5c39e17;
const CHECK = 0x5a;
const MARK_SAMPLES = 64;

/** A hum at the pitch of a voice: heard as speech, unlike a click or a fan. */
const HUM_HZ = 180;
const HUM_LEVEL = 12_000;
/** What a quiet room sounds like. */
const ROOM_LEVEL = 40;

const checkOf = (number: number): number =>
  ((number >>> 16) & 0xff) ^ ((number >>> 8) & 0xff) ^ (number & 0xff) ^ CHECK;

/** PCM16 little-endian of `samples` samples: a voice that hums, or a room. */
export function soundOf(samples: number, rate: number, isVoice: boolean): Buffer {
  const pcm = Buffer.alloc(samples * 2);
  for (let index = 0; index < samples; index++) {
    const room = ((index * 2_654_435_761) >>> 16) % ROOM_LEVEL;
    const voice = isVoice ? HUM_LEVEL * Math.sin((index * 2 * Math.PI * HUM_HZ) / rate) : 0;
    pcm.writeInt16LE(Math.round(voice + room), index * 2);
  }
  return pcm;
}

/** Writes a number of 24 bits into the lowest bits of the first 64 samples. */
export function writeMark(pcm: Uint8Array, number: number): void {
  const low = ((number << 8) | checkOf(number)) >>> 0;
  for (let bit = 0; bit < 32; bit++) {
    const [first, second] = [bit * 2, (bit + 32) * 2];
    pcm[first] = ((pcm[first] ?? 0) & 0xfe) | ((SYNC >>> (31 - bit)) & 1);
    pcm[second] = ((pcm[second] ?? 0) & 0xfe) | ((low >>> (31 - bit)) & 1);
  }
}

/** The number in the first 64 samples, or -1. */
export function markAt(pcm: Uint8Array, offset: number): number {
  if (pcm.byteLength < offset + MARK_SAMPLES * 2) return -1;
  let sync = 0;
  let low = 0;
  for (let bit = 0; bit < 32; bit++) {
    sync = (sync << 1) | ((pcm[offset + bit * 2] ?? 0) & 1);
    low = (low << 1) | ((pcm[offset + (bit + 32) * 2] ?? 0) & 1);
  }
  if (sync >>> 0 !== SYNC) return -1;
  const number = (low >>> 0) >>> 8;
  return checkOf(number) === ((low >>> 0) & 0xff) ? number : -1;
}

/**
 * Reads the numbers of one direction of one call, wherever they lie: frames may be cut and joined on their way. Where
 * one begins as it was sent, which is nearly always, the samples after its mark are not looked at.
 * @param bytes of one frame as it is sent.
 */
export function createMarkReader(bytes: number): (pcm: Uint8Array, tell: (number: number) => void) => void {
  let older = 0;
  let newer = 0;
  /** Bytes of a frame that go on in the next piece, when the last one broke off inside of it. */
  let within = 0;
  const scan = (pcm: Uint8Array, from: number, tell: (number: number) => void): void => {
    for (let index = from; index + 1 < pcm.byteLength; index += 2) {
      older = ((older << 1) | (newer >>> 31)) >>> 0;
      newer = ((newer << 1) | ((pcm[index] ?? 0) & 1)) >>> 0;
      if (older === SYNC && checkOf(newer >>> 8) === (newer & 0xff)) tell(newer >>> 8);
    }
    within = -1;
  };
  return (pcm, tell) => {
    if (within < 0) return scan(pcm, 0, tell);
    let at = within;
    while (at < pcm.byteLength) {
      const number = markAt(pcm, at);
      // Where the rest of a frame did not come, the next one may lie before the place it was awaited at.
      if (number < 0) return scan(pcm, at === within ? 0 : at, tell);
      tell(number);
      at += bytes;
    }
    within = at - pcm.byteLength;
  };
}
