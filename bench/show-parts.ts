/**
 * What the calculating benches can be told: to print their parts, or to write them into docs/scale.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { withPart } from "./markdown.ts";

export const PAGE = new URL("../docs/scale.md", import.meta.url);

/** The page with these parts in their places. */
export const filled = (page: string, parts: Readonly<Record<string, string>>): string =>
  Object.entries(parts).reduce((text, [name, part]) => withPart(text, name, part), page);

/** Gives the process's exit code. */
export const show = (
  bench: string,
  parts: Readonly<Record<string, string>>,
  args: readonly string[],
): number => {
  switch (args.join(" ")) {
    case "":
    case "--markdown":
      console.log(Object.values(parts).join("\n\n"));
      return 0;
    case "--write":
      writeFileSync(PAGE, filled(readFileSync(PAGE, "utf8"), parts));
      console.log("docs/scale.md is up to date.");
      return 0;
    default:
      console.log(`npm run bench -- ${bench} [--markdown | --write]
  --markdown  prints the tables (so it does without)
  --write     writes them into docs/scale.md`);
      return args.includes("--help") ? 0 : 2;
  }
};
