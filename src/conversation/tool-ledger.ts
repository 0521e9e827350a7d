/**
 * Which tool uses are open, and who is owed a result. Every use is closed exactly once, whatever happens to the
 * tool, the client or the stream that asked.
 */
import type { Json } from "../base/json.ts";
import type { ToolSpec } from "./events.ts";

export interface OpenCall {
  readonly call: string;
  /** The model's id of this use, and the stream that is owed the result. */
  readonly use: string;
  readonly generation: number;
  readonly turn: number;
  /** How often the caller had said something in that turn: what came later is another question. */
  readonly said: number;
  /** Where the model asked. */
  readonly segment: string;
  readonly name: string;
  readonly arguments: Json;
  readonly runs: ToolSpec["runs"] | "nobody";
  readonly startedAt: number;
}

export class ToolLedger {
  readonly #open = new Map<string, OpenCall>();
  /** Uses seen, by stream: a model may announce the same use twice. */
  readonly #seen = new Set<string>();
  #count = 0;

  /** Enters a use; null when this stream announced it before. */
  enter(use: Omit<OpenCall, "call">): OpenCall | null {
    const key = `${use.generation}/${use.use}`;
    if (this.#seen.has(key)) return null;
    this.#seen.add(key);
    this.#count++;
    const call = { ...use, call: `t${this.#count}` };
    this.#open.set(call.call, call);
    return call;
  }

  /** Closes a call; null when it is closed already or never was. */
  close(call: string): OpenCall | null {
    const open = this.#open.get(call);
    if (!open) return null;
    this.#open.delete(call);
    return open;
  }

  get open(): readonly OpenCall[] {
    return [...this.#open.values()];
  }

  get running(): number {
    return this.#open.size;
  }

  find(call: string): OpenCall | null {
    return this.#open.get(call) ?? null;
  }

  /** How many calls there have been: the numbering goes on after a restart. */
  get count(): number {
    return this.#count;
  }

  resume(count: number): void {
    this.#count = count;
  }
}
