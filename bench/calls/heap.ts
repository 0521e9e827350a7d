/**
 * Live heap of a subject after a forced collection, asked of its inspector: before there are calls, and with them.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { RunningSubject } from "../subjects/subject.ts";
import { Inspector } from "./inspector.ts";

/** Bytes. */
export interface Heap {
  readonly before: number;
  readonly during: number;
  readonly perCall: number;
}

/** A first collection may leave what only the next one finds. */
const COLLECTIONS = 3;

async function liveBytes(inspector: Inspector): Promise<number> {
  for (let time = 0; time < COLLECTIONS; time++) {
    await inspector.ask("HeapProfiler.collectGarbage");
    await wait(100);
  }
  const {
    usedSize = 0,
    embedderHeapUsedSize = 0,
    backingStorageSize = 0,
  } = await inspector.ask("Runtime.getHeapUsage");
  return Number(usedSize) + Number(embedderHeapUsedSize) + Number(backingStorageSize);
}

/** Measures now, and again `afterMs` later, when `calls` calls are under way. */
export async function measureHeap(subject: RunningSubject, calls: number, afterMs: number): Promise<Heap> {
  if (subject.inspector === null) throw new Error(`The ${subject.name} has no inspector.`);
  const inspector = await Inspector.connect(subject.inspector);
  try {
    const before = await liveBytes(inspector);
    await wait(afterMs);
    const during = await liveBytes(inspector);
    return { before, during, perCall: (during - before) / calls };
  } finally {
    inspector.close();
  }
}
