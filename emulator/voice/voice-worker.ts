/**
 * The thread in which speech is made, so that the emulator's clock and sockets never wait for it.
 * Takes `{id, text, voiceId, rate}` and answers `{id, samples}` in the order asked.
 */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { synthesise } from "./flite.ts";
import { personaOf } from "./personas.ts";
import { resample } from "./resample.ts";

export interface SpeakRequest {
  readonly id: number;
  readonly text: string;
  readonly voiceId: string;
  /** Hz. */
  readonly rate: number;
}

export interface SpeakReply {
  readonly id: number;
  readonly samples: Int16Array<ArrayBuffer>;
}

export interface VoiceWorkerData {
  /** Path of flite.wasm. */
  readonly program: string;
}

const { program } = workerData as VoiceWorkerData;
const module = new WebAssembly.Module(readFileSync(program));

parentPort?.on("message", ({ id, text, voiceId, rate }: SpeakRequest) => {
  const speech = synthesise(module, text, personaOf(voiceId));
  const samples = Int16Array.from(resample(speech.samples, speech.rate, rate));
  const reply: SpeakReply = { id, samples };
  parentPort?.postMessage(reply, [samples.buffer]);
});
parentPort?.postMessage("ready");
