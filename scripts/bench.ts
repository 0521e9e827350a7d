/**
 * `npm run bench -- <name>`: measures one thing; without a name, calls. What there is to measure, and what the numbers
 * mean: bench/README.md.
 */
import { run as calls } from "../bench/calls.ts";
import { run as handOver } from "../bench/hand-over.ts";
import { run as placement } from "../bench/placement.ts";
import { run as plot } from "../bench/plot.ts";
import { run as recall } from "../bench/recall.ts";
import { run as scale } from "../bench/scale.ts";
import { run as upstreamFrame } from "../bench/upstream-frame.ts";
import { stopWith } from "./lib/terminal.ts";

const BENCHES: Readonly<Record<string, (args: readonly string[]) => number | Promise<number>>> = {
  calls,
  "hand-over": handOver,
  placement,
  scale,
  plot,
  recall,
  "upstream-frame": upstreamFrame,
};

const given = process.argv.slice(2);
const [name = "", ...args] = given[0] === undefined || given[0].startsWith("-") ? ["calls", ...given] : given;
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined)
  stopWith(`There is no bench "${name}": npm run bench -- ${Object.keys(BENCHES).join(" | ")}.`);
process.exit(await bench(args));
