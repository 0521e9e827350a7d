/**
 * Waits until somebody changes the code: for a gateway that has ended and can only be started again.
 */
import { existsSync, type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

/** Editors write a file in steps, and a checkout writes many; this long after the last of them it is done, in ms. */
const SETTLED_MS = 150;
const FOLDERS = ["agents", "src", "examples"];
const CONFIG = "wrangler.toml";
/** Below these nothing is written by hand. */
const NOT_CODE = /^(?:node_modules|dist|\..*)$/;

const foldersOf = (root: string): readonly string[] =>
  FOLDERS.map((name) => join(root, name)).filter((path) => existsSync(path));

/** What is on the disk below `root` that can change what the gateway is; the same text as long as nobody changes it. */
export const codeNow = (root: string): string =>
  [...foldersOf(root).flatMap(filesBelow), join(root, CONFIG)].map(stampOf).join("\n");

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_CODE.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });

function stampOf(path: string): string {
  // A file may go between being listed and being looked at.
  const { mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
  return `${path} ${mtimeMs} ${size}`;
}

/**
 * Settles after the next change of what `codeNow` told of as `known`. What was changed since, before anybody watched, is
 * a change too: setting watches takes its time, and whoever is told that they are awaited may be faster.
 */
export const nextChange = (root: string, known: string): Promise<void> =>
  new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    let settled: NodeJS.Timeout | null = null;
    const changed = (): void => {
      if (settled !== null) clearTimeout(settled);
      settled = setTimeout(() => {
        for (const watcher of watchers) watcher.close();
        resolve();
      }, SETTLED_MS);
    };
    for (const folder of foldersOf(root)) watchers.push(watch(folder, { recursive: true }, changed));
    watchers.push(watch(root, (_, file) => file === CONFIG && changed()));
    if (codeNow(root) !== known) changed();
  });
