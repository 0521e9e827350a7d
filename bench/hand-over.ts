/**
 * `npm run bench -- hand-over`: a hundred hand-overs in real time, at random moments of several calls, against the
 * emulator. What the gateway adds to the model's own time, and whether anything was lost, doubled or said twice.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { BenchCall } from "./hand-over/bench-call.ts";
import { Caller, type Measured, MOMENTS } from "./hand-over/caller.ts";
import { Collector } from "./hand-over/collector.ts";
import { createRandom } from "./hand-over/random.ts";
import { SCENARIO, SPOKEN } from "./hand-over/scenario.ts";
import { type Stack, startStack } from "./hand-over/stack.ts";
import { type Row, summaryOf, tableOf } from "./hand-over/statistics.ts";
import { countFrames, timesTold, type Witness } from "./hand-over/witness.ts";

/** The emulator's own time to its first audio: subtracted from what is measured. */
const FIRST_AUDIO_MS = 300;
/** Whatever happens, the bench is over by then. */
const LIMIT_MS = 230_000;
/** Numbers of one call's frames and questions, so that streams of several calls can be told apart. */
const NUMBERS_PER_CALL = 100_000;

const HELP = `npm run bench -- hand-over [--count N] [--calls N] [--seed N] [--json]
  --count  hand-overs in all (100; 20 to 400)
  --calls  calls at a time (5; 1 to 8)
  --seed   of the random moments (1)
  --json   everything as JSON instead of a table`;

interface Options {
  readonly count: number;
  readonly calls: number;
  readonly seed: number;
  readonly json: boolean;
}

interface Done {
  readonly call: BenchCall;
  readonly caller: Caller;
  readonly fault: string | null;
}

/** Runs the bench. Gives the process's exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  if (typeof options === "string") {
    console.error(`${options}\n\n${HELP}`);
    return 2;
  }
  const stack = await startStack(FIRST_AUDIO_MS);
  const stop = (): void => void stack.stop().then(() => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  const limit = setTimeout(() => {
    console.error(`The bench took longer than ${LIMIT_MS / 1000} s and was ended.`);
    stop();
  }, LIMIT_MS);
  try {
    const report = await measure(stack, options);
    console.log(options.json ? JSON.stringify(report, null, 2) : describe(report));
    if (report.faults.length === 0) return 0;
    console.error(stack.lastWords());
    return 1;
  } finally {
    clearTimeout(limit);
    await stack.stop();
  }
}

/** The options; or null for `--help`, or what is wrong, as a sentence. */
export function readOptions(args: readonly string[]): Options | string | null {
  const whole = { type: "string" } as const;
  const yes = { type: "boolean" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { count: whole, calls: whole, seed: whole, json: yes, help: yes },
    });
    if (values.help) return null;
    const { count = "100", calls = "5", seed = "1", json = false } = values;
    const wrong =
      notWhole("count", count, 20, 400) ??
      notWhole("calls", calls, 1, 8) ??
      notWhole("seed", seed, 0, 2 ** 31);
    return wrong ?? { count: Number(count), calls: Number(calls), seed: Number(seed), json };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const notWhole = (name: string, text: string, least: number, most: number): string | null => {
  const value = Number(text);
  const isRight = text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most;
  return isRight ? null : `--${name}: "${text}" is not a whole number from ${least} to ${most}.`;
};

