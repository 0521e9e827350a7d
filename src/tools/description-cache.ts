/**
 * What bindings and servers said of their tools, kept for a short while within the isolate, so that the second session
 * does not wait for what the first was just told.
 */
import type { Clock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Described } from "./describe-binding.ts";

/**
 * Keeps answers, never promises: on Workers a promise belongs to the request that made it, and another one that
 * awaits it hangs. Failures are not kept; the next session asks again.
 */
export class DescriptionCache {
  readonly #clock: Clock;
  readonly #bindings = new WeakMap<object, Kept>();
  readonly #servers = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `source`: a binding itself, or a server's address and how it was asked. */
  get(source: object | string): Described | null {
    const kept = typeof source === "string" ? this.#servers.get(source) : this.#bindings.get(source);
    return kept && this.#clock.now() < kept.until ? kept.described : null;
  }

  keep(source: object | string, described: Described): void {
    const kept = { described, until: this.#clock.now() + LIMITS.toolDescribeCacheMs };
    if (typeof source !== "string") {
      this.#bindings.set(source, kept);
      return;
    }
    this.#servers.delete(source);
    this.#servers.set(source, kept);
    const oldest = this.#servers.keys().next().value;
    if (this.#servers.size > LIMITS.toolServersKnown && oldest !== undefined) this.#servers.delete(oldest);
  }
}

interface Kept {
  readonly described: Described;
  readonly until: number;
}
