/**
 * A file of results: written anew after each run, so that a run that is cut short keeps what it has.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release } from "node:os";
import * as z from "zod";
import type { LoadReport } from "../load/order.ts";
import type { SubjectName } from "../subjects/subject.ts";
import type { Collections } from "./collections.ts";
import type { Heap } from "./heap.ts";
import type { RunSettings } from "./measure.ts";

export interface Run extends RunSettings {
  /** From 1. */
  readonly repetition: number;
  readonly startedAt: string;
  readonly report: LoadReport;
}

/** Live heap, measured by itself: an inspector that listens costs time. */
export interface HeapRun {
  readonly subject: SubjectName;
  readonly load: number;
  /** S into the calls when `during` and `later` were measured. */
  readonly at: readonly [during: number, later: number];
  readonly heap: Heap;
}

/** Collections, counted by themselves: a subject that prints costs time. */
export interface CollectionRun {
  readonly subject: SubjectName;
  readonly load: number;
  readonly collections: Collections;
}

export interface Results {
  readonly format: 1;
  readonly machine: string;
  /** One for each time that was measured into this file. */
  readonly measured: {
    readonly date: string;
    readonly command: string;
    readonly versions: Readonly<Record<string, string>>;
  }[];
  readonly runs: Run[];
  readonly heaps: HeapRun[];
  readonly collections: CollectionRun[];
  /** Runs that came to nothing, in words. */
  readonly failures: string[];
}

const version = (name: string): string => {
  const { version } = z
    .object({ version: z.string() })
    .parse(createRequire(import.meta.url)(`${name}/package.json`));
  return version;
};

export const machineOf = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? "processor"}, Linux ${release()}`;

export function beginResults(command: string): Results {
  const versions = {
    node: process.versions.node,
    workerd: version("workerd"),
    ws: version("ws"),
    "@aws-sdk/client-bedrock-runtime": version("@aws-sdk/client-bedrock-runtime"),
  };
  return {
    format: 1,
    machine: machineOf(),
    measured: [{ date: new Date().toISOString().slice(0, 10), command, versions }],
    runs: [],
    heaps: [],
    collections: [],
    failures: [],
  };
}

/** Throws with a sentence when the file is none of ours. */
export function readResults(file: string): Results {
  const shape = z.object({ format: z.literal(1), runs: z.array(z.unknown()) });
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    shape.parse(json);
    // Files of before have none.
    return { collections: [], ...(json as Omit<Results, "collections">) };
  } catch (error) {
    throw new Error(
      `${file} holds no results of this bench: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** `fresh` in front of what the file has, if it is to be added to. */
export function continueResults(file: string, fresh: Results): Results {
  if (!existsSync(file)) return fresh;
  const known = readResults(file);
  if (known.machine !== fresh.machine)
    throw new Error(
      `${file} was measured on another machine (${known.machine}): its figures do not compare.`,
    );
  return { ...known, measured: [...known.measured, ...fresh.measured] };
}

/** In one step: nobody reads half a file. */
export function writeResults(file: string, results: Results): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(`${file}.part`, file);
}
