/**
 * `npm run bench -- <name>`: measures one thing. What there is to measure, and what the numbers mean: bench/README.md.
 */
import { run as handOver } from "../bench/hand-over.ts";
import { run as placement } from "../bench/placement.ts";
import { run as recall } from "../bench/recall.ts";
import { run as scale } from "../bench/scale.ts";
import { run as upstreamFrame } from "../bench/upstream-frame.ts";
import { stopWith } from "./lib/terminal.ts";

const BENCHES: Readonly<Record<string, (args: readonly string[]) => number | Promise<number>>> = {
  "hand-over": handOver,
  placement,
  scale,
  recall,
  "upstream-frame": upstreamFrame,
};

const [name = "", ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined)
  stopWith(`There is no bench "${name}": npm run bench -- ${Object.keys(BENCHES).join(" | ")}.`);
process.exit(await bench(args));
