/**
 * The capture thread: the microphone's samples, at whatever rate the device runs, become 20 ms frames of PCM16.
 */
import { CONSOLE } from "../limits.ts";
import { Framer } from "./framer.ts";
import { rms } from "./level.ts";
import { Resampler } from "./resampler.ts";
import { CAPTURE, type Captured } from "./thread-messages.ts";

const rate = CONSOLE.microphoneRate;

class CaptureProcessor extends AudioWorkletProcessor {
  readonly #resampler = sampleRate === rate ? null : new Resampler(sampleRate, rate);
  readonly #framer = new Framer((rate * CONSOLE.microphoneFrameMs) / 1000);

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    // The microphone is asked for one channel; where it gives more, the first carries the voice as well.
    const samples = inputs[0]?.[0];
    if (samples === undefined) return true;
    this.#framer.push(this.#resampler?.process(samples) ?? samples, (frame) => {
      const captured: Captured = { frame, rms: rms(Float32Array.from(frame, (sample) => sample / 32_768)) };
      this.port.postMessage(captured, [frame.buffer]);
    });
    return true;
  }
}

registerProcessor(CAPTURE, CaptureProcessor);
