/**
 * All streams of this emulator: how many run at once, what they did, and what is to happen to the next ones.
 */
import { randomUUID } from "node:crypto";
import type { Clock, SpeedClock } from "../clock.ts";
import { LIMITS } from "../limits.ts";
import type { ModelFacts } from "../protocol/models.ts";
import type { Mind, Voice } from "../seams.ts";
import { createFaultDesk, type FaultDesk, type FaultOrder, type RefuseFault } from "./fault-desk.ts";
import type { Line } from "./line.ts";
import { createStream, type EarsFactory, type NovaStream, type StreamSettings } from "./stream.ts";
import { createTrace, type Trace } from "./trace.ts";

export type Door = "websocket" | "http2" | "agentcore";

/** Who opened a stream, through which door, to what. */
export interface Opening {
  readonly model: ModelFacts;
  readonly door: Door;
  readonly region: string;
  readonly accessKeyId: string;
}

/** What a stream can be told to suffer, whatever it speaks. */
export type Controlled = Pick<NovaStream, "suffer" | "age">;

/** What a stream of another kind than Nova's is given of the house. */
export interface GuestParts {
  readonly clock: Clock;
  readonly settings: StreamSettings;
  readonly trace: Trace;
  readonly createEars: EarsFactory;
  readonly voice: Voice;
  readonly mind: Mind;
  refuseNext(fault: RefuseFault): void;
  /** The stream is over; call it once. */
  onEnd(): void;
}

export interface StreamRecord {
  readonly id: string;
  readonly door: Door;
  readonly model: string;
  readonly region: string;
  /** The world's time in ms since 1970. */
  readonly openedAt: number;
  readonly trace: Trace;
  readonly stream: Controlled;
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
  /** Opens a stream of another kind than Nova's, with a trace and a mind of its own. Its maker answers for its rules. */
  enlist<Guest extends Controlled>(
    opening: Pick<StreamRecord, "door" | "model" | "region">,
    make: (parts: GuestParts) => Guest,
  ): Guest;
  /** Streams that run, then the latest that have ended, newest last. */
  list(): readonly StreamRecord[];
  find(id: string): StreamRecord | undefined;
  running(): readonly StreamRecord[];
  /** Whether the trace of a stream that has ended is not kept any more. */
  readonly hasForgotten: boolean;
  /** Forgets the streams that have ended, and that anything was ever forgotten: what is searched begins here. */
  reset(): void;
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

  const enter = (
    { door, model, region }: Pick<StreamRecord, "door" | "model" | "region">,
    trace: Trace,
    stream: Controlled,
  ): void => {
    const id = randomUUID();
    records.set(id, { id, door, model, region, openedAt: options.wallNow(), trace, stream });
    for (const order of desk.takeForStream(region)) stream.suffer(order);
  };
  const refuseNext = (fault: RefuseFault): void => void desk.order({ fault, when: "now", times: 1 });

  return {
    desk,
    enlist(opening, make) {
      const trace = createTrace(() => options.clock.now());
      const guest = make({
        clock: options.clock,
        settings: options.settings,
        trace,
        createEars: options.createEars,
        voice: options.voice,
        mind: options.createMind(),
        refuseNext,
        onEnd() {
          trace.end();
          forget();
        },
      });
      enter(opening, trace, guest);
      return guest;
    },
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
            refuseNext,
            onEnd() {
              release();
              trace.end();
              forget();
            },
          });
          enter({ ...opening, model: opening.model.id }, trace, stream);
          return stream;
        },
      };
    },
    list: () => [...records.values()],
    find: (id) => records.get(id),
    running: () => [...records.values()].filter((record) => !record.trace.ended),
    order: (order) => desk.order(order),
    reset() {
      for (const { id, trace } of [...records.values()]) if (trace.ended) records.delete(id);
      hasForgotten = false;
    },
    get hasForgotten() {
      return hasForgotten;
    },
  };
}
