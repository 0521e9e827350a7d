/**
 * `npm test`: everything, in the order that wastes the least of two cores, with the count on the last line.
 * With arguments it is vitest on just those: `npm test -- test/audio/g711.test.ts`.
 */

import { ROOT } from "./lib/root.ts";
import { runCommand } from "./lib/run-command.ts";
import { consoleStep, type StepResult, staticSteps, testProjects, testStep, typesStep } from "./lib/steps.ts";
import { stepLine, summary } from "./lib/summary.ts";
import { say } from "./lib/terminal.ts";

const wanted = process.argv.slice(2);
if (wanted.length > 0) {
  await Promise.all([typesStep(), consoleStep()]);
  process.exit((await runCommand("vitest", ["run", ...wanted], { live: true })).code);
}

const results: StepResult[] = [];
const perform = async (step: () => Promise<StepResult>): Promise<void> => {
  const result = await step();
  results.push(result);
  say(stepLine(result));
};

await Promise.all([perform(typesStep), perform(consoleStep)]);
const inTurn = async (steps: readonly (() => Promise<StepResult>)[]): Promise<void> => {
  for (const step of steps) await perform(step);
};
// Whole processes are tested last and alone: their timing must not depend on a compiler next door.
const projects = testProjects(ROOT);
const early = projects.filter((name) => name !== "e2e");
const late = projects.filter((name) => name === "e2e");
await Promise.all([inTurn(staticSteps()), inTurn(early.map((name) => () => testStep(name)))]);
await inTurn(late.map((name) => () => testStep(name)));

say(summary(results));
// Not process.exit: a long output to a pipe is still on its way.
process.exitCode = results.every((result) => result.ok) ? 0 : 1;
