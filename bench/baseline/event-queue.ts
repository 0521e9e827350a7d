/**
 * What goes up a stream of the AWS SDK, which takes an async iterable of events: a list, and a word when it was empty.
 */
import type { InvokeModelWithBidirectionalStreamInput } from "@aws-sdk/client-bedrock-runtime";

export class EventQueue implements AsyncIterable<InvokeModelWithBidirectionalStreamInput> {
  #events: string[] = [];
  #ended = false;
  #wake: () => void = () => {};

  /** An event as JSON text. */
  push(event: string): void {
    this.#events.push(event);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<InvokeModelWithBidirectionalStreamInput> {
    for (;;) {
      const events = this.#events;
      this.#events = [];
      for (const event of events) yield { chunk: { bytes: Buffer.from(event) } };
      if (this.#events.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
