/**
 * `npm run bench -- plot FILE.json`: renders a file of results into docs/performance.md, between its two marks, and into
 * docs/plots.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/lib/root.ts";
import { readResults } from "./calls/results.ts";
import { groupsOf } from "./calls/table.ts";
import { chartsOf } from "./plot/charts.ts";
import { measuredPart, withMeasured } from "./plot/page.ts";

const HELP = `npm run bench -- plot FILE.json [--docs FOLDER]
  FILE.json  as npm run bench -- calls --out FILE.json writes it
  --docs     where performance.md and plots/ are (docs)`;

/** Runs the command. Gives the process's exit code. */
export function run(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { docs: { type: "string", default: join(ROOT, "docs") }, help: { type: "boolean" } },
    });
    const [file, ...more] = positionals;
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    if (file === undefined || more.length > 0) throw new Error("Give one file of results.");
    render(file, values.docs);
    return 0;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

function render(file: string, docs: string): void {
  const results = readResults(file);
  if (results.runs.length === 0) throw new Error(`${file} has no runs to show.`);
  const page = join(docs, "performance.md");
  const charts = chartsOf(groupsOf(results.runs));
  const text = withMeasured(
    existsSync(page) ? readFileSync(page, "utf8") : null,
    measuredPart(results, charts),
  );
  mkdirSync(join(docs, "plots"), { recursive: true });
  for (const { name, svg } of charts) writeFileSync(join(docs, "plots", `${name}.svg`), `${svg}\n`);
  writeFileSync(page, text);
  console.log(`${page}, and ${charts.length} charts beside it`);
}

if (import.meta.main) process.exit(run(process.argv.slice(2)));
