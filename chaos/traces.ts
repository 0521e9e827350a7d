/**
 * Reads the emulator's traces while calls go on, bit by bit: it keeps only so many of streams that have ended.
 */
import { setTimeout as wait } from "node:timers/promises";
import { type TraceEntry, type Witness, witnessOf } from "../bench/hand-over/witness.ts";

const EVERY_MS = 700;

interface Listed {
  readonly id: string;
  readonly entries: number;
}

interface Read {
  next: number;
  readonly entries: TraceEntry[];
}

export class Traces {
  readonly #emulator: string;
  readonly #read = new Map<string, Read>();
  #stopped = false;
  readonly #reading: Promise<void>;

  constructor(emulator: string) {
    this.#emulator = emulator;
    this.#reading = this.#readOn();
  }

  /** Once all calls are over: what every stream was given and told. */
  async all(): Promise<readonly Witness[]> {
    await this.stop();
    await this.#readAll();
    return [...this.#read.values()].map(({ entries }) => witnessOf(entries));
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#reading;
  }

  async #readOn(): Promise<void> {
    for (; !this.#stopped; await wait(EVERY_MS)) await this.#readAll().catch(() => undefined);
  }

  async #readAll(): Promise<void> {
    for (const { id, entries } of await this.#streams()) {
      const read = this.#read.get(id) ?? { next: 0, entries: [] };
      this.#read.set(id, read);
      if (entries <= read.next) continue;
      const trace = await this.#get<{ readonly next: number; readonly entries: readonly TraceEntry[] }>(
        `streams/${id}/trace?from=${read.next}`,
      );
      read.next = trace.next;
      read.entries.push(...trace.entries.filter(({ direction }) => direction === "received"));
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
