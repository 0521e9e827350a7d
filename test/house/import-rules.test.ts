/**
 * Imports point at the core. A wrong one is caught here, with the rule it breaks.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, rings, violations } from "./import-rules.ts";
import { listFiles, ROOT, readFiles, typeScript } from "./source-files.ts";

const packages = Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).dependencies);
const files = readFiles(
  ["src", "agents", "examples", "emulator", "console"].flatMap((folder) => listFiles(folder, typeScript)),
);
const file = (path: string, text: string) => ({ path, text });

describe("the rooms of the house", () => {
  it("import only what lies nearer to the core", () => {
    expect(files.length).toBeGreaterThan(10);
    expect(violations(files, packages)).toEqual([]);
  });

  it("hold no ring of files that import each other", () => {
    expect(rings(files)).toEqual([]);
  });
});

describe("the import rules", () => {
  it.each([
    ["the core reaching for an adapter", "src/conversation/turns.ts", "../aws/sign.ts"],
    ["one adapter reaching for another", "src/dialect/antiphon.ts", "../model/speech-model.ts"],
    ["an import up to the edge", "src/durable/voice-session.ts", "../edge/app.ts"],
    ["src reaching for the emulator", "src/model/nova.ts", "../../emulator/seams.ts"],
    ["src reaching for a test", "src/base/result.ts", "../../test/house/source-files.ts"],
    ["the emulator reaching for src", "emulator/main.ts", "../src/aws/eventstream.ts"],
    ["an agent reaching past the library's face", "agents/first.ts", "../src/agent/agent.ts"],
    ["a room that nobody planned", "src/edge/app.ts", "../helpers/misc.ts"],
    ["an agent used outside worker.ts", "src/index.ts", "../agents/first.ts"],
    ["a missing extension", "src/edge/app.ts", "../base/result"],
    ["a package that is not a run-time dependency", "src/base/clock.ts", "vitest"],
  ])("refuse %s", (_, path, specifier) => {
    expect(violations([file(path, `import { x } from "${specifier}";`)], ["zod"])).toHaveLength(1);
  });

  it.each([
    ["an adapter speaking the core's words", "src/model/nova.ts", "../conversation/events.ts"],
    ["a neighbour in the same room", "src/edge/app.ts", "./routes.ts"],
    ["worker.ts deploying an agent", "src/worker.ts", "../agents/first.ts"],
    ["a run-time dependency", "src/base/config.ts", "zod"],
    ["a part of a run-time dependency", "src/base/config.ts", "zod/mini"],
    ["the platform", "src/durable/voice-session.ts", "cloudflare:workers"],
  ])("allow %s", (_, path, specifier) => {
    expect(violations([file(path, `import { x } from "${specifier}";`)], ["zod"])).toEqual([]);
  });

  it("see every form an import can take", () => {
    const text = [
      'import "./side.ts";',
      'import type { A } from "./a.ts";',
      'import b, {\n  c,\n  type D,\n} from "./b.ts";',
      'import * as e from "./e.ts";',
      'export { f } from "./f.ts";',
      'export * from "./g.ts";',
      'const h = await import("./h.ts");',
    ].join("\n");
    expect(importsOf(text).map(({ specifier }) => specifier)).toEqual([
      "./side.ts",
      "./a.ts",
      "./b.ts",
      "./e.ts",
      "./f.ts",
      "./g.ts",
      "./h.ts",
    ]);
  });

  it("see a ring, and forgive one made of types alone", () => {
    const ring = (clause: string) => [
      file("src/base/a.ts", `import ${clause} from "./b.ts";`),
      file("src/base/b.ts", 'import { a } from "./a.ts";'),
    ];
    expect(rings(ring("{ b }"))).toEqual(["src/base/a.ts → src/base/b.ts → src/base/a.ts"]);
    expect(rings(ring("type { B }"))).toEqual([]);
  });
});
