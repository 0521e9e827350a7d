/**
 * Remembers the calls to all services, with a trace each. Bounded in number and in size; the oldest go first.
 */
import { randomUUID } from "node:crypto";
import { createTrace, type Trace } from "../engine/trace.ts";
import { LIMITS } from "../limits.ts";
import type { ServiceName } from "./service.ts";

export interface CallRecord {
  readonly id: string;
  readonly service: ServiceName;
  readonly operation: string;
  /** The world's time in ms since 1970. */
  readonly openedAt: number;
  readonly trace: Trace;
}

export interface CallBook {
  open(service: ServiceName, operation: string): CallRecord;
  /** The call is over: no entry follows. */
  close(record: CallRecord): void;
  /** Oldest first. */
  list(): readonly CallRecord[];
  find(id: string): CallRecord | undefined;
  /** True when a call has been dropped for want of room since the last `clear`. */
  readonly hasForgotten: boolean;
  clear(): void;
}

export function createCallBook(now: () => number, wallNow: () => number): CallBook {
  const records = new Map<string, CallRecord>();
  /** Characters of the traces of calls that are over. */
  const sizes = new Map<string, number>();
  let total = 0;
  let hasForgotten = false;

  const forget = (): void => {
    for (const [id, size] of sizes) {
      if (sizes.size <= LIMITS.callsKept && total <= LIMITS.callChars) return;
      sizes.delete(id);
      records.delete(id);
      total -= size;
      hasForgotten = true;
    }
  };

  return {
    open(service, operation) {
      const record = { id: randomUUID(), service, operation, openedAt: wallNow(), trace: createTrace(now) };
      records.set(record.id, record);
      return record;
    },
    close(record) {
      record.trace.end();
      if (!records.has(record.id)) return;
      const size = JSON.stringify(record.trace.since(0)).length;
      sizes.set(record.id, size);
      total += size;
      forget();
    },
    list: () => [...records.values()],
    find: (id) => records.get(id),
    get hasForgotten() {
      return hasForgotten;
    },
    clear() {
      records.clear();
      sizes.clear();
      total = 0;
      hasForgotten = false;
    },
  };
}
