/**
 * PCM16 bytes seen as samples. Every machine this runs on is little-endian, as PCM16 on the wire is; what remains
 * to care for is alignment.
 */

/**
 * The whole samples in `pcm` (16-bit little-endian). A view where alignment allows, a copy otherwise, so treat it as
 * read-only. Half a sample at the end is left out.
 */
export const samplesOf = (pcm: Uint8Array): Int16Array => {
  const count = pcm.byteLength >> 1;
  if ((pcm.byteOffset & 1) === 0) return new Int16Array(pcm.buffer, pcm.byteOffset, count);
  return new Int16Array(pcm.slice(0, count * 2).buffer);
};

/** The bytes of `samples`: a view, not a copy. */
export const bytesOf = (samples: Int16Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
