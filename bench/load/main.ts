/**
 * The load generator, a process of its own: so many calls at a time to one subject, for so long.
 * `node bench/load/main.ts ORDER`, the order being JSON; what was measured is written to the file that it names.
 */
import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { NS_PER_MS, nanoseconds } from "../calls/clock.ts";
import { distributionOf } from "../calls/distribution.ts";
import {
  BYTES_PER_SAMPLE,
  type CallPlan,
  HAND_OVERS_MS,
  OPENINGS_MOST_MS,
  upSamples,
} from "../calls/plan.ts";
import { decodeStamps, type EngineNotes } from "../engine/call-book.ts";
import { Call } from "./call.ts";
import type { Expected } from "./client.ts";
import { createExpecter } from "./expect.ts";
import { type CallFigures, figuresOf } from "./figures.ts";
import { measureOpenings } from "./openings.ts";
import type { LoadOrder, LoadReport } from "./order.ts";
import { type ProcessorSample, processorOf } from "./processor.ts";
import { memoryBytes, processorUse } from "./usage.ts";

/** Ms between two looks at what is to be sent. */
const TICK_MS = 1;
/** Connections opened at a time before the calls begin. */
const AT_A_TIME = 8;
/** After the calls have begun, until openings are measured; and after those, until it counts. */
const OPENINGS_AFTER_MS = 2_000;
const SETTLE_MS = 2_000;
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
  await fetch(`${engine}/plan`, { method: "POST", body: JSON.stringify(plan) });
  const expect = createExpecter(reach);
  const memoryBefore = memoryBytes(pids);
  const { calls, rotations } = await join(plan, expect);
  const faults: string[] = [];

  const startNs = nanoseconds() + 100 * NS_PER_MS;
  /** Lets all callers speak until it is over, looking up at each tick. */
  const talk = async (isOver: (now: number) => boolean, look: (now: number) => void = () => {}) => {
    for (let now = nanoseconds(); !isOver(now); now = nanoseconds()) {
      for (const call of calls) call.speak(now, startNs);
      look(now);
      await wait(TICK_MS);
    }
  };

  let warmUntil = startNs + warmUpMs * NS_PER_MS;
  let opened: OpeningsUnderLoad = { openings: null, engineAdmission: null };
  if (openings > 0) {
    warmUntil = Number.POSITIVE_INFINITY;
    void openUnderLoad(engine, expect, openings, startNs)
      .then(
        (measured) => {
          opened = measured;
        },
        (error: unknown) => void faults.push(`openings: ${error}`),
      )
      .finally(() => {
        warmUntil = Math.max(startNs + warmUpMs * NS_PER_MS, nanoseconds() + SETTLE_MS * NS_PER_MS);
      });
  }
  await talk((now) => now >= warmUntil);

  const from = nanoseconds();
  const to = from + seconds * 1000 * NS_PER_MS;
  const samples: ProcessorSample[] = [];
  const harness = [process.pid, ...enginePids];
  const sample = (): void =>
    void samples.push({ at: nanoseconds(), subject: processorUse(pids), harness: processorUse(harness) });
  const wireAt = () => calls.map((call) => ({ wire: call.wire(), sound: call.soundBytes }));
  const before = wireAt();
  // Quarters of the time that counts: whether the last minute costs what the first did.
  const looks = [0, 0.25, 0.5, 0.75].map((share) => from + share * (to - from));
  await talk(
    (now) => now >= to,
    (now) => {
      if (now < (looks[0] ?? Number.POSITIVE_INFINITY)) return;
      looks.shift();
      sample();
    },
  );
  sample();
  const after = wireAt();
  const memoryDuring = memoryBytes(pids);
  if (rotations.length > 0) {
    void Promise.all(rotations.map((rotate) => rotate())).catch(
      (error: unknown) => void faults.push(String(error)),
    );
    await talk((now) => now >= to + HAND_OVERS_MS * NS_PER_MS);
  }

  let end = await drained(engine);
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
  const moves = end.books.flatMap((book) => book.moves);
  return {
    figures: told,
    ...opened,
    handOvers: distributionOf(moves.map((ns) => ns / NS_PER_MS - plan.frameMs)),
    processor: processorOf(samples, plan.calls),
    memory:
      memoryBefore === null || memoryDuring === null || pids.length === 0
        ? null
        : { before: memoryBefore, during: memoryDuring, perCall: (memoryDuring - memoryBefore) / plan.calls },
    wirePerAudio:
      up === null || down === null || sound === 0 ? null : { up: up / sentInWindow, down: down / sound },
    faults: [...faults, ...troubles, ...end.notes.faults],
  };
}

/** All calls, connected and silent, and how each that can be moved to a fresh stream is. */
async function join(plan: CallPlan, expect: () => Promise<Expected>) {
  const calls = Array.from({ length: plan.calls }, (_, call) => new Call(plan, call));
  const rotations: (() => Promise<void>)[] = [];
  for (let first = 0; first < calls.length; first += AT_A_TIME)
    await Promise.all(
      calls.slice(first, first + AT_A_TIME).map(async (call) => {
        const { open, rotate } = await expect();
        call.joinedBy(await open(call));
        if (rotate) rotations.push(rotate);
      }),
    );
  return { calls, rotations };
}

type OpeningsUnderLoad = Pick<LoadReport, "openings" | "engineAdmission">;

/** While the calls of a measurement warm up. */
async function openUnderLoad(
  engine: string,
  expect: () => Promise<Expected>,
  times: number,
  startNs: number,
): Promise<OpeningsUnderLoad> {
  await wait(OPENINGS_AFTER_MS);
  const before = (await notes(engine)).admissions.length;
  const openings = await measureOpenings(expect, times, startNs + OPENINGS_MOST_MS * NS_PER_MS);
  const admissions = (await notes(engine)).admissions.slice(before);
  return { openings, engineAdmission: distributionOf(admissions.map((ns) => ns / NS_PER_MS)) };
}

async function drained(engine: string) {
  await wait(DRAIN_MS);
  return stamps(engine);
}

async function notes(engine: string): Promise<EngineNotes> {
  return (await (await fetch(`${engine}/notes`)).json()) as EngineNotes;
}

async function stamps(engine: string) {
  return decodeStamps(Buffer.from(await (await fetch(`${engine}/stamps`)).arrayBuffer()));
}
