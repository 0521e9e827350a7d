/**
 * What one stream received and sent, with times, for tests and for people. Audio is summed up, memory is bounded.
 */
import { LIMITS } from "../limits.ts";

/** Audio in an entry: how much, and how loud. */
export interface AudioSummary {
  readonly bytes: number;
  readonly ms: number;
  /** Root mean square in dB below full scale; -100 is digital silence. */
  readonly level: number;
  /** Numbers hidden in what was received, in their order. Absent where there are none. */
  readonly marks?: readonly number[];
}

export interface TraceEntry {
  /** Counted from 0 in this stream. */
  readonly n: number;
  /** ms since the stream opened, by the engine's clock. */
  readonly at: number;
  /** `note` is the emulator's own remark, for instance why an exception was sent. */
  readonly direction: "received" | "sent" | "note";
  /** Name of the event, exception or fault. */
  readonly name: string;
  readonly body?: unknown;
  readonly audio?: AudioSummary;
}

export interface Trace {
  /** Entries from number `from` that are still kept. */
  since(from: number): readonly TraceEntry[];
  /** Number of the next entry. */
  readonly next: number;
  readonly ended: boolean;
  add(entry: Omit<TraceEntry, "n" | "at">): void;
  end(): void;
  /** Resolves with the next entry, or at the end. At once when there is something from number `from` already. */
  news(from: number, signal: AbortSignal): Promise<void>;
}

export function createTrace(now: () => number): Trace {
  const opened = now();
  let entries: (TraceEntry & { readonly chars: number })[] = [];
  let next = 0;
  let chars = 0;
  let ended = false;
  const waiting = new Set<() => void>();

  const wake = (): void => {
    for (const task of waiting) task();
  };
  const trim = (): void => {
    let drop = Math.max(0, entries.length - LIMITS.traceEntries);
    let over = chars - LIMITS.traceChars;
    for (const [index, entry] of entries.entries()) {
      if (index >= drop && over <= 0) break;
      over -= entry.chars;
      chars -= entry.chars;
      drop = Math.max(drop, index + 1);
    }
    if (drop > 0) entries = entries.slice(drop);
  };

  return {
    get next() {
      return next;
    },
    get ended() {
      return ended;
    },
    since: (from) => entries.filter((entry) => entry.n >= from).map(({ chars: _, ...entry }) => entry),
    add(entry) {
      const size = entry.body === undefined ? 0 : JSON.stringify(entry.body).length;
      const body = size > LIMITS.traceChars / 8 ? { body: `(${size} characters)` } : {};
      const kept = Math.min(size, 32);
      entries.push({
        ...entry,
        ...body,
        n: next,
        at: Math.round(now() - opened),
        chars: "body" in body ? kept : size,
      });
      next += 1;
      chars += entries.at(-1)?.chars ?? 0;
      // Trimming moves the whole list: done rarely, in large steps.
      if (entries.length > LIMITS.traceEntries * 1.25 || chars > LIMITS.traceChars) trim();
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    news(from, signal) {
      if (next > from || ended || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener("abort", done);
      });
    },
  };
}

/** @param rate Samples per second, Hz. */
export function summarise(samples: Int16Array, rate: number): AudioSummary {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length)) / 32768;
  return {
    bytes: samples.length * 2,
    ms: Math.round((samples.length * 1000) / rate),
    level: Math.max(-100, Math.round(20 * Math.log10(Math.max(rms, 1e-5)) * 10) / 10),
  };
}
