import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeNow, nextChange } from "../../scripts/lib/next-change.ts";

let root = "";
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "antiphon-change-"));
  for (const folder of ["agents", "src/base", "node_modules"])
    mkdirSync(join(root, folder), { recursive: true });
  write("agents/first.ts", "one");
  write("wrangler.toml", "one");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("a gateway that waits for an edit", () => {
  it.each([
    ["an edit", () => write("agents/first.ts", "mended")],
    ["a new file", () => write("src/base/new.ts", "new")],
    ["a file that went", () => rmSync(join(root, "agents/first.ts"))],
    ["the configuration", () => write("wrangler.toml", "mended")],
  ])("has seen %s that was there before it began to watch", async (_, mend) => {
    const known = codeNow(root);
    mend();
    await nextChange(root, known);
  });

  it("sees an edit that comes later", async () => {
    const change = nextChange(root, codeNow(root));
    write("agents/first.ts", "mended");
    await change;
  });

  it("goes by what a builder writes, and by nothing that is installed or built", () => {
    const known = codeNow(root);
    write("node_modules/x.js", "installed");
    mkdirSync(join(root, "src/.wrangler"));
    write("src/.wrangler/state", "built");
    expect(codeNow(root)).toBe(known);
  });
});
