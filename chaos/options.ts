/**
 * What can be asked of a run, on the command line and by tests.
 */
import { parseArgs } from "node:util";
import { EVERY_MS, MISHAPS } from "./plan.ts";

export const HELP = `npm run chaos -- [--seed N] [--sessions N] [--seconds N] [--without KIND,…] [--json]
  --seed      decides what goes wrong, when, and what is asked (1)
  --sessions  calls at a time (6; 1 to 16)
  --seconds   that the storm lasts (60; 5 to 3600)
  --every     ms from one mishap to the next, on average (${EVERY_MS}; 200 to 60000)
  --without   mishaps left out: ${MISHAPS.join(", ")}
  --dump      a file for all that the clients were told, to find out what happened
  --verbose   what the gateway writes, on stderr
  --json      everything as JSON instead of a table`;

export interface ChaosOptions {
  readonly seed: number;
  readonly sessions: number;
  readonly seconds: number;
  readonly everyMs: number;
  /** Mishaps that are left out. */
  readonly without: readonly string[];
}

interface CommandOptions extends ChaosOptions {
  readonly dump: string | null;
  readonly verbose: boolean;
  readonly json: boolean;
}

/** Null for what is not understood, and for `--help`. */
export function readOptions(args: readonly string[]): CommandOptions | null {
  const whole = { type: "string" } as const;
  const yes = { type: "boolean" } as const;
  const known = { seed: whole, sessions: whole, seconds: whole, every: whole, without: whole, dump: whole };
  try {
    const { values } = parseArgs({ args: [...args], options: { ...known, verbose: yes, json: yes } });
    const { dump = null, verbose = false, json = false } = values;
    const seed = Number(values.seed ?? 1);
    const sessions = Number(values.sessions ?? 6);
    const seconds = Number(values.seconds ?? 60);
    const everyMs = Number(values.every ?? EVERY_MS);
    const without = (values.without ?? "").split(",").filter((kind) => kind !== "");
    const isRight =
      [seed, sessions, seconds, everyMs].every(Number.isInteger) &&
      [sessions >= 1, sessions <= 16, seconds >= 5, seconds <= 3_600].every(Boolean) &&
      [everyMs >= 200, everyMs <= 60_000].every(Boolean) &&
      without.every((kind) => MISHAPS.some((mishap) => mishap === kind));
    return isRight ? { seed, sessions, seconds, everyMs, without, dump, verbose, json } : null;
  } catch {
    return null;
  }
}

/** The command that makes the same storm again. */
export const commandFor = ({ seed, sessions, seconds, everyMs, without }: ChaosOptions): string =>
  [
    `npm run chaos -- --seed ${seed} --sessions ${sessions} --seconds ${seconds}`,
    ...(everyMs === EVERY_MS ? [] : [`--every ${everyMs}`]),
    ...(without.length === 0 ? [] : [`--without "${without.join(",")}"`]),
  ].join(" ");
