/**
 * Counts a connection's frames as AgentCore's quota does: so many a second, and as many saved up at most, so that frames
 * the network held back and lets go at once are not held against their sender.
 */
import { LIMITS } from "../limits.ts";

export interface FrameGauge {
  /** One more frame, at `now` in ms. False when it is one too many. */
  count(now: number): boolean;
}

export function createFrameGauge(opened: number): FrameGauge {
  const perSecond = LIMITS.agentcoreFramesPerSecond;
  let left: number = perSecond;
  let at = opened;
  return {
    count(now) {
      left = Math.min(perSecond, left + (Math.max(0, now - at) * perSecond) / 1000) - 1;
      at = now;
      return left >= 0;
    },
  };
}
