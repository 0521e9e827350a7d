/**
 * Where the project lies, whatever directory a script is called from.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const BIN = join(ROOT, "node_modules", ".bin");

/** The tool Workers to run and deploy beside the gateway: every folder of `examples/` with a wrangler.toml of its own. */
export const toolWorkers = (root: string): readonly { readonly name: string; readonly config: string }[] => {
  const examples = join(root, "examples");
  if (!existsSync(examples)) return [];
  return readdirSync(examples)
    .sort()
    .map((name) => ({ name, config: join("examples", name, "wrangler.toml") }))
    .filter(({ config }) => existsSync(join(root, config)));
};
