/**
 * `npm test`: everything, in the order that wastes the least of two cores, with the count on the last line.
 * With arguments it is vitest on just those: `npm test -- test/audio/g711.test.ts`.
 */
import { ROOT } from "./lib/root.ts";
import { runCommand } from "./lib/run-command.ts";
import { consoleStep, type StepResult, staticSteps, testProjects, testStep, typesStep } from "./lib/steps.ts";
import { stepLine, summary } from "./lib/summary.ts";
import { say } from "./lib/terminal.ts";

type Step = () => Promise<StepResult>;

/** Whole processes and sound, measured in ms: each comes at the end of a lane, when no compiler is next door. */
const PROCESSES = ["e2e"];
const SOUND = ["browser"];
/** At the pace of speech: it waits more than it works, and minds nobody. */
const PATIENT = ["spoken"];
const IN_NODE = ["node"];
/** Whole conversations in workerd: as much as all else that runs there, so that both lanes are as long. */
const LONG = ["bank", "hand-over", "long-call", "memory", "patterns"];

const wanted = process.argv.slice(2);
if (wanted.length > 0) {
  await Promise.all([typesStep(), consoleStep()]);
  process.exit((await runCommand("vitest", ["run", ...wanted], { live: true })).code);
}

const results: StepResult[] = [];
const perform = async (step: Step): Promise<void> => {
  const result = await step();
  results.push(result);
  say(stepLine(result));
};
const inTurn = async (steps: readonly Step[]): Promise<void> => {
  for (const step of steps) await perform(step);
};

const projects = testProjects(ROOT);
const apart = [...PROCESSES, ...SOUND, ...PATIENT, ...IN_NODE, ...LONG];
const those = (names: readonly string[]): readonly string[] =>
  projects.filter((name) => names.includes(name));
const each = (names: readonly string[]): Promise<unknown> =>
  Promise.all(those(names).map((name) => perform(() => testStep(name))));

await Promise.all([perform(typesStep), perform(consoleStep)]);
await Promise.all([
  inTurn(staticSteps())
    .then(() => each(IN_NODE))
    .then(() => perform(() => testStep(...those(LONG))))
    .then(() => each(PROCESSES)),
  // One process in each lane for what runs in workerd: starting one takes longer than most of their tests.
  perform(() => testStep(...projects.filter((name) => !apart.includes(name)))).then(() => each(SOUND)),
  each(PATIENT),
]);

say(summary(results));
// Not process.exit: a long output to a pipe is still on its way.
process.exitCode = results.every((result) => result.ok) ? 0 : 1;
