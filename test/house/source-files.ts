/**
 * The project's own files, for the tests that look at all of them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const SKIPPED = new Set(["node_modules", ".git", ".wrangler", "dist", "coverage"]);

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Paths of all files under `folder` whose name passes `keep`, in order. Empty when there is no such folder. */
export const listFiles = (folder: string, keep: (name: string) => boolean): readonly string[] => {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (keep(entry.name)) found.push(relative(ROOT, path).split(sep).join("/"));
    }
  };
  walk(join(ROOT, folder));
  return found.sort();
};

export const readFiles = (paths: readonly string[]): readonly SourceFile[] =>
  paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

export const typeScript = (name: string): boolean => name.endsWith(".ts") && !name.endsWith(".d.ts");