async function measure(stack: Stack, options: Options) {
  await fetch(`${stack.emulator}/_emulator/scenario`, { method: "POST", body: JSON.stringify(SCENARIO) });
  const collector = new Collector(stack.emulator);
  const steps = Math.ceil(options.count / options.calls);
  const since = performance.now();
  const done = await Promise.all(
    Array.from({ length: options.calls }, (_, index) => playCall(stack, options.seed, index, steps)),
  );
  const seconds = Math.round((performance.now() - since) / 1000);
  const witnesses = await collector.all();
  const measured = done.flatMap(({ caller }) => caller.measured);
  const frames = done.map(({ call }) => countFrames(witnesses, call.firstFrame, call.frames));
  const faults = done.flatMap((each) => [
    ...(each.fault === null ? [] : [each.fault]),
    ...faultsOf(each, witnesses),
  ]);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}`,
    ...options,
    seconds,
    emulatorFirstAudioMs: FIRST_AUDIO_MS,
    handOvers: measured.length,
    moments: Object.fromEntries(
      MOMENTS.map((moment) => [moment, measured.filter((each) => each.moment === moment).length]),
    ),
    rows: rowsOf(done, measured, witnesses),
    frames: {
      sent: done.reduce((sum, { call }) => sum + call.frames, 0),
      lost: frames.reduce((sum, { lost }) => sum + lost.length, 0),
      disordered: frames.reduce((sum, { disordered }) => sum + disordered.length, 0),
      replayedAtMost: Math.max(0, ...frames.flatMap(({ replayed }) => replayed)),
    },
    faults,
  };
}

type Report = Awaited<ReturnType<typeof measure>>;

async function playCall(stack: Stack, seed: number, index: number, steps: number): Promise<Done> {
  const response = await fetch(`${stack.gateway}/v1/sessions`, {
    method: "POST",
    headers: { authorization: `Bearer ${stack.key}`, "content-type": "application/json" },
    body: JSON.stringify({ agent: "timed", toolDetails: true }),
  });
  const { url, ticket } = (await response.json()) as { readonly url: string; readonly ticket: string };
  const first = index * NUMBERS_PER_CALL;
  const call = new BenchCall(url, ticket, first);
  const caller = new Caller(call, createRandom(seed * 1_000 + index), FIRST_AUDIO_MS, first);
  try {
    await call.until("segment", 0, ({ type }) => type === "segment");
    call.start();
    for (let step = 0; step < steps; step++) await caller.step();
    await call.hangUp();
    return { call, caller, fault: null };
  } catch (error) {
    await call.hangUp();
    return { call, caller, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** All that a caller could complain of, in words. */
function faultsOf({ call, caller }: Done, witnesses: readonly Witness[]): readonly string[] {
  const faults: string[] = [];
  const { lost, disordered } = countFrames(witnesses, call.firstFrame, call.frames);
  // What was sent in the last moments before the goodbye need not have arrived.
  const inTime = lost.filter((frame) => frame < call.firstFrame + call.frames - 10);
  if (inTime.length > 0) faults.push(`frames lost: ${inTime.join(" ")}`);
  if (disordered.length > 0) faults.push(`frames doubled or reordered: ${disordered.join(" ")}`);
  for (const n of caller.tales)
    if (answersWith(call, `Tale ${n} begins.`) !== 1) faults.push(`tale ${n} was not told once`);
  for (const n of caller.found) {
    if (answersWith(call, `Found ${n}.`) !== 1) faults.push(`what was found of ${n} was not said once`);
    if (timesTold(witnesses, `thing-${n}-found`) !== 1) faults.push(`result ${n} was not told once`);
  }
  const understood = call.said.filter(
    ({ type, role, text }) => type === "transcript" && role === "caller" && text === SPOKEN,
  );
  if (understood.length !== caller.utterances)
    faults.push(`${caller.utterances} utterances were understood as ${understood.length}`);
  if (call.said.some(({ type }) => type === "late_audio")) faults.push("audio came after its interruption");
  return faults;
}

const answersWith = (call: BenchCall, words: string): number =>
  new Set(
    call.said.flatMap(({ type, role, text, answer }) =>
      type === "transcript" && role === "agent" && String(text).includes(words) ? [answer] : [],
    ),
  ).size;

function rowsOf(
  done: readonly Done[],
  measured: readonly Measured[],
  witnesses: readonly Witness[],
): readonly Row[] {
  const baselines = done.flatMap(({ caller }) => caller.baselines);
  const baseline = (kind: string) =>
    summaryOf(baselines.filter((each) => each.kind === kind).map(({ addedMs }) => addedMs));
  const added = (cause: string) =>
    summaryOf(
      measured.flatMap((each) => (each.cause === cause && each.addedMs !== null ? [each.addedMs] : [])),
    );
  const live = (isWarm: boolean) =>
    summaryOf(
      measured.flatMap((each) =>
        (each.cause === "fact") === isWarm && each.liveMs !== null ? [each.liveMs] : [],
      ),
    );
  // Streams that took over in silence; others were asked nothing until the caller had finished.
  const replays = witnesses.flatMap(({ readMs, frames }) =>
    readMs !== null && frames.length > 0 && readMs < 1_000 ? [readMs] : [],
  );
  const question = baseline("question");
  const result = baseline("tool result");
  const row = (name: string, summary: Row["summary"], against: Row["summary"] = null): Row => ({
    name,
    summary,
    ratio: summary && against ? summary.p50 / against.p50 : null,
  });
  return [
    row("gap: nobody hears the caller", summaryOf(measured.map(({ gapMs }) => gapMs))),
    row("decision to new stream live, cold", live(false)),
    row("decision to new stream live, prewarmed", live(true)),
    row("added: baseline, question, no hand-over", question),
    row("added: baseline, tool result, no hand-over", result),
    row("added: go_to by the client, cold", added("client"), question),
    row("added: go_to by the model, cold", added("model"), question),
    row("added: by a tool's word, cold", added("tool"), result),
    row("added: by a fact, prewarmed", added("fact"), result),
    row("of which: the emulator reads what is replayed", summaryOf(replays)),
  ];
}

function describe(report: Report): string {
  const { frames, moments } = report;
  return [
    `${report.handOvers} hand-overs in ${report.seconds} s, ${report.calls} calls at a time, seed ${report.seed}`,
    `${report.date}, ${report.machine}`,
    `moments: ${Object.entries(moments)
      .map(([moment, count]) => `${moment} ${count}`)
      .join(", ")}`,
    `"added" is without the emulator's own ${report.emulatorFirstAudioMs} ms to its first audio`,
    "",
    tableOf(report.rows),
    "",
    `caller's frames of 20 ms: ${frames.sent} sent, ${frames.lost} lost, ${frames.disordered} doubled or reordered, ` +
      `at most ${frames.replayedAtMost} replayed to a new stream`,
    ...(report.faults.length === 0 ? ["faults: none"] : report.faults.map((fault) => `FAULT: ${fault}`)),
  ].join("\n");
}

if (import.meta.main) process.exit(await run(process.argv.slice(2)));
