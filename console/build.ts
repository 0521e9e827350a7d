/**
 * Builds the console: `node console/build.ts [--watch] [--out FOLDER]` turns console/src into console/dist, or into
 * FOLDER. The Worker serves it as static assets. Plain names, no hashes: the platform answers with entity tags and revalidates.
 */
import { cp, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type BuildOptions, build, context } from "esbuild";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { values: wanted } = parseArgs({ options: { watch: { type: "boolean" }, out: { type: "string" } } });
const out = wanted.out === undefined ? here("dist") : resolve(wanted.out);

const options: BuildOptions = {
  entryPoints: {
    main: here("src/main.ts"),
    theme: here("src/theme.ts"),
    "capture-worklet": here("src/audio/capture-worklet.ts"),
    "playback-worklet": here("src/audio/playback-worklet.ts"),
    console: here("styles/console.css"),
  },
  outdir: out,
  bundle: true,
  format: "esm",
  // light-dark() in the styles sets the oldest browsers.
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  minify: true,
  sourcemap: true,
  legalComments: "none",
  logLevel: "warning",
};

// Written over in place: what is being served is never gone for a moment.
await mkdir(out, { recursive: true });
await cp(here("index.html"), join(out, "index.html"));
await cp(here("public"), out, { recursive: true });

if (wanted.watch === true) {
  const watcher = await context(options);
  await watcher.watch();
} else {
  await build(options);
}
