/**
 * All streams of this emulator: how many run at once, what they did, and what is to happen to the next ones.
 */
import { randomUUID } from "node:crypto";
import type { Clock, SpeedClock } from "../clock.ts";
import { LIMITS } from "../limits.ts";
import type { ModelFacts } from "../protocol/models.ts";
import type { Mind, Voice } from "../seams.ts";
import { createFaultDesk, type FaultDesk, type FaultOrder } from "./fault-desk.ts";
import type { Line } from "./line.ts";
import { createStream, type EarsFactory, type NovaStream, type StreamSettings } from "./stream.ts";
import { createTrace, type Trace } from "./trace.ts";

export type Door = "websocket" | "http2";

/** Who opened a stream, through which door, to what. */
export interface Opening {
  readonly model: ModelFacts;
  readonly door: Door;
  readonly region: string;
  readonly accessKeyId: string;
}

export interface StreamRecord {
  readonly id: string;
  readonly door: Door;
  readonly model: string;
  readonly region: string;
  /** The world's time in ms since 1970. */
  readonly openedAt: number;
  readonly trace: Trace;
  readonly stream: NovaStream;
}

export interface RegistryOptions {
  readonly clock: Clock | SpeedClock;
  readonly wallNow: () => number;
  readonly settings: StreamSettings;
  readonly createEars: EarsFactory;
  readonly voice: Voice;
  createMind(): Mind;
}

export interface Registry {
  readonly desk: FaultDesk;
  /** A place among the concurrent streams of that account, region and model; undefined when all are taken. */
  reserve(opening: Opening): Place | undefined;
  /** Streams that run, then the latest that have ended, newest last. */
  list(): readonly StreamRecord[];
  find(id: string): StreamRecord | undefined;
  running(): readonly StreamRecord[];
  /** Whether the trace of a stream that has ended is not kept any more. */
  readonly hasForgotten: boolean;
  order(order: FaultOrder): boolean;
}

export interface Place {
  open(line: Line): NovaStream;
  /** The stream will not be opened after all. */
  release(): void;
}

export function createRegistry(options: RegistryOptions): Registry {
  const desk = createFaultDesk();
  const taken = new Map<string, number>();
  const records = new Map<string, StreamRecord>();
  let hasForgotten = false;

  const forget = (): void => {
    const ended = [...records.values()].filter((record) => record.trace.ended);
    for (const record of ended.slice(0, Math.max(0, ended.length - LIMITS.tracesKept))) {
      records.delete(record.id);
      hasForgotten = true;
    }
  };

  return {
    desk,
    reserve(opening) {
      const key = `${opening.accessKeyId} ${opening.region} ${opening.model.id}`;
      const count = taken.get(key) ?? 0;
      if (count >= LIMITS.concurrentStreams) return undefined;
      taken.set(key, count + 1);
      let held = true;
      const release = (): void => {
        if (!held) return;
        held = false;
        taken.set(key, (taken.get(key) ?? 1) - 1);
      };
      return {
        release,
        open(line) {
          const trace = createTrace(() => options.clock.now());
          const stream = createStream({
            model: opening.model,
            clock: options.clock,
            settings: options.settings,
            line,
            trace,
            createEars: options.createEars,
            voice: options.voice,
            mind: options.createMind(),
            refuseNext: (fault) => void desk.order({ fault, when: "now", times: 1 }),
            onEnd() {
              release();
              trace.end();
              forget();
            },
          });
          const id = randomUUID();
          records.set(id, {
            id,
            door: opening.door,
            model: opening.model.id,
            region: opening.region,
            openedAt: options.wallNow(),
            trace,
            stream,
          });
          for (const order of desk.takeForStream()) stream.suffer(order);
          return stream;
        },
      };
    },
    list: () => [...records.values()],
    find: (id) => records.get(id),
    running: () => [...records.values()].filter((record) => !record.trace.ended),
    order: (order) => desk.order(order),
    get hasForgotten() {
      return hasForgotten;
    },
  };
}
