/**
 * An ear in the page that the console knows nothing of: whatever is connected to the loudspeaker is recorded as well,
 * sample by sample. When the page is done with an `interrupted`, the audio thread is told by the same road that the
 * console's own order has taken, and notes the sample at which it hears of it: what the machine was busy with in
 * between delays both alike.
 */
import type { Page } from "playwright-core";

/** Served beside the console, since its policy allows scripts of its own origin only. */
export const LISTENER_FILE = "/test-listener.js";
export const LISTENER_THREAD = `
registerProcessor("test-listener", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.port.onmessage = () => this.port.postMessage({ interruption: currentFrame });
  }
  process(inputs) {
    const samples = inputs[0]?.[0];
    this.port.postMessage({ frame: currentFrame, samples: samples ? samples.slice() : new Float32Array(128) });
    return true;
  }
});`;

interface Ear {
  rate: number;
  readonly blocks: { readonly frame: number; readonly samples: Float32Array }[];
  /** Frames on the audio clock. */
  readonly interruptions: number[];
}

declare global {
  interface Window {
    testEar: Ear;
  }
}

/** Must run before the page's own scripts. */
export const installListener = (page: Page): Promise<unknown> =>
  page.addInitScript((file) => {
    const ear: Ear = { rate: 0, blocks: [], interruptions: [] };
    window.testEar = ear;
    let thread: MessagePort | null = null;
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]) {
      const { context } = this;
      if (to[0] === context.destination) {
        ear.rate = context.sampleRate;
        void context.audioWorklet.addModule(file).then(() => {
          const listener = new AudioWorkletNode(context, "test-listener", { numberOfOutputs: 0 });
          thread = listener.port;
          thread.onmessage = ({ data }) => {
            if ("samples" in data) ear.blocks.push(data);
            else ear.interruptions.push(data.interruption);
          };
          connect.call(this, listener);
          document.documentElement.dataset.testEar = "open";
        });
      }
      return connect.apply(this, to);
    } as typeof AudioNode.prototype.connect;
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
      constructor(...given: ConstructorParameters<typeof Plain>) {
        super(...given);
        // The page listens as soon as it has the socket; whoever comes after is told after it.
        queueMicrotask(() =>
          this.addEventListener("message", ({ data }) => {
            if (typeof data === "string" && data.includes('"interrupted"')) thread?.postMessage(null);
          }),
        );
      }
    };
  }, LISTENER_FILE);

export interface Recording {
  readonly rate: number;
  readonly samples: Float32Array;
  /** For each interruption, the index of the sample that was next when the audio thread had heard of it. */
  readonly interruptions: readonly number[];
}

/** All that the loudspeaker was given so far, as one run of samples. */
export const recording = async (page: Page): Promise<Recording> => {
  const { rate, first, samples, interruptions } = await page.evaluate(() => {
    const { rate, blocks, interruptions } = window.testEar;
    return {
      rate,
      first: blocks[0]?.frame ?? 0,
      samples: blocks.flatMap((block) => [...block.samples]),
      interruptions,
    };
  });
  return {
    rate,
    samples: Float32Array.from(samples),
    interruptions: interruptions.map((at) => at - first),
  };
};
