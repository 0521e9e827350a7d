/**
 * A profile of where a subject's processor time goes, as Chrome's DevTools and editors open it (.cpuprofile).
 */
import { copyFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { RunningSubject } from "../subjects/subject.ts";
import { Inspector } from "./inspector.ts";

/** µs between two samples. */
const INTERVAL_US = 200;

/**
 * Waits `afterMs`, then samples for `forMs`, and writes what was sampled; the
 * bundle that it tells lines of goes beside it.
 */
export async function writeProfile(
  subject: RunningSubject,
  afterMs: number,
  forMs: number,
  file: string,
): Promise<void> {
  if (subject.inspector === null) throw new Error(`The ${subject.name} has no inspector.`);
  const inspector = await Inspector.connect(subject.inspector);
  try {
    await wait(afterMs);
    await inspector.ask("Profiler.enable");
    await inspector.ask("Profiler.setSamplingInterval", { interval: INTERVAL_US });
    await inspector.ask("Profiler.start");
    await wait(forMs);
    const { profile } = await inspector.ask("Profiler.stop");
    writeFileSync(file, JSON.stringify(profile));
    if (subject.code !== null) copyFileSync(subject.code, `${file}.js`);
  } finally {
    inspector.close();
  }
}
