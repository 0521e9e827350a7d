/**
 * `npm run bench`: calls through the gateway, through the relay that builders write today, and through what is the least
 * there can be, side by side. What the numbers mean: bench/README.md.
 */
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { CollectionCounter } from "./calls/collections.ts";
import { measureHeap } from "./calls/heap.ts";
import { Bench, type Beside } from "./calls/measure.ts";
import { type CallsOptions, HELP, readOptions } from "./calls/options.ts";
import { writeProfile } from "./calls/profile.ts";
import { beginResults, continueResults, type Results, type Run, writeResults } from "./calls/results.ts";
import { runsAsked, runsOfRamp, settingsOf } from "./calls/schedule.ts";
import { alignedTable, groupsOf, rowsOf, shown, titleOf } from "./calls/table.ts";
import { busyRuns } from "./plot/summaries.ts";
import { shareProcessors } from "./subjects/pinned.ts";

/** Runs the bench. Gives the process's exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const asked = readOptions(args);
  if (asked.type === "help") {
    console.log(HELP);
    return 0;
  }
  if (asked.type === "wrong") {
    console.error(`${asked.why}\n\n${HELP}`);
    return 2;
  }
  const { options } = asked;
  if (options.out !== null && !options.add && existsSync(options.out)) {
    console.error(`--out: ${options.out} is there already; give --add to add to it, or another name.`);
    return 2;
  }
  const command = `npm run bench -- ${args.join(" ")}`.trim();
  const fresh = beginResults(command);
  const results = options.out !== null && options.add ? continueResults(options.out, fresh) : fresh;
  const processors = shareProcessors();
  if (processors.subject === null)
    console.error(
      "Processes cannot be pinned here (no taskset, or one processor): they take time from one another.",
    );
  const bench = new Bench(processors, options.disk);
  const stop = (): void => void bench.stop().then(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);

  const known = results.runs.length;
  await measureAll(bench, options, results);
  if (options.heap) await measureHeaps(bench, options, results);
  if (options.collections) await countCollections(bench, options, results);
  if (options.profile !== null) await profile(bench, options, options.profile, results);
  console.log(`\n${results.machine}; ${new Date().toISOString().slice(0, 10)}; ${command}`);
  for (const group of groupsOf(results.runs.slice(known)))
    console.log(`\n${titleOf(group)}\n${alignedTable(rowsOf(group.runs))}`);
  for (const { subject, load, heap } of results.heaps)
    console.log(
      `live heap per call, ${subject}, ${load} calls: ${Math.round(heap.perCall / 1024)} KB, later ${Math.round(heap.laterPerCall / 1024)} KB`,
    );
  for (const { subject, load, collections } of results.collections)
    for (const [kind, { perMinute, mean, longest, share }] of Object.entries(collections))
      console.log(
        `${kind} collections, ${subject}, ${load} calls: ${shown(perMinute)} a minute of ${shown(mean)} ms, the longest ${shown(longest)}; ${shown(share)} % of the time`,
      );
  const busy = busyRuns(results.runs.slice(known));
  if (busy !== null) console.error(busy);
  for (const failure of results.failures) console.error(failure);
  return results.failures.length === 0 ? 0 : 1;
}

async function measureAll(bench: Bench, options: CallsOptions, results: Results): Promise<void> {
  const take = async (each: Omit<Run, "report" | "startedAt">): Promise<Run | null> => {
    const words = `${each.subject}, ${each.load} calls, frames of ${each.frameMs} ms, ${each.repetition} of ${options.repetitions}`;
    const startedAt = new Date().toISOString();
    try {
      const report = await bench.measure(settingsOf(each));
      const done = { ...each, startedAt, report };
      results.runs.push(done);
      for (const fault of report.faults) results.failures.push(`${words}: ${fault}`);
      console.error(`${words}: up ${report.figures.up?.p50} ms, p99 ${report.figures.up?.p99} ms`);
      return done;
    } catch (error) {
      results.failures.push(`${words}: ${error instanceof Error ? error.message : error}`);
      console.error(results.failures.at(-1));
      return null;
    } finally {
      if (options.out !== null) writeResults(options.out, results);
    }
  };
  for (const each of runsAsked(options)) await take(each);
  if (options.ramp) for (const subject of options.subjects) await runsOfRamp(options, subject, take);
}

/** What costs time to look at is measured by itself: each subject once, under the largest load. */
async function measureAside(
  bench: Bench,
  options: CallsOptions,
  results: Results,
  what: string,
  look: (settings: Omit<Run, "report" | "startedAt">) => Beside,
): Promise<void> {
  const [load = 20] = options.loads.toSorted((one, other) => other - one);
  for (const subject of options.subjects.filter((name) => name !== "sdk")) {
    const one = { subjects: [subject], loads: [load], openings: 0, repetitions: 1 };
    const [settings] = runsAsked({ ...options, ...one });
    if (settings === undefined) continue;
    try {
      await bench.measure(settingsOf(settings), look(settings));
    } catch (error) {
      results.failures.push(`${what} of ${subject}: ${error instanceof Error ? error.message : error}`);
    }
    if (options.out !== null) writeResults(options.out, results);
  }
}

const measureHeaps = (bench: Bench, options: CallsOptions, results: Results): Promise<void> =>
  measureAside(bench, options, results, "heap", ({ subject, load, warmUpMs, seconds }) => ({
    inspect: true,
    run: async (running) => {
      const [during, later] = [warmUpMs + seconds * 250, warmUpMs + seconds * 850];
      const heap = await measureHeap(running, load, during, later);
      results.heaps.push({ subject, load, at: [during / 1000, later / 1000], heap });
    },
  }));

const countCollections = (bench: Bench, options: CallsOptions, results: Results): Promise<void> =>
  measureAside(bench, options, results, "collections", ({ subject, load, warmUpMs, seconds }) => {
    const counter = new CollectionCounter();
    return {
      collected: (line) => counter.line(line),
      run: async () => {
        await wait(warmUpMs);
        counter.begin();
        await wait(seconds * 1000);
        results.collections.push({ subject, load, collections: counter.end(seconds) });
      },
    };
  });

async function profile(bench: Bench, options: CallsOptions, file: string, results: Results): Promise<void> {
  const [settings] = runsAsked({ ...options, openings: 0, repetitions: 1 });
  if (settings === undefined) return;
  try {
    await bench.measure(settingsOf(settings), {
      inspect: true,
      run: (running) => writeProfile(running, settings.warmUpMs, (settings.seconds - 1) * 1000, file),
    });
    console.error(`${file}: ${settings.subject} with ${settings.load} calls`);
  } catch (error) {
    results.failures.push(`profile: ${error instanceof Error ? error.message : error}`);
  }
}

if (import.meta.main) process.exit(await run(process.argv.slice(2)));
