/**
 * `npm run bench -- placement`: where a session's object should live, from published round-trip times. Measures nothing,
 * takes a second, gives the same each time.
 */
import { placementParts } from "./placement/report.ts";
import { simulate } from "./placement/simulate.ts";
import { show } from "./show-parts.ts";

/** Runs the bench. Gives the process's exit code. */
export const run = (args: readonly string[]): number => show("placement", placementParts(simulate()), args);
