/**
 * `npm run check`: the quick gate before a commit. Types, format, lint, and the tests that need no other process
 * (the import rules are among them).
 */
import { type StepResult, staticSteps, testStep, typesStep } from "./lib/steps.ts";
import { stepLine, summary } from "./lib/summary.ts";
import { say, stopWith } from "./lib/terminal.ts";

const args = process.argv.slice(2);
if (args.includes("--help") || args.includes("-h")) {
  say("npm run check: types, format, lint, and the tests that need no other process. It takes no options.");
  process.exit(0);
}
if (args.length > 0) {
  stopWith(
    `${args.join(" ")} is not understood: npm run check takes no options; npm test -- <file> runs one file.`,
  );
}

const results: StepResult[] = [];
const perform = async (step: () => Promise<StepResult>): Promise<void> => {
  const result = await step();
  results.push(result);
  say(stepLine(result));
};

await perform(typesStep);
await Promise.all([
  perform(() => testStep("node")),
  (async () => {
    for (const step of staticSteps()) await perform(step);
  })(),
]);

say(summary(results));
// Not process.exit: a long output to a pipe is still on its way.
process.exitCode = results.every((result) => result.ok) ? 0 : 1;
