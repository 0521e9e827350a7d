/**
 * How long a session waits before it knocks again at a door that stayed shut.
 */
import { LIMITS } from "../base/limits.ts";
import type { Talk } from "./talk.ts";

/** Ms. Twice as long each time, and longer for some sessions than for others: those of a region are lost together. */
export const backoff = ({ jitter }: Pick<Talk, "jitter">, failures: number): number =>
  LIMITS.streamBackoffMs * 2 ** Math.max(0, failures - 1) * (1 + jitter);
