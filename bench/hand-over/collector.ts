/**
 * Reads the emulator's traces while calls go on: it keeps only so many of streams that have ended.
 */
import { type TraceEntry, type Witness, witnessOf } from "./witness.ts";

/** The emulator keeps 32 ended streams; calls of a bench end fewer than that in this many ms. */
const EVERY_MS = 2_000;

interface Listed {
  readonly id: string;
  readonly running: boolean;
}

export class Collector {
  readonly #emulator: string;
  readonly #witnesses = new Map<string, Witness>();
  readonly #timer: NodeJS.Timeout;
  #reading: Promise<void> = Promise.resolve();

  constructor(emulator: string) {
    this.#emulator = emulator;
    this.#timer = setInterval(() => {
      this.#reading = this.#reading.then(() => this.#readEnded());
    }, EVERY_MS);
  }

  /** Once all calls are over: what every stream was given and told. */
  async all(): Promise<readonly Witness[]> {
    clearInterval(this.#timer);
    await this.#reading;
    for (const { id, running } of await this.#streams()) if (running) await this.#ended(id);
    await this.#readEnded();
    return [...this.#witnesses.values()];
  }

  async #readEnded(): Promise<void> {
    for (const { id, running } of await this.#streams()) {
      if (running || this.#witnesses.has(id)) continue;
      const { entries } = await this.#get<{ readonly entries: readonly TraceEntry[] }>(`streams/${id}/trace`);
      this.#witnesses.set(id, witnessOf(entries));
    }
  }

  async #ended(id: string): Promise<void> {
    for (let from = 0; ; ) {
      const trace = await this.#get<{ readonly ended: boolean; readonly next: number }>(
        `streams/${id}/trace?from=${from}&wait=2000`,
      );
      if (trace.ended) return;
      from = trace.next;
    }
  }

  async #streams(): Promise<readonly Listed[]> {
    return (await this.#get<{ readonly streams: readonly Listed[] }>("streams")).streams;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#emulator}/_emulator/${path}`);
    return (await response.json()) as T;
  }
}
