/**
 * Asked for help, a command says what it does in a line, and does nothing.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { copyProject } from "./support/running.ts";

const root = new URL("../..", import.meta.url).pathname;
const run = (script: string, args: readonly string[], cwd = root) =>
  spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` },
  });

describe("--help", () => {
  it.each([
    ["check", "types, format, lint"],
    ["deploy", "--dry-run"],
  ])("of npm run %s is one line", (script, words) => {
    const { status, stdout } = run(script, ["--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain(words);
    expect(stdout.trim().split("\n")).toHaveLength(1);
  });

  it.each(["check", "deploy"])("is not needed to see that npm run %s does not know an option", (script) => {
    const { status, stderr } = run(script, ["--fast"]);
    expect(status).toBe(1);
    expect(stderr).toContain("--fast is not understood");
  });
});

describe("npm run deploy", () => {
  const directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("refuses two tool Workers of one name, and tells a fault without wrangler's words about itself", () => {
    const copy = copyProject(directory);
    const gateway = join(copy, "wrangler.toml");
    writeFileSync(join(copy, "examples", "bank", "tools", "wrangler.toml"), 'name = "antiphon"\n');
    const twice = run("deploy", ["--dry-run"], copy);
    expect(twice.status).toBe(1);
    expect(twice.stderr).toBe(
      'wrangler.toml and examples/bank/tools/wrangler.toml both name their Worker "antiphon": give each folder a name of its own.\n',
    );
    rmSync(join(copy, "examples"), { recursive: true });
    writeFileSync(gateway, 'name = "antiphon"\nmain = [\n');
    const broken = run("deploy", ["--dry-run"], copy);
    expect(broken.status).toBe(1);
    expect(broken.stderr).toContain("gateway was not built");
    expect(broken.stderr).not.toMatch(/Logs were written|If you think/);
  });
});
