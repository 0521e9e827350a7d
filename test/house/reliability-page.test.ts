/**
 * What docs/reliability.md promises is proven by tests that it names: each must exist.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./source-files.ts";

const page = readFileSync(join(ROOT, "docs/reliability.md"), "utf8");

/** `[r1]: test/file.test.ts > name`, or the same in a list: every place where a test is named. */
const NAMED = /`(test\/[\w./-]+\.test\.ts) > ([^`]+)`/g;

const named = [...page.matchAll(NAMED)].map(([, file = "", name = ""]) => ({ file, name }));

const table = page.split("\n").filter((line) => line.startsWith("|") && !line.startsWith("| ---"));

describe("the page on reliability", () => {
  it("names tests that exist, word by word", () => {
    expect(named.length).toBeGreaterThan(20);
    const wrong = named.filter(({ file, name }) => {
      const path = join(ROOT, file);
      return !existsSync(path) || !readFileSync(path, "utf8").includes(JSON.stringify(name));
    });
    expect(wrong).toEqual([]);
  });

  it("has a proof for every cell of its table", () => {
    const [head = "", ...rows] = table.slice(0, 7);
    const columns = head.split("|").length;
    expect(rows).toHaveLength(6);
    const proofs = new Set([...page.matchAll(/^- \*\*(\w+)\*\*/gm)].map(([, key]) => key));
    for (const row of rows) {
      const cells = row.split("|").slice(2, -1);
      expect(cells).toHaveLength(columns - 3);
      for (const cell of cells) {
        const keys = [...cell.matchAll(/\b([A-Z]\d+)\b/g)].map(([, key]) => key);
        expect(keys.length, `"${cell.trim()}" names its proof`).toBeGreaterThan(0);
        expect(keys.filter((key) => !proofs.has(key))).toEqual([]);
      }
    }
  });
});
