/**
 * Whether worker-configuration.d.ts is older than what it is made from.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

const OUTPUT = "worker-configuration.d.ts";
/** package.json pins wrangler, whose runtime types are in the output. */
const SOURCES = ["wrangler.toml", ".dev.vars.example", "package.json"];

export const typesAreStale = (root: string): boolean => {
  const output = join(root, OUTPUT);
  if (!existsSync(output)) return true;
  const made = statSync(output).mtimeMs;
  return SOURCES.map((name) => join(root, name)).some(
    (path) => existsSync(path) && statSync(path).mtimeMs > made,
  );
};
