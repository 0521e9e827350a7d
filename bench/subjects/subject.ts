/**
 * What is measured: something that clients reach by WebSocket and that speaks to the engine on their behalf, in processes
 * of its own.
 */
import type { ProcessGroup } from "../../scripts/lib/process-group.ts";

export const SUBJECTS = ["gateway", "relay", "sdk", "floor"] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** Where the engine is. */
export interface EngineAddress {
  /** `http://host:port`: its WebSocket doors and its control endpoint. */
  readonly http: string;
  readonly http2: string;
}

/** How a client gets a WebSocket to the subject: a caller's session has to be made first, or one just connects. */
export type Reach =
  | { readonly type: "session"; readonly api: string; readonly key: string }
  | { readonly type: "socket"; readonly url: string }
  /** No subject at all: the load generator holds the SDK's streams itself. */
  | { readonly type: "sdk"; readonly endpoint: string };

export interface RunningSubject {
  readonly name: SubjectName;
  readonly reach: Reach;
  /** Its own processes, whose time and memory are counted. */
  readonly pids: readonly number[];
  /** Where its inspector listens (Chrome DevTools Protocol), if it was asked for. */
  readonly inspector: string | null;
  /** The code that its profile tells lines of; null where those are the source files' own. */
  readonly code: string | null;
  lastWords(): readonly string[];
  stop(): Promise<void>;
}

export interface SubjectOptions {
  readonly engine: EngineAddress;
  /** A folder of its own, which the caller removes. */
  readonly directory: string;
  /** The processors it may use, as taskset names them; null for any. */
  readonly processors: string | null;
  readonly inspect: boolean;
  /** Hears what the subject prints of its collections of the heap (`--trace-gc`), line by line; null to have none printed. */
  readonly collected: ((line: string) => void) | null;
}

export const pidsOf = ({ pid }: ProcessGroup): readonly number[] => (pid === undefined ? [] : [pid]);
