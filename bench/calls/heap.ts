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
  /** Some time later, in the same calls: what grows with a call's length shows. */
  readonly later: number;
  readonly perCall: number;
  readonly laterPerCall: number;
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

/** Measures now, and, with `calls` calls under way, `afterMs` and `laterMs` from now. */
export async function measureHeap(
  subject: RunningSubject,
  calls: number,
  afterMs: number,
  laterMs: number,
): Promise<Heap> {
  if (subject.inspector === null) throw new Error(`The ${subject.name} has no inspector.`);
  const since = performance.now();
  const inspector = await Inspector.connect(subject.inspector);
  const at = async (ms: number): Promise<number> => {
    await wait(Math.max(0, since + ms - performance.now()));
    return liveBytes(inspector);
  };
  try {
    const before = await liveBytes(inspector);
    const during = await at(afterMs);
    const later = await at(laterMs);
    return {
      ...{ before, during, later },
      perCall: (during - before) / calls,
      laterPerCall: (later - before) / calls,
    };
  } finally {
    inspector.close();
  }
}
