/**
 * `npm run bench -- scale`: what a million calls a day take and cost, from measured figures (bench/figures.json), prices
 * and documented limits. Measures nothing itself.
 */
import { simulate } from "./placement/simulate.ts";
import { readFigures } from "./scale/figures.ts";
import { scaleParts } from "./scale/report.ts";
import { show } from "./show-parts.ts";

/** Runs the bench. Gives the process's exit code. */
export const run = (args: readonly string[]): number =>
  show("scale", scaleParts(readFigures(), simulate()), args);
