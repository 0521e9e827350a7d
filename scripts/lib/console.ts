/**
 * The page at `/`, built from console/src into console/dist, where wrangler wants to find it.
 */
import { join } from "node:path";
import { ROOT } from "./root.ts";
import { type Finished, runCommand } from "./run-command.ts";

export const buildConsole = (): Promise<Finished> =>
  runCommand(process.execPath, [join(ROOT, "console", "build.ts")]);
