/**
 * In which order runs are made: subjects take turns within a repetition, and who begins alternates, so that a machine that
 * slows down does so for all.
 */
import type { SubjectName } from "../subjects/subject.ts";
import type { RunSettings } from "./measure.ts";
import type { CallsOptions } from "./options.ts";
import { CALLS_MOST } from "./plan.ts";
import type { Run } from "./results.ts";

type Planned = Omit<Run, "report" | "startedAt">;

/** Ms; what the ramp asks of p99. */
const BEARABLE_MS = 20;
const RAMP_STEP = 20;

export const runsAsked = (options: CallsOptions): readonly Planned[] =>
  Array.from({ length: options.repetitions }, (_, index) => index).flatMap((index) =>
    options.frameMs.flatMap((frameMs) =>
      options.loads.flatMap((load) =>
        rotated(options.subjects, index).map((subject) =>
          planned(options, subject, load, frameMs, index + 1),
        ),
      ),
    ),
  );

/** Each repetition begins with the next subject, and every other goes backwards. */
function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const turned = items
    .map((_, index) => items[(index + by) % items.length])
    .filter((item) => item !== undefined);
  return by % 2 === 0 ? turned : turned.toReversed();
}

function planned(
  { pace, seconds, warmUpMs, openings }: CallsOptions,
  subject: SubjectName,
  load: number,
  frameMs: number,
  repetition: number,
): Planned {
  return { subject, load, frameMs, pace, seconds, warmUpMs, openings, repetition };
}

/** More and more calls, until a run is no longer bearable, or fails. */
export async function runsOfRamp(
  options: CallsOptions,
  subject: SubjectName,
  take: (run: Planned) => Promise<Run | null>,
): Promise<void> {
  const [frameMs = 20] = options.frameMs;
  for (let load = Math.max(...options.loads) + RAMP_STEP; load <= CALLS_MOST; load += RAMP_STEP) {
    const run = await take(planned({ ...options, openings: 0 }, subject, load, frameMs, 1));
    if (run === null || !isBearable(run)) return;
  }
}

/** Nothing lost, and hardly any frame more than 20 ms on its way. */
export const isBearable = ({ report: { figures } }: Run): boolean =>
  (figures.up?.p99 ?? Number.POSITIVE_INFINITY) <= BEARABLE_MS &&
  (figures.down?.p99 ?? Number.POSITIVE_INFINITY) <= BEARABLE_MS &&
  figures.upFrames.lost + figures.downFrames.lost === 0;

export const settingsOf = ({
  subject,
  load,
  frameMs,
  pace,
  seconds,
  warmUpMs,
  openings,
}: Planned): RunSettings => ({
  subject,
  load,
  frameMs,
  pace,
  seconds,
  warmUpMs,
  openings,
});
