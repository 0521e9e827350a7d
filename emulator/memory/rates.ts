/**
 * Requests per second, counted over the second that has just gone by. Source: AgentCore quotas.
 */
import type { Clock } from "../clock.ts";

export interface Rates {
  /** False when `perSecond` of that name have been let in within the last second. */
  take(name: string, perSecond: number): boolean;
  clear(): void;
}

export function createRates(clock: Clock): Rates {
  const taken = new Map<string, readonly number[]>();
  return {
    take(name, perSecond) {
      const from = clock.now() - 1_000;
      const recent = (taken.get(name) ?? []).filter((at) => at > from);
      const free = recent.length < perSecond;
      // The one used last goes to the end, so that old ones are found at the beginning.
      taken.delete(name);
      taken.set(name, free ? [...recent, clock.now()] : recent);
      for (const [other, times] of taken) {
        if ((times.at(-1) ?? 0) > from) break;
        taken.delete(other);
      }
      return free;
    },
    clear: () => taken.clear(),
  };
}
