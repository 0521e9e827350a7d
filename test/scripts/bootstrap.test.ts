/**
 * What a fresh clone runs into first.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { missingPackages } from "../../scripts/bootstrap.js";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
  write("package.json", { dependencies: { hono: "4.0.0" }, devDependencies: { node: "24.0.0" } });
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, content: unknown): void {
  mkdirSync(join(directory, "node_modules"), { recursive: true });
  writeFileSync(join(directory, path), JSON.stringify(content));
}
const installed = (packages: Record<string, string>): void =>
  write("node_modules/.package-lock.json", {
    packages: Object.fromEntries(
      Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version }]),
    ),
  });

describe("before anything runs", () => {
  it("a fresh clone has everything to install", () => {
    expect(missingPackages(directory)).toEqual(["hono", "node"]);
  });

  it("a complete installation is left alone", () => {
    installed({ hono: "4.0.0", node: "24.0.0", other: "1.0.0" });
    expect(missingPackages(directory)).toEqual([]);
  });

  it("a package that was added or moved to another version since is noticed", () => {
    installed({ hono: "3.9.9" });
    expect(missingPackages(directory)).toEqual(["hono", "node"]);
  });
});
