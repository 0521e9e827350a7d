/**
 * `npm run chaos`: many calls at once while everything beneath them breaks, and the score at the end. What happens
 * when is decided by the seed; how long things take is not.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { createRandom } from "../bench/hand-over/random.ts";
import { summaryOf } from "../bench/hand-over/statistics.ts";
import { AGENTS, Caller } from "./caller.ts";
import { Client } from "./client.ts";
import { Guests } from "./guests.ts";
import { runsOf, settle } from "./leftovers.ts";
import { type ChaosOptions, commandFor, HELP, readOptions } from "./options.ts";
import { describe, MISHAPS, makePlan, type Planned } from "./plan.ts";
import { tableFor } from "./report.ts";
import { score } from "./score.ts";
import { Stack } from "./stack.ts";
import { Storm } from "./storm.ts";
import { Traces } from "./traces.ts";

/** Numbers of one caller's frames and questions, so that they can be told apart in any trace. */
const NUMBERS_PER_CALLER = 200_000;

/** Runs the command. Gives the process's exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const read = readOptions(args);
  if (read === null) {
    console.log(HELP);
    return args.includes("--help") ? 0 : 2;
  }
  const { json, dump, verbose, ...options } = read;
  const tell = json ? () => {} : (line: string) => console.log(line);
  const { callers, ...report } = await makeChaos(
    options,
    tell,
    verbose ? (line) => console.error(line) : undefined,
  );
  if (dump !== null) writeFileSync(dump, JSON.stringify({ report, callers: callers.map(dumpOf) }, null, 1));
  console.log(json ? JSON.stringify(report, null, 2) : tableFor(report));
  return report.broken.length === 0 ? 0 : 1;
}

/** The whole of a run. Ends every process that it starts, also when it is ended itself. */
export async function makeChaos(
  options: ChaosOptions,
  tell: (line: string) => void = () => {},
  overhear?: (line: string) => void,
) {
  const { seed, sessions, seconds } = options;
  const stack = await Stack.make(overhear);
  const stop = (): void => void stack.stop().then(() => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) process.once(signal, stop);
  const traces = new Traces(stack.emulator);
  try {
    await stack.untilReady();
    const plan = makePlan(options);
    const callers = await Promise.all(
      Array.from({ length: sessions }, (_, index) => call(stack, seed, index)),
    );
    // Mishaps befall calls, not their beginnings: a caller who was never let in has no way back.
    await Promise.all(callers.map(({ client }) => client.untilThere()));
    const until = performance.now() + seconds * 1_000;
    const guests = new Guests(stack, createRandom(seed).next);
    const storm = new Storm(stack, callers, guests, (planned) => tell(describe(planned)));
    const talks = callers.map((caller) => caller.talk(() => performance.now() > until));
    await Promise.all([storm.rage(plan, seconds * 1_000), ...talks]);
    stack.proxy.dropDead();
    const { left, ms: settledMs } = await settle(stack, [
      ...callers.map(({ client }) => client.session),
      ...guests.sessions,
    ]);
    const witnesses = await traces.all();
    const { runs } = await runsOf(stack);
    const judged = score({ callers, witnesses, runs, left });
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}`,
      ...options,
      command: commandFor(options),
      mishaps: countMishaps(plan),
      streams: witnesses.length,
      guests: guests.asked,
      counts: judged.counts,
      recovered: {
        ...Object.fromEntries(Object.entries(judged.recovered).map(([name, ms]) => [name, summaryOf(ms)])),
        "process killed: of it, until it serves again": summaryOf(storm.restarts),
        "all calls over: until nothing is left": summaryOf([settledMs]),
      },
      broken: judged.broken,
      callers,
    };
  } finally {
    await traces.stop();
    await stack.stop();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const)
      process.removeListener(signal, stop);
  }
}

async function call(stack: Stack, seed: number, index: number): Promise<Caller> {
  const agent = AGENTS[index % AGENTS.length] ?? "plain";
  const body = JSON.stringify({ agent, toolDetails: true });
  const response = await stack.api("/v1/sessions", { method: "POST", body });
  if (!response.ok) throw new Error(`POST /v1/sessions: ${response.status} ${await response.text()}`);
  const made = (await response.json()) as Record<"session" | "url" | "ticket", string>;
  const random = createRandom(seed * 1_000 + index);
  const client = new Client({
    ...made,
    firstFrame: (index + 1) * NUMBERS_PER_CALLER,
    random: createRandom(seed * 1_000 + 500 + index).next,
  });
  return new Caller(client, agent, random);
}

/** Times in ms since its first frame, so that a frame's number tells when it was. */
const dumpOf = ({ client, agent, questions }: Caller) => ({
  session: client.session,
  agent,
  firstFrame: client.firstFrame,
  ended: client.ended,
  away: client.away.map((away) => ({ ...away, since: Math.round(away.since - client.startedAt) })),
  questions,
  said: client.said.map((said) => ({ ...said, at: Math.round(said.at - client.startedAt) })),
});

const countMishaps = (plan: readonly Planned[]): Readonly<Record<string, number>> =>
  Object.fromEntries(MISHAPS.map((type) => [type, plan.filter(({ mishap }) => mishap.type === type).length]));
