/**
 * The docs tell the truth: links lead somewhere, commands and files exist, code compiles.
 *
 * A fence marked ```ts is compiled as a whole file at the project's root, or where it says it belongs
 * (```ts agents/weather.ts). A piece that cannot stand alone is marked ```ts fragment and left alone.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readPage } from "./markdown.ts";
import { listFiles, ROOT, readFiles } from "./source-files.ts";

const markdown = (name: string): boolean => name.endsWith(".md");
const pages = readFiles(
  ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
    .filter((name) => existsSync(join(ROOT, name)))
    .concat(
      ["docs", "examples", "agents", "emulator", "bench", "console"].flatMap((folder) =>
        listFiles(folder, markdown),
      ),
    ),
).map(({ path, text }) => ({ path, text, page: readPage(text) }));

const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts);
const FOLDERS = /^(src|agents|examples|console|emulator|bench|chaos|docs|test|scripts|doctor|\.ci)\//;

describe("the docs", () => {
  it("link to files and headings that exist", () => {
    const broken = pages.flatMap(({ path, page }) =>
      page.links
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !resolves(path, target))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("name only commands that npm knows here", () => {
    const unknown = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)]
        .map(([, run, short]) => run ?? short ?? "")
        .filter((name) => !scripts.includes(name))
        .map((name) => `${path}: npm run ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it("name only files that exist", () => {
    const missing = pages.flatMap(({ path, page }) =>
      page.inlineCode
        .map((code) => code.replace(/:\d+$/, ""))
        .filter((code) => FOLDERS.test(code) && !/[<>*{}…\s]/.test(code))
        // From the project's root, or from where the page lies.
        .filter((code) => ![".", posix.dirname(path)].some((from) => existsSync(join(ROOT, from, code))))
        .map((code) => `${path}: ${code}`),
    );
    expect(missing).toEqual([]);
  });

  it("show TypeScript that compiles", async () => {
    const samples = pages.flatMap(({ path, page }) =>
      page.fences
        .filter(({ info }) => /^(ts|typescript)\b/.test(info) && !/\bfragment\b/.test(info))
        .map((fence) => ({ name: `${path}:${fence.line}`, ...fence })),
    );
    expect(await compile(samples)).toBe("");
  }, 60_000);
});

describe("the reader of pages", () => {
  const page = readPage(
    "# The first call: `hello`\n[a](b.md#c) and `[not](a-link)`\n\n```ts agents/x.ts\n[no](link)\n```\n[d]: e.md\n",
  );

  it("finds links outside code only", () => {
    expect(page.links).toEqual(["b.md#c", "e.md"]);
  });

  it("writes anchors as GitHub does", () => {
    expect(page.anchors).toEqual(["the-first-call-hello"]);
  });

  it("keeps what a fence says it is", () => {
    expect(page.fences).toEqual([{ line: 4, info: "ts agents/x.ts", code: "[no](link)" }]);
  });

  it("makes a sample that does not compile fail, with its place in the page", async () => {
    const errors = await compile([
      { name: "docs/x.md:3", info: "ts", code: 'export const n: number = "text";' },
    ]);
    expect(errors).toContain("docs/x.md:3");
    expect(errors).toContain("TS2322");
  }, 60_000);
});

function resolves(from: string, target: string): boolean {
  const [file = "", hash = ""] = target.split("#");
  const path = file === "" ? from : posix.join(posix.dirname(from), decodeURIComponent(file));
  if (!existsSync(join(ROOT, path))) return false;
  if (hash === "" || statSync(join(ROOT, path)).isDirectory() || !path.endsWith(".md")) return true;
  return readPage(readFileSync(join(ROOT, path), "utf8")).anchors.includes(hash);
}

interface Sample {
  /** Page and line. */
  readonly name: string;
  readonly info: string;
  readonly code: string;
}

/** The compiler's complaints, "" when there are none. */
async function compile(samples: readonly Sample[]): Promise<string> {
  if (samples.length === 0) return "";
  const cache = join(ROOT, "node_modules", ".cache", "antiphon");
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, "docs-"));
  try {
    for (const [index, sample] of samples.entries()) {
      writeFileSync(join(directory, `sample-${index}.ts`), relocate(sample));
    }
    const config = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { types: [join(ROOT, "worker-configuration.d.ts")] },
      include: [join(directory, "*.ts")],
    };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
    const output = await tsc(directory);
    return output.replaceAll(/\S*sample-(\d+)\.ts/g, (_, index) => samples[Number(index)]?.name ?? "");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Makes a sample's relative imports absolute, as seen from the file it says it is. */
function relocate({ info, code }: Sample): string {
  const [, place = "sample.ts"] = info.split(/\s+/);
  const base = dirname(join(ROOT, place));
  return `${code}\nexport {};\n`.replace(
    /(from\s+|import\s+)"(\.[^"]+)"/g,
    (_, lead, path) => `${lead}"${join(base, path)}"`,
  );
}

async function tsc(directory: string): Promise<string> {
  try {
    await promisify(execFile)(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", directory], { cwd: ROOT });
    return "";
  } catch (error) {
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string") return error.stdout;
    throw error;
  }
}
