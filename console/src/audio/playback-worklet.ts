/**
 * The playback thread: plays what the page hands over and tells how far it is.
 */
import { CONSOLE } from "../limits.ts";
import { JitterBuffer } from "./jitter-buffer.ts";
import { Resampler } from "./resampler.ts";
import { PLAYBACK, type PlaybackOrder, type PlaybackReport } from "./thread-messages.ts";

const fromPcm16 = (samples: Int16Array): Float32Array =>
  Float32Array.from(samples, (sample) => sample / 32_768);

class PlaybackProcessor extends AudioWorkletProcessor {
  readonly #buffer = new JitterBuffer({
    rate: sampleRate,
    targetMs: CONSOLE.jitterMs,
    maxMs: CONSOLE.jitterMaxMs,
    waitMs: CONSOLE.jitterWaitMs,
    pauseMs: CONSOLE.jitterPauseMs,
    fadeMs: CONSOLE.fadeMs,
    queueMs: CONSOLE.queueMs,
  });
  readonly #resampler =
    sampleRate === CONSOLE.speakerRate ? null : new Resampler(CONSOLE.speakerRate, sampleRate);
  #sinceReport = 0;
  #energy = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlaybackOrder>) => this.#obey(data);
  }

  process(
    _inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
  ): boolean {
    const output = outputs[0]?.[0];
    if (output === undefined) return true;
    this.#buffer.read(output);
    for (const sample of output) this.#energy += sample * sample;
    this.#sinceReport += output.length;
    if (this.#sinceReport >= (sampleRate * CONSOLE.reportEveryMs) / 1000) this.#report(null);
    return true;
  }

  #obey(order: PlaybackOrder): void {
    switch (order.type) {
      case "push": {
        const samples = fromPcm16(order.samples);
        this.#buffer.push(order.answer, this.#resampler?.process(samples) ?? samples);
        break;
      }
      case "end":
        this.#buffer.end(order.answer);
        break;
      case "drop":
        this.#buffer.drop(order.answer);
        this.#report(order.answer);
        break;
    }
  }

  #report(dropped: number | null): void {
    const report: PlaybackReport = {
      position: this.#buffer.position,
      finished: this.#buffer.takeFinished(),
      playing: this.#buffer.playing,
      queuedMs: this.#buffer.queuedMs,
      underruns: this.#buffer.underruns,
      rms: this.#sinceReport === 0 ? 0 : Math.sqrt(this.#energy / this.#sinceReport),
      dropped,
    };
    this.#sinceReport = 0;
    this.#energy = 0;
    this.port.postMessage(report);
  }
}

registerProcessor(PLAYBACK, PlaybackProcessor);
