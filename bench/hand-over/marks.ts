/**
 * The caller's audio with numbers in it: each 20 ms frame carries its own, below anything that can be heard. What a stream
 * of the emulator was given can then be told frame by frame (docs/emulator.md, "Marked audio").
 */

/** Hz and ms of a frame, unless told otherwise. */
export const RATE = 16_000;
export const FRAME_MS = 20;

const SYNC = [0xa5, 0xc3, 0x9e, 0x17];
const CHECK = 0x5a;

/** A hum at the pitch of a voice: heard as speech, unlike a click or a fan. */
const HUM_HZ = 180;
const HUM_LEVEL = 12_000;

/** Frame `number`, humming or silent, as PCM16 little-endian. Frames that follow one another hum on without a click. */
export function markedFrame(number: number, humming: boolean, rate = RATE, ms = FRAME_MS): Uint8Array {
  const samples = new Int16Array((rate * ms) / 1000);
  const first = number * samples.length;
  if (humming)
    for (let index = 0; index < samples.length; index++)
      samples[index] = HUM_LEVEL * Math.sin(((first + index) * 2 * Math.PI * HUM_HZ) / rate);
  const bytes = [(number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff];
  const check = bytes.reduce((sum, byte) => sum ^ byte, CHECK);
  for (const [place, byte] of [...SYNC, ...bytes, check].entries())
    for (let bit = 0; bit < 8; bit++) {
      const index = place * 8 + bit;
      samples[index] = ((samples[index] ?? 0) & ~1) | ((byte >>> (7 - bit)) & 1);
    }
  return new Uint8Array(samples.buffer);
}
