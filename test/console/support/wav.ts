/**
 * Makes sounds for tests: a voice-like buzz, a pure tone, and the WAV file that Chromium takes for a microphone.
 */

/** A buzz of harmonics that swells and fades like syllables: noise suppression takes it for a voice. 0..1. */
export const voiceLike = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, at) => {
    const time = at / rate;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic += 1) {
      sum += Math.sin(2 * Math.PI * hertz * harmonic * time) / harmonic;
    }
    return 0.3 * sum * (0.55 + 0.45 * Math.sin(2 * Math.PI * 3 * time));
  });

export const tone = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, at) => 0.5 * Math.sin((2 * Math.PI * hertz * at) / rate));

export const toPcm = (samples: Float32Array): Buffer => {
  const pcm = Buffer.alloc(samples.length * 2);
  for (const [index, sample] of samples.entries()) {
    pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), index * 2);
  }
  return pcm;
};

/** A mono 16-bit RIFF WAVE file. */
export const wavFile = (samples: Float32Array, rate: number): Buffer => {
  const pcm = toPcm(samples);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + pcm.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([head, pcm]);
};
