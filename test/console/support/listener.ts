/**
 * An ear in the page that the console knows nothing of: whatever is connected to the loudspeaker is recorded as well,
 * sample by sample. Of an interruption it notes whether the page had given its order by the time it was done with the
 * message. How long an order is on its way to the audio thread is the machine's affair.
 */
import type { Page } from "playwright-core";

/** Served beside the console, since its policy allows scripts of its own origin only. */
export const LISTENER_FILE = "/test-listener.js";
export const LISTENER_THREAD = `
registerProcessor("test-listener", class extends AudioWorkletProcessor {
  process(inputs) {
    const samples = inputs[0]?.[0];
    this.port.postMessage(samples ? samples.slice() : new Float32Array(128));
    return true;
  }
});`;

interface Ear {
  rate: number;
  readonly blocks: Float32Array[];
  /** For each message that told of one: the orders to drop an answer that were given by its end. */
  readonly orders: number[];
}

declare global {
  interface Window {
    testEar: Ear;
  }
}

/** Must run before the page's own scripts. */
export const installListener = (page: Page): Promise<unknown> =>
  page.addInitScript((file) => {
    const ear: Ear = { rate: 0, blocks: [], orders: [] };
    window.testEar = ear;
    let drops = 0;
    const post = MessagePort.prototype.postMessage as (this: MessagePort, ...given: unknown[]) => void;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...given: unknown[]) {
      const [order] = given as [{ readonly type?: string } | null];
      if (order?.type === "drop") drops += 1;
      return post.apply(this, given);
    } as typeof MessagePort.prototype.postMessage;
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]) {
      const { context } = this;
      if (to[0] === context.destination) {
        ear.rate = context.sampleRate;
        void context.audioWorklet.addModule(file).then(() => {
          const listener = new AudioWorkletNode(context, "test-listener", { numberOfOutputs: 0 });
          listener.port.onmessage = ({ data }) => void ear.blocks.push(data);
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
            if (typeof data === "string" && data.includes('"interrupted"')) ear.orders.push(drops);
          }),
        );
      }
    };
  }, LISTENER_FILE);

export interface Recording {
  readonly rate: number;
  readonly samples: Float32Array;
  /** For each interruption, the orders to drop an answer that were given so far. */
  readonly orders: readonly number[];
}

/** All that the loudspeaker was given so far, as one run of samples. */
export const recording = async (page: Page): Promise<Recording> => {
  const { rate, samples, orders } = await page.evaluate(() => {
    const { rate, blocks, orders } = window.testEar;
    return { rate, samples: blocks.flatMap((block) => [...block]), orders };
  });
  return { rate, samples: Float32Array.from(samples), orders };
};
