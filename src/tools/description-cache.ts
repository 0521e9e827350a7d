/**
 * What bindings said of their tools, kept for a short while within the isolate, so that the second session does not
 * wait for what the first was just told.
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
  readonly #kept = new WeakMap<object, { readonly described: Described; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(binding: object): Described | null {
    const kept = this.#kept.get(binding);
    return kept && this.#clock.now() < kept.until ? kept.described : null;
  }

  keep(binding: object, described: Described): void {
    this.#kept.set(binding, { described, until: this.#clock.now() + LIMITS.toolDescribeCacheMs });
  }
}
