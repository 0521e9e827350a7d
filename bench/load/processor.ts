/**
 * What calls took of their processor while it counted, from samples of what processes had used.
 */
import { NS_PER_MS } from "../calls/clock.ts";
import type { LoadReport } from "./order.ts";
import type { ProcessorUse } from "./usage.ts";

/** What had been used at one moment; `at` in ns. */
export interface ProcessorSample {
  readonly at: number;
  readonly subject: ProcessorUse | null;
  readonly harness: ProcessorUse | null;
}

/** Over all of the time that counts, and for each quarter: samples at its beginning, at each quarter's, and at its end. */
export function processorOf(samples: readonly ProcessorSample[], calls: number): LoadReport["processor"] {
  const ms = (from: number, to: number): number =>
    ((samples.at(to)?.at ?? 0) - (samples.at(from)?.at ?? 0)) / NS_PER_MS;
  const grown = (of: (sample: ProcessorSample) => number | undefined, from = 0, to = -1): number | null => {
    const [first, last] = [samples.at(from), samples.at(to)];
    const [early, late] = [first && of(first), last && of(last)];
    return early === undefined || late === undefined ? null : late - early;
  };
  const perMinute = (from: number, to: number): number | null => {
    const ran = grown(({ subject }) => subject?.ranMs, from, to);
    return ran === null ? null : ran / ((ms(from, to) / 60_000) * calls);
  };
  const share = (part: number | null): number | null => (part === null ? null : part / ms(0, -1));
  const waited = share(grown(({ subject }) => subject?.waitedMs));
  const harnessWaited = share(grown(({ harness }) => harness?.waitedMs));
  const all = perMinute(0, -1);
  return {
    own:
      all === null || all === 0 || waited === null
        ? null
        : { perMinute: all, quarters: [0, 1, 2, 3].map((place) => perMinute(place, place + 1)), waited },
    harness:
      harnessWaited === null
        ? null
        : { ran: share(grown(({ harness }) => harness?.ranMs)) ?? 0, waited: harnessWaited },
  };
}
