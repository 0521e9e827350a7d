/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104), for the one place that needs two of them for every frame of a caller's audio.
 *
 * Written here because of what the others cost a voice. `node:crypto` makes an object of the runtime's own for every hash,
 * and those are let go of by nothing less than a collection of the whole heap, which holds up all calls of the process for
 * a tenth of a second; WebCrypto is asynchronous, and a chain of signatures is not; the libraries in plain JavaScript take
 * two to three times as long. It makes nothing while it works, so nothing is collected. Everybody else uses `node:crypto`.
 */
import { writeUint32 } from "../base/uint32.ts";

const BLOCK_BYTES = 64;
/** Of the length that ends what is hashed, in bits. */
const LENGTH_BYTES = 8;
export const SHA256_BYTES = 32;

/** The first 32 bits of the fractional parts of `root` of the first `count` primes: FIPS 180-4, sections 4.2.2 and 5.3.3. */
function fractions(count: number, root: (prime: number) => number): Int32Array {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return Int32Array.from(found, (prime) => (root(prime) % 1) * 2 ** 32);
}

const K = fractions(64, Math.cbrt);
const START = fractions(8, Math.sqrt);

/** What one hash works with. Hashing is synchronous, so one of each does for all. */
const schedule = new Int32Array(64);
const state = new Int32Array(8);
const outerState = new Int32Array(8);
const lastBlocks = new Uint8Array(2 * BLOCK_BYTES);
const lastView = new DataView(lastBlocks.buffer);
const innerDigest = new Uint8Array(SHA256_BYTES);
const innerDigestView = new DataView(innerDigest.buffer);

/** FIPS 180-4, section 6.2.2: takes the block of `view` at `at` into `into`. Eight rounds at a time, so that no word moves. */
function compress(into: Int32Array, view: DataView, at: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15] ?? 0;
    const y = w[t - 2] ?? 0;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = ((w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1) | 0;
  }
  let a = into[0] ?? 0;
  let b = into[1] ?? 0;
  let c = into[2] ?? 0;
  let d = into[3] ?? 0;
  let e = into[4] ?? 0;
  let f = into[5] ?? 0;
  let g = into[6] ?? 0;
  let h = into[7] ?? 0;
  for (let t = 0; t < 64; t += 8) {
    h = (h + upper1(e) + choose(e, f, g) + (K[t] ?? 0) + (w[t] ?? 0)) | 0;
    d = (d + h) | 0;
    h = (h + upper0(a) + majority(a, b, c)) | 0;
    g = (g + upper1(d) + choose(d, e, f) + (K[t + 1] ?? 0) + (w[t + 1] ?? 0)) | 0;
    c = (c + g) | 0;
    g = (g + upper0(h) + majority(h, a, b)) | 0;
    f = (f + upper1(c) + choose(c, d, e) + (K[t + 2] ?? 0) + (w[t + 2] ?? 0)) | 0;
    b = (b + f) | 0;
    f = (f + upper0(g) + majority(g, h, a)) | 0;
    e = (e + upper1(b) + choose(b, c, d) + (K[t + 3] ?? 0) + (w[t + 3] ?? 0)) | 0;
    a = (a + e) | 0;
    e = (e + upper0(f) + majority(f, g, h)) | 0;
    d = (d + upper1(a) + choose(a, b, c) + (K[t + 4] ?? 0) + (w[t + 4] ?? 0)) | 0;
    h = (h + d) | 0;
    d = (d + upper0(e) + majority(e, f, g)) | 0;
    c = (c + upper1(h) + choose(h, a, b) + (K[t + 5] ?? 0) + (w[t + 5] ?? 0)) | 0;
    g = (g + c) | 0;
    c = (c + upper0(d) + majority(d, e, f)) | 0;
    b = (b + upper1(g) + choose(g, h, a) + (K[t + 6] ?? 0) + (w[t + 6] ?? 0)) | 0;
    f = (f + b) | 0;
    b = (b + upper0(c) + majority(c, d, e)) | 0;
    a = (a + upper1(f) + choose(f, g, h) + (K[t + 7] ?? 0) + (w[t + 7] ?? 0)) | 0;
    e = (e + a) | 0;
    a = (a + upper0(b) + majority(b, c, d)) | 0;
  }
  into[0] = (into[0] ?? 0) + a;
  into[1] = (into[1] ?? 0) + b;
  into[2] = (into[2] ?? 0) + c;
  into[3] = (into[3] ?? 0) + d;
  into[4] = (into[4] ?? 0) + e;
  into[5] = (into[5] ?? 0) + f;
  into[6] = (into[6] ?? 0) + g;
  into[7] = (into[7] ?? 0) + h;
}

/** FIPS 180-4, section 4.1.2. */
const choose = (x: number, y: number, z: number): number => z ^ (x & (y ^ z));
const majority = (x: number, y: number, z: number): number => (x & y) | (z & (x | y));
const upper0 = (x: number): number =>
  ((x >>> 2) | (x << 30)) ^ ((x >>> 13) | (x << 19)) ^ ((x >>> 22) | (x << 10));
const upper1 = (x: number): number =>
  ((x >>> 6) | (x << 26)) ^ ((x >>> 11) | (x << 21)) ^ ((x >>> 25) | (x << 7));

/** Takes all of `bytes` into `into`, which has seen `before` bytes, and ends there. `before` is a multiple of a block. */
function finish(into: Int32Array, bytes: DataView, before: number, out: Uint8Array): void {
  const { byteLength: length } = bytes;
  let at = 0;
  for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) compress(into, bytes, at);
  const rest = length - at;
  lastBlocks.fill(0);
  for (let place = 0; place < rest; place++) lastBlocks[place] = bytes.getUint8(at + place);
  lastBlocks[rest] = 0x80;
  const end = rest + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
  // Of what is hashed here, 2^29 bytes and more are a bug: the upper half of its length in bits is 0.
  lastView.setUint32(end - 4, (before + length) * 8);
  for (let block = 0; block < end; block += BLOCK_BYTES) compress(into, lastView, block);
  for (let word = 0; word < 8; word++) writeUint32(out, 4 * word, into[word] ?? 0);
}

/** Writes the hash of `bytes` to the first 32 bytes of `out`. */
export function sha256(bytes: DataView, out: Uint8Array): void {
  state.set(START);
  finish(state, bytes, 0, out);
}

/** A key that signs: `sign` writes to the first 32 bytes of `out`. The key's own two blocks are hashed once. */
export interface HmacKey {
  sign(bytes: DataView, out: Uint8Array): void;
}

/** @param key At most 64 bytes, as AWS's are; throws on a longer one, since that is a bug of ours. */
export function hmacKey(key: Uint8Array): HmacKey {
  if (key.length > BLOCK_BYTES)
    throw new RangeError(`a key of ${key.length} bytes would have to be hashed first`);
  const inner = keyed(key, 0x36);
  const outer = keyed(key, 0x5c);
  return {
    sign(bytes, out) {
      state.set(inner);
      finish(state, bytes, BLOCK_BYTES, innerDigest);
      outerState.set(outer);
      finish(outerState, innerDigestView, BLOCK_BYTES, out);
    },
  };
}

function keyed(key: Uint8Array, pad: number): Int32Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  for (const [at, byte] of key.entries()) block[at] = byte ^ pad;
  const begun = START.slice();
  compress(begun, new DataView(block.buffer), 0);
  return begun;
}
