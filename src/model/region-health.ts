/**
 * Which regions have failed lately, and are to be left alone for a while. One for all sessions of an isolate: what one
 * has found out spares the others.
 */
import { LIMITS } from "../base/limits.ts";
import type { StreamEnd, StreamTarget } from "../conversation/events.ts";

export interface RegionHealth {
  /** A stream that was dialled, or open, in a region has ended so. */
  failed(target: StreamTarget, end: StreamEnd, now: number): void;
  /** A stream was opened there. */
  opened(target: StreamTarget): void;
  /** Regions in the order in which they are to be asked: the rested ones first, those that rest behind them. */
  order(model: string, regions: readonly string[], now: number): readonly string[];
}

/** How long a region is left alone, by how it failed; other ends are not the region's fault. */
const REST: Partial<Record<StreamEnd["type"], number>> = {
  unreachable: LIMITS.regionRestUnreachableMs,
  busy: LIMITS.regionRestBusyMs,
  refused: LIMITS.regionRestRefusedMs,
};

/**
 * `random` in [0, 1): rests are up to half as long again, so that not everybody comes back at once. Holds one entry per
 * model and region that agents name.
 */
export const createRegionHealth = (random: () => number = Math.random): RegionHealth => {
  const restsUntil = new Map<string, number>();
  const key = ({ model, region }: StreamTarget): string => `${region} ${model}`;
  return {
    failed(target, end, now) {
      const rest = REST[end.type];
      if (rest !== undefined) restsUntil.set(key(target), now + rest * (1 + random() / 2));
    },
    opened(target) {
      restsUntil.delete(key(target));
    },
    order(model, regions, now) {
      const until = (region: string): number => restsUntil.get(key({ model, region })) ?? 0;
      const rested = regions.filter((region) => until(region) <= now);
      const resting = regions.filter((region) => until(region) > now);
      return [...rested, ...resting.sort((a, b) => until(a) - until(b))];
    },
  };
};
