/**
 * Where an error is, out of the lines below its headline: a place that a builder can open.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT, toolWorkers } from "./root.ts";

/** `agents/first.ts:25:0:`, as esbuild names the place in a file, below the Worker that it builds. */
const BUILD_PLACE = /^(\S+):(\d+):\d+:?$/;
/** `13 │     name: tool({`, the line itself. */
const BUILD_EXCERPT = /^\d+ [│|] ?(.*)$/;
/** `at run (file:///…/examples/bank/tools/src/index.ts:16:49)`, in a stack. */
const STACK_PLACE = /\((file:\/\/\/\S+?):(\d+):\d+\)/;

/** ` (agents/first.ts:25)`, from the project's top; nothing when there is no place in the project. */
export const sourcePlace = (lines: readonly string[], root = ROOT): string => {
  for (const [index, line] of lines.entries()) {
    const built = BUILD_PLACE.exec(line);
    if (built !== null) {
      const [, file = "", number = ""] = built;
      const excerpt = BUILD_EXCERPT.exec(lines[index + 1] ?? "")?.[1] ?? "";
      return ` (${locate(root, file, Number(number), excerpt)}:${number})`;
    }
    const [, url, number] = STACK_PLACE.exec(line) ?? [];
    if (url !== undefined) {
      const file = relative(root, fileURLToPath(url));
      if (!file.startsWith("..") && !file.startsWith("node_modules")) return ` (${file}:${number})`;
    }
  }
  return "";
};

/** A tool Worker's files are named from its own folder, where the gateway may have one of the same name. */
const locate = (root: string, file: string, line: number, excerpt: string): string => {
  const folders = ["", ...toolWorkers(root).map(({ name }) => join("examples", name))];
  const fits = folders
    .map((folder) => join(folder, file))
    .filter((path) => existsSync(join(root, path)))
    .filter((path) => {
      const text = readFileSync(join(root, path), "utf8").split("\n")[line - 1];
      return text?.trim() === excerpt.trim();
    });
  return fits.length === 1 ? (fits[0] ?? file) : file;
};
