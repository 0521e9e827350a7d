/**
 * Where the project lies, whatever directory a script is called from.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const BIN = join(ROOT, "node_modules", ".bin");

/**
 * The tool Workers to run and deploy beside the gateway: every folder of `examples/`, and every folder in one of those,
 * with a wrangler.toml of its own. `name` is the folder's path below `examples/`.
 */
export const toolWorkers = (root: string): readonly { readonly name: string; readonly config: string }[] => {
  const examples = join(root, "examples");
  if (!existsSync(examples)) return [];
  return foldersIn(examples)
    .flatMap((name) => [name, ...foldersIn(join(examples, name)).map((inner) => `${name}/${inner}`)])
    .map((name) => ({ name, config: join("examples", name, "wrangler.toml") }))
    .filter(({ config }) => existsSync(join(root, config)));
};

const foldersIn = (path: string): readonly string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
