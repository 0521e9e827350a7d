/**
 * Habits of the house that a machine can check.
 */
import { describe, expect, it } from "vitest";
import { listFiles, readFiles, typeScript } from "./source-files.ts";

/** Longest file in src/, in lines. Most stay under half of it. */
const MOST_LINES = 400;

const source = readFiles(listFiles("src", typeScript));
const written = readFiles(
  [
    "src",
    "agents",
    "examples",
    "emulator",
    "console",
    "bench",
    "chaos",
    "scripts",
    "doctor",
    "docs",
    "test",
  ].flatMap((folder) => listFiles(folder, (name) => /\.(ts|js|md|toml|html|css)$/.test(name))),
);

const pathsWhere = (files: typeof source, wrong: (text: string) => boolean): readonly string[] =>
  files.filter(({ text }) => wrong(text)).map(({ path }) => path);

describe("the source", () => {
  it(`keeps its files under ${MOST_LINES} lines`, () => {
    expect(pathsWhere(source, (text) => text.split("\n").length > MOST_LINES + 1)).toEqual([]);
  });

  it("says at the top of every file what it is", () => {
    expect(pathsWhere(source, (text) => !text.startsWith("/**"))).toEqual([]);
  });

  it("names its files in kebab-case", () => {
    const names = [...source, ...readFiles(listFiles("emulator", typeScript))].map(({ path }) => path);
    expect(names.filter((path) => !/^[a-z0-9/-]+(\.[a-z0-9]+)*\.ts$/.test(path))).toEqual([]);
  });

  it("leaves no work for later and no names of somebody's machine", () => {
    const later = new RegExp(["TO", "DO|FIX", "ME|X", "XX"].join(""));
    const machine = new RegExp(`(?<![\\w.])/(${["work", "root", "home", "Users"].join("|")})/\\w`);
    expect(pathsWhere(written, (text) => later.test(text))).toEqual([]);
    expect(pathsWhere(written, (text) => machine.test(text))).toEqual([]);
  });

  it("keeps time, chance and the network out of the pure rooms", () => {
    const impure = /\b(Date\.now|Math\.random|performance\.now|setTimeout|setInterval|fetch|crypto\.\w+)\(/;
    const pure = source.filter(({ path }) => /^src\/(conversation|dialect|audio)\//.test(path));
    expect(pure.length).toBeGreaterThan(0);
    expect(pathsWhere(pure, (text) => impure.test(withoutComments(text)))).toEqual([]);
  });
});

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
