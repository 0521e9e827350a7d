/**
 * What can be asked of the bench of calls, on the command line.
 */
import { parseArgs } from "node:util";
import { SUBJECTS, type SubjectName } from "../subjects/subject.ts";
import { CALLS_MOST, FRAMES_MOST, framesOf, PACES, type Pace } from "./plan.ts";

export const HELP = `npm run bench -- [calls] [--quick] [--subjects …] [--loads …] [--seconds N] [--repetitions N] …
  --quick        gateway, relay and floor at 20 calls for 12 s, once: two minutes. What else is asked goes before it
  --subjects     of ${SUBJECTS.join(",")} (all)
  --loads        calls at a time, separated by commas (1,10,20,40,80; each 1 to ${CALLS_MOST})
  --ramp         after the last load 20 more at a time, up to ${CALLS_MOST}, until p99 of the added time is over 20 ms
  --seconds      of each run that count (60; 4 to 1200)
  --warm-up      seconds before them (12; 6 to 600)
  --repetitions  of each run; the order of subjects alternates (5; 1 to 20)
  --frame-ms     the caller's frames, separated by commas (20; of 10,20,32,40,60,80,100)
  --pace         of the answers: ${Object.keys(PACES).join(" or ")} (real)
  --openings     how often the opening of a call is measured in each run (20; 0 to 200)
  --disk         objects keep their SQLite on this machine's disk, and not in its memory
  --heap         afterwards, each subject's live heap per call, after a forced collection
  --collections  afterwards, how long each subject stands still while V8 collects
  --profile      a file for a .cpuprofile of the first subject under the first load, in a run of its own
  --out          a file for the results, as JSON, written after each run
  --add          to a file that is there already

npm run bench -- plot FILE.json   renders results into docs/performance.md and docs/plots`;

export interface CallsOptions {
  readonly subjects: readonly SubjectName[];
  readonly loads: readonly number[];
  readonly ramp: boolean;
  readonly seconds: number;
  readonly warmUpMs: number;
  readonly repetitions: number;
  readonly frameMs: readonly number[];
  readonly pace: Pace;
  readonly openings: number;
  readonly disk: boolean;
  readonly heap: boolean;
  readonly collections: boolean;
  readonly profile: string | null;
  readonly out: string | null;
  readonly add: boolean;
}

export type Asked =
  | { readonly type: "options"; readonly options: CallsOptions }
  | { readonly type: "help" }
  /** What is wrong, as a sentence. */
  | { readonly type: "wrong"; readonly why: string };

const FRAME_MS = [10, 20, 32, 40, 60, 80, 100];

const QUICK = {
  subjects: "gateway,relay,floor",
  loads: "20",
  seconds: "12",
  "warm-up": "8",
  repetitions: "1",
  openings: "10",
};
const USUAL = {
  subjects: SUBJECTS.join(","),
  loads: "1,10,20,40,80",
  seconds: "60",
  "warm-up": "12",
  repetitions: "5",
  openings: "20",
  "frame-ms": "20",
  pace: "real",
};

const text = { type: "string" } as const;
const yes = { type: "boolean" } as const;
const KNOWN = {
  ...{ quick: yes, ramp: yes, disk: yes, heap: yes, collections: yes, add: yes, help: yes },
  ...{ subjects: text, loads: text, seconds: text, "warm-up": text, repetitions: text, "frame-ms": text },
  ...{ pace: text, openings: text, profile: text, out: text },
} as const;

/** A wrong argument, in words; caught below. */
class Wrong extends Error {}

export function readOptions(args: readonly string[]): Asked {
  try {
    const { values } = parseArgs({ args: [...args], options: KNOWN });
    if (values.help) return { type: "help" };
    return { type: "options", options: check({ ...USUAL, ...(values.quick ? QUICK : {}), ...values }) };
  } catch (error) {
    if (error instanceof Wrong || error instanceof TypeError) return { type: "wrong", why: error.message };
    throw error;
  }
}

type Given = typeof USUAL & {
  readonly [Name in "ramp" | "disk" | "heap" | "collections" | "add"]?: boolean | undefined;
} & { readonly [Name in "profile" | "out"]?: string | undefined };

function check(given: Given): CallsOptions {
  const loads = numbers("loads", given.loads, 1, CALLS_MOST);
  const frameMs = list("frame-ms", given["frame-ms"]).map((word) => {
    const ms = Number(word);
    if (!FRAME_MS.includes(ms)) throw new Wrong(`--frame-ms: ${word} is not one of ${FRAME_MS.join(", ")}.`);
    return ms;
  });
  const subjects = list("subjects", given.subjects).map((word) => oneOf("subjects", word, SUBJECTS));
  const seconds = number("seconds", given.seconds, 4, 1_200);
  const warmUpMs = number("warm-up", given["warm-up"], 6, 600) * 1000;
  const shortest = Math.min(...frameMs);
  if (framesOf(seconds, warmUpMs, shortest) > FRAMES_MOST)
    throw new Wrong(
      `--seconds: a call of ${seconds} s and its warm-up has more frames of ${shortest} ms than can be numbered (${FRAMES_MOST}).`,
    );
  if (given.add && given.out === undefined) throw new Wrong("--add: needs --out FILE.json to add to.");
  return {
    subjects,
    loads,
    ramp: given.ramp ?? false,
    seconds,
    warmUpMs,
    repetitions: number("repetitions", given.repetitions, 1, 20),
    frameMs,
    pace: oneOf("pace", given.pace, Object.keys(PACES) as Pace[]),
    openings: number("openings", given.openings, 0, 200),
    disk: given.disk ?? false,
    heap: given.heap ?? false,
    collections: given.collections ?? false,
    profile: given.profile ?? null,
    out: given.out ?? null,
    add: given.add ?? false,
  };
}

const list = (name: string, value: string): readonly string[] => {
  const words = value.split(",").map((word) => word.trim());
  if (words.includes("")) throw new Wrong(`--${name}: "${value}" is not a list separated by commas.`);
  return [...new Set(words)];
};

function number(name: string, value: string, least: number, most: number): number {
  const read = Number(value);
  if (value.trim() === "" || !Number.isInteger(read) || read < least || read > most)
    throw new Wrong(`--${name}: "${value}" is not a whole number from ${least} to ${most}.`);
  return read;
}

const numbers = (name: string, value: string, least: number, most: number): readonly number[] =>
  list(name, value).map((word) => number(name, word, least, most));

function oneOf<Word extends string>(name: string, word: string, words: readonly Word[]): Word {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new Wrong(`--${name}: "${word}" is not one of ${words.join(", ")}.`);
  return found;
}
