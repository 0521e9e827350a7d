/**
 * The load generator, a process of its own: so many calls at a time to one subject, for so long.
 * `node bench/load/main.ts ORDER`, the order being JSON; what was measured is written to the file that it names.
 */
import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { NS_PER_MS, nanoseconds } from "../calls/clock.ts";
import { distributionOf } from "../calls/distribution.ts";
import { BYTES_PER_SAMPLE, type CallPlan, upSamples } from "../calls/plan.ts";
import { decodeStamps } from "../engine/call-book.ts";
import { Call } from "./call.ts";
import { createExpecter } from "./expect.ts";
import { type CallFigures, figuresOf } from "./figures.ts";
import { measureOpenings } from "./openings.ts";
import type { LoadOrder, LoadReport } from "./order.ts";
import { memoryBytes, type ProcessorUse, processorUse } from "./usage.ts";

/** Ms between two looks at what is to be sent. */
const TICK_MS = 1;
/** Connections opened at a time before the calls begin. */
const AT_A_TIME = 8;
/** After the last frame, for what is still on its way; where something is missing then, so many times. */
const DRAIN_MS = 600;
const DRAINS = 8;

const order: LoadOrder = JSON.parse(process.argv[2] ?? "{}");
const report = await run(order);
writeFileSync(order.file, JSON.stringify(report));
process.exit(0);

async function run({
  plan,
  reach,
  engine,
  openings,
  warmUpMs,
  seconds,
  pids,
  enginePids,
}: LoadOrder): Promise<LoadReport> {
  await begin(engine, plan);
  const expect = createExpecter(reach);
  const opened = openings > 0 ? await measureOpenings(expect, openings) : null;
  const { notes } = await stamps(engine);
  await begin(engine, plan);

  const memoryBefore = memoryBytes(pids);
  const calls = Array.from({ length: plan.calls }, (_, call) => new Call(plan, call));
  for (let first = 0; first < calls.length; first += AT_A_TIME)
    await Promise.all(
      calls
        .slice(first, first + AT_A_TIME)
        .map(async (call) => call.joinedBy(await (await expect()).open(call))),
    );

  const startNs = nanoseconds() + 100 * NS_PER_MS;
  const from = startNs + warmUpMs * NS_PER_MS;
  const to = from + seconds * 1000 * NS_PER_MS;
  const samples: Sample[] = [];
  const harness = [process.pid, ...enginePids];
  const sample = (): void =>
    void samples.push({ at: nanoseconds(), subject: processorUse(pids), harness: processorUse(harness) });
  const wireAt = () => calls.map((call) => ({ wire: call.wire(), sound: call.soundBytes }));
  let before = wireAt();
  // Quarters of the time that counts: whether the last minute costs what the first did.
  const looks = [0, 0.25, 0.5, 0.75].map((share) => from + share * (to - from));
  for (let now = nanoseconds(); now < to; now = nanoseconds()) {
    for (const call of calls) call.speak(now, startNs);
    const look = looks[0];
    if (look !== undefined && now >= look) {
      looks.shift();
      if (samples.length === 0) before = wireAt();
      sample();
    }
    await wait(TICK_MS);
  }
  sample();
  const after = wireAt();
  let end = await drained(engine);
  const memoryDuring = memoryBytes(pids);
  const figures = (): CallFigures =>
    figuresOf(
      plan,
      calls.flatMap((call, index) => (end.books[index] ? [{ call, book: end.books[index] }] : [])),
      { from, to },
    );
  let told = figures();
  for (let time = 1; time < DRAINS && told.upFrames.lost + told.downFrames.lost > 0; time++) {
    end = await drained(engine);
    told = figures();
  }
  for (const call of calls) call.close();
  await wait(100);

  const frameBytes = upSamples(plan) * BYTES_PER_SAMPLE;
  const sentInWindow = calls.reduce(
    (sum, call) => sum + call.sentAt.filter((at) => at >= from && at < to).length * frameBytes,
    0,
  );
  const grown = (of: (each: (typeof after)[number]) => number | null): number | null =>
    after.reduce<number | null>((sum, each, index) => {
      const [late, early] = [of(each), before[index] && of(before[index])];
      return sum === null || late === null || early === null || early === undefined
        ? null
        : sum + late - early;
    }, 0);
  const up = grown(({ wire }) => wire?.up ?? null);
  const down = grown(({ wire }) => wire?.down ?? null);
  const sound = grown((each) => each.sound) ?? 0;
  const troubles = calls.flatMap(({ trouble }, index) =>
    trouble === null ? [] : [`call ${index}: ${trouble}`],
  );
  return {
    figures: told,
    openings: opened,
    engineAdmission: distributionOf(notes.admissions.map((ns) => ns / NS_PER_MS)),
    processor: processorOf(samples, plan.calls),
    memory:
      memoryBefore === null || memoryDuring === null || pids.length === 0
        ? null
        : { before: memoryBefore, during: memoryDuring, perCall: (memoryDuring - memoryBefore) / plan.calls },
    wirePerAudio:
      up === null || down === null || sound === 0 ? null : { up: up / sentInWindow, down: down / sound },
    faults: [...troubles, ...end.notes.faults, ...notes.faults],
  };
}

interface Sample {
  readonly at: number;
  readonly subject: ProcessorUse | null;
  readonly harness: ProcessorUse | null;
}

/** Over all of the time that counts, and for each quarter. */
function processorOf(samples: readonly Sample[], calls: number): LoadReport["processor"] {
  const ms = (from: number, to: number): number =>
    ((samples.at(to)?.at ?? 0) - (samples.at(from)?.at ?? 0)) / NS_PER_MS;
  const grown = (of: (sample: Sample) => number | undefined, from = 0, to = -1): number | null => {
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

async function begin(engine: string, plan: CallPlan): Promise<void> {
  await fetch(`${engine}/plan`, { method: "POST", body: JSON.stringify(plan) });
}

async function drained(engine: string) {
  await wait(DRAIN_MS);
  return stamps(engine);
}

async function stamps(engine: string) {
  return decodeStamps(Buffer.from(await (await fetch(`${engine}/stamps`)).arrayBuffer()));
}
