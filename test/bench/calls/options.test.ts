import { describe, expect, it } from "vitest";
import { readOptions } from "../../../bench/calls/options.ts";
import { runsAsked } from "../../../bench/calls/schedule.ts";
import { readOptions as readHandOver } from "../../../bench/hand-over.ts";

const why = (...args: string[]): string => {
  const asked = readOptions(args);
  return asked.type === "wrong" ? asked.why : asked.type;
};

const options = (...args: string[]) => {
  const asked = readOptions(args);
  if (asked.type !== "options") throw new Error(`not understood: ${args.join(" ")}`);
  return asked.options;
};

describe("what is asked of the bench", () => {
  it("is everything, unless it is said", () => {
    expect(options()).toMatchObject({
      subjects: ["gateway", "relay", "sdk", "floor"],
      loads: [1, 10, 20, 40, 80],
      seconds: 60,
      repetitions: 5,
      frameMs: [20],
    });
  });

  it("is little with --quick, and what else is said goes before it", () => {
    expect(options("--quick")).toMatchObject({
      subjects: ["gateway", "relay", "floor"],
      loads: [20],
      repetitions: 1,
    });
    expect(options("--quick", "--loads", "5", "--subjects", "relay")).toMatchObject({
      subjects: ["relay"],
      loads: [5],
    });
  });

  it.each([
    [["--loads", "20,many"], '--loads: "many" is not a whole number from 1 to 256.'],
    [["--loads", "300"], '--loads: "300" is not a whole number from 1 to 256.'],
    [["--loads", "1,,2"], '--loads: "1,,2" is not a list separated by commas.'],
    [["--subjects", "gatway"], '--subjects: "gatway" is not one of gateway, relay, sdk, floor.'],
    [["--seconds", "1.5"], '--seconds: "1.5" is not a whole number from 4 to 1200.'],
    [["--frame-ms", "25"], "--frame-ms: 25 is not one of 10, 20, 32, 40, 60, 80, 100."],
    [["--add"], "--add: needs --out FILE.json to add to."],
    [["--seconds", "700", "--frame-ms", "10"], "more frames of 10 ms than can be numbered"],
    [["--speed", "2"], "Unknown option '--speed'"],
    [["quickly"], "Unexpected argument 'quickly'"],
  ])("is told what is wrong: %j", (args, words) => {
    expect(why(...args)).toContain(words);
  });

  it("is told what is wrong with hand-overs, too", () => {
    expect(readHandOver(["--count", "5"])).toBe('--count: "5" is not a whole number from 20 to 400.');
    expect(readHandOver(["--calls", "x"])).toBe('--calls: "x" is not a whole number from 1 to 8.');
    expect(readHandOver(["--help"])).toBeNull();
    expect(readHandOver([])).toEqual({ count: 100, calls: 5, seed: 1, json: false });
  });
});

describe("the order of runs", () => {
  it("alternates, and leaves nothing out", () => {
    const runs = runsAsked(
      options("--loads", "20", "--subjects", "gateway,relay,floor", "--repetitions", "3"),
    );
    expect(runs.map(({ subject }) => subject)).toEqual([
      ...["gateway", "relay", "floor"],
      ...["gateway", "floor", "relay"],
      ...["floor", "gateway", "relay"],
    ]);
    expect(new Set(runs.map(({ repetition }) => repetition))).toEqual(new Set([1, 2, 3]));
  });
});
