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

/** Real time passes in these: they wait more than they work, and a compiler next door would disturb them. */
const AT_THE_PACE_OF_SPEECH = ["e2e", "browser"];

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
const tests = (projects: readonly string[]): readonly Step[] =>
  projects.map((project) => () => testStep(project));

const projects = testProjects(ROOT);
const busy = projects.filter((name) => !AT_THE_PACE_OF_SPEECH.includes(name));
await Promise.all([perform(typesStep), perform(consoleStep)]);
await Promise.all([
  inTurn([...staticSteps(), ...tests(busy.filter((name) => name === "workerd"))]),
  inTurn(tests(busy.filter((name) => name !== "workerd"))),
]);
await Promise.all(tests(projects.filter((name) => AT_THE_PACE_OF_SPEECH.includes(name))).map(perform));

say(summary(results));
// Not process.exit: a long output to a pipe is still on its way.
process.exitCode = results.every((result) => result.ok) ? 0 : 1;
