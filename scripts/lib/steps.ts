/**
 * The steps of `npm test` and `npm run check`. A step is a named piece of work that passes or fails whole; a test
 * step also counts its tests.
 */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { typesAreStale } from "./fresh-types.ts";
import { ROOT } from "./root.ts";
import { runCommand } from "./run-command.ts";
import { readReport, type TestCounts } from "./test-report.ts";

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** Shown when it failed. */
  readonly output: string;
  /** Null for a step that is not a test run. */
  readonly counts: TestCounts | null;
}

/** Writes worker-configuration.d.ts when wrangler.toml or the tools have changed since. */
export const typesStep = async (): Promise<StepResult> => {
  if (!typesAreStale(ROOT)) return { name: "wrangler types", ok: true, ms: 0, output: "", counts: null };
  return plain("wrangler types", "wrangler", typesArguments());
};

/** The page must be there before anything loads wrangler.toml, which names its folder. */
export const consoleStep = (): Promise<StepResult> =>
  plain("console build", process.execPath, ["console/build.ts"]);

/** The Env interface comes from wrangler.toml and from the names in .dev.vars.example, never from somebody's own .dev.vars. */
export const typesArguments = (): readonly string[] => {
  const example = ".dev.vars.example";
  return [
    "types",
    "--strict-vars=false",
    ...(existsSync(join(ROOT, example)) ? ["--env-file", example] : []),
  ];
};

/** Types of every part, each under its own tsconfig; then format, lint and import order. */
export const staticSteps = (): readonly (() => Promise<StepResult>)[] => [
  ...tsconfigs(ROOT).map((config) => () => plain(`tsc ${config}`, "tsc", ["-p", config])),
  () => plain("biome", "biome", ["check", "--no-errors-on-unmatched", "."]),
];

/** Vitest projects that run in one process, with their tests counted. */
export const testStep = async (...names: readonly string[]): Promise<StepResult> => {
  const project = names.join("+");
  const directory = join(ROOT, "node_modules", ".cache", "antiphon");
  mkdirSync(directory, { recursive: true });
  const report = join(directory, `${project}-${process.pid}.json`);
  const finished = await runCommand("vitest", [
    "run",
    ...names.flatMap((name) => ["--project", name]),
    ...["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`],
  ]);
  const counts = readReport(report, finished.code, ROOT);
  return {
    name: `tests: ${project}`,
    ok: finished.code === 0 && counts.failed === 0,
    ms: finished.ms,
    output: finished.output,
    counts,
  };
};

/** The vitest projects, by the files in test/projects: vitest.<name>.config.ts. */
export const testProjects = (root: string): readonly string[] =>
  readdirSync(join(root, "test", "projects"))
    .flatMap((file) => /^vitest\.(.+)\.config\.ts$/.exec(file)?.[1] ?? [])
    .sort();

/** Every tsconfig that checks something: at the top, and one folder down. */
export const tsconfigs = (root: string): readonly string[] => {
  const isConfig = (name: string): boolean =>
    /^tsconfig(\..+)?\.json$/.test(name) && name !== "tsconfig.base.json";
  const folders = ["console", "doctor", "bench"].filter((name) => existsSync(join(root, name)));
  return [".", ...folders]
    .flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter(isConfig)
        .map((name) => (folder === "." ? name : `${folder}/${name}`)),
    )
    .sort();
};

const plain = async (name: string, command: string, args: readonly string[]): Promise<StepResult> => {
  const { code, output, ms } = await runCommand(command, args);
  return { name, ok: code === 0, ms, output, counts: null };
};
