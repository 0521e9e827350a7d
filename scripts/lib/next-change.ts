/**
 * Waits until somebody changes the code: for a gateway that has ended and can only be started again.
 */
import { existsSync, type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

/** Editors write a file in steps, and a checkout writes many; this long after the last of them it is done, in ms. */
const SETTLED_MS = 150;
const FOLDERS = ["agents", "src", "examples"];
const CONFIG = "wrangler.toml";

/** Settles after the next change below `root` that can change what the gateway is. */
export const nextChange = (root: string): Promise<void> =>
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
    for (const folder of FOLDERS.map((name) => join(root, name)).filter((path) => existsSync(path)))
      watchers.push(watch(folder, { recursive: true }, changed));
    watchers.push(watch(root, (_, file) => file === CONFIG && changed()));
  });
