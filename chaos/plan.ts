/**
 * What will go wrong, and when: from a seed, so that the same can be had again. Pure.
 */
import { createRandom, type Random } from "../bench/hand-over/random.ts";

/** A fault of the emulator's (docs/emulator.md, "Faults"), as its control endpoint takes it. */
export interface FaultOrder {
  readonly fault: { readonly type: string; readonly [member: string]: unknown };
  readonly stream?: "next" | "running";
  readonly when?: "now" | "mid_answer";
  readonly times?: number;
}

export type Mishap =
  /** The client's socket is gone without a word, and the client for so many ms. */
  | { readonly type: "client cut"; readonly caller: number; readonly awayMs: number }
  /** Its line is dead for so long: nothing comes and nothing goes, and nobody is told. */
  | { readonly type: "client half-open"; readonly caller: number; readonly forMs: number }
  /** It reads nothing for so long, and then all of it. */
  | { readonly type: "client slow"; readonly caller: number; readonly forMs: number }
  /** The session goes on over another socket. */
  | { readonly type: "client taken over"; readonly caller: number }
  /** The session's object is lost with its memory. */
  | { readonly type: "object lost"; readonly caller: number }
  /** The whole of workerd is killed and started again. */
  | { readonly type: "process killed" }
  | { readonly type: "upstream cut"; readonly share: number }
  | { readonly type: "upstream stalled"; readonly share: number; readonly forMs: number }
  | { readonly type: "upstream half-open"; readonly share: number }
  | { readonly type: "upstream slow"; readonly delayMs: number; readonly forMs: number }
  | { readonly type: "upstream shut"; readonly region: string | null; readonly forMs: number }
  | { readonly type: "model fault"; readonly order: FaultOrder }
  /** The emulator's clock runs so many times as fast. */
  | { readonly type: "clock fast"; readonly speed: number; readonly forMs: number }
  /** The streams that run are old all at once: so many ms are left of their 8 minutes. */
  | { readonly type: "streams aged"; readonly leftMs: number }
  /** All credentials expire, and for the next so many times that others are asked for, there are none. */
  | { readonly type: "credentials expired"; readonly refusals: number }
  /** Sessions that nobody wants take what room there is for streams. */
  | { readonly type: "crowd"; readonly count: number; readonly forMs: number };

export type MishapType = Mishap["type"];

export interface Planned {
  /** Ms after the storm began. */
  readonly at: number;
  readonly mishap: Mishap;
}

export interface PlanOptions {
  readonly seed: number;
  readonly sessions: number;
  readonly seconds: number;
  /** Ms from one mishap to the next, on average. */
  readonly everyMs?: number;
  /** What is left out. */
  readonly without?: readonly string[];
}

/** What heals in a second is healed before the next, mostly. */
export const EVERY_MS = 1_200;
/** The whole process takes several seconds to come back. */
const KILLED_EVERY_MS = 45_000;
/** Nothing goes wrong any more this long before the end. */
const CALM_MS = 2_000;

const FAULTS: readonly ((random: Random) => FaultOrder)[] = [
  ...["modelStreamErrorException", "modelTimeoutException", "throttlingException"].map(exception),
  ...["internalServerException", "serviceUnavailableException"].map(exception),
  () => ({ fault: { type: "exception", exception: "validationException" }, when: "mid_answer" }),
  (random) => ({ fault: { type: "error" }, ...moment(random) }),
  (random) => ({ fault: { type: "internal531" }, ...moment(random) }),
  (random) => ({ fault: { type: "cut" }, ...moment(random) }),
  (random) => ({ fault: { type: "close", code: 1011 }, ...moment(random) }),
  (random) => ({ fault: { type: "stall", ms: random.between(500, 4_000) }, ...moment(random) }),
  () => ({ fault: { type: "stall" } }),
  (random) => ({ fault: { type: "slow_first_byte", ms: random.between(1_000, 4_000) }, stream: "running" }),
  ...["join_frames", "split_frames", "padding", "unknown_event"].map(
    (type) => (): FaultOrder => ({ fault: { type }, stream: "running" }),
  ),
  () => ({ fault: { type: "duplicate_tool_use" }, stream: "running" }),
  ...["not_a_frame", "bad_crc", "bad_json", "text_message"].map(
    (kind) =>
      (random: Random): FaultOrder => ({ fault: { type: "garbage", kind }, ...moment(random) }),
  ),
  ...[429, 500, 503, 408].map(
    (status) =>
      (random: Random): FaultOrder => ({ fault: { type: "refuse", status }, times: random.between(1, 3) }),
  ),
];

function exception(name: string): (random: Random) => FaultOrder {
  return (random) => ({ fault: { type: "exception", exception: name }, ...moment(random) });
}

/** Streams that run, or the next; at once, or in the middle of an answer. */
const moment = (random: Random): Pick<FaultOrder, "stream" | "when"> => ({
  stream: random.pick(["next", "running"]),
  when: random.pick(["now", "mid_answer"]),
});

/** Those that agents may choose from; who has but one is not to lose it for long. */
const REGIONS = ["us-east-1", "us-west-2"] as const;

type Maker = (random: Random, sessions: number) => Mishap;
const someone = (random: Random, sessions: number): number => random.between(0, sessions - 1);

/** How often each stands in a round: what is common outside is common here. */
const ROUND: Readonly<Record<MishapType, readonly [number, Maker]>> = {
  "client cut": [
    5,
    (random, sessions) => ({
      type: "client cut",
      caller: someone(random, sessions),
      awayMs: random.pick([0, 0, random.between(100, 2_000), random.between(2_000, 9_000)]),
    }),
  ],
  "client half-open": [
    1,
    (random, sessions) => ({
      type: "client half-open",
      caller: someone(random, sessions),
      forMs: random.between(2_000, 20_000),
    }),
  ],
  "client slow": [
    1,
    (random, sessions) => ({
      type: "client slow",
      caller: someone(random, sessions),
      forMs: random.between(1_000, 10_000),
    }),
  ],
  "client taken over": [
    2,
    (random, sessions) => ({ type: "client taken over", caller: someone(random, sessions) }),
  ],
  "object lost": [3, (random, sessions) => ({ type: "object lost", caller: someone(random, sessions) })],
  "process killed": [1, () => ({ type: "process killed" })],
  "upstream cut": [4, (random) => ({ type: "upstream cut", share: random.next() })],
  "upstream stalled": [
    2,
    (random) => ({ type: "upstream stalled", share: random.next(), forMs: random.between(300, 4_000) }),
  ],
  "upstream half-open": [1, (random) => ({ type: "upstream half-open", share: random.next() })],
  "upstream slow": [
    1,
    (random) => ({
      type: "upstream slow",
      delayMs: random.between(50, 300),
      forMs: random.between(1_000, 5_000),
    }),
  ],
  "upstream shut": [
    2,
    (random) =>
      random.next() < 0.5
        ? { type: "upstream shut", region: null, forMs: random.between(300, 1_500) }
        : { type: "upstream shut", region: random.pick(REGIONS), forMs: random.between(2_000, 15_000) },
  ],
  "credentials expired": [1, (random) => ({ type: "credentials expired", refusals: random.pick([0, 1, 2]) })],
  "model fault": [
    8,
    (random) => ({
      type: "model fault",
      order: (FAULTS[random.between(0, FAULTS.length - 1)] ?? cut)(random),
    }),
  ],
  "clock fast": [
    1,
    (random) => ({ type: "clock fast", speed: random.between(2, 8), forMs: random.between(1_000, 5_000) }),
  ],
  "streams aged": [1, (random) => ({ type: "streams aged", leftMs: random.between(500, 5_000) })],
  crowd: [
    1,
    (random) => ({ type: "crowd", count: random.between(10, 25), forMs: random.between(1_000, 4_000) }),
  ],
};

const cut = (): FaultOrder => ({ fault: { type: "cut" } });

export const MISHAPS = Object.keys(ROUND) as readonly MishapType[];

/** Rounds in which everything has its turn, in an order that the seed decides. */
export function makePlan(options: PlanOptions): readonly Planned[] {
  const { seed, sessions, seconds, everyMs = EVERY_MS, without = [] } = options;
  const random = createRandom(seed);
  const plan: Planned[] = [];
  let left: MishapType[] = [];
  let killedAt = -KILLED_EVERY_MS / 2;
  for (let at = 1_000; at < seconds * 1_000 - CALM_MS; at += random.between(everyMs / 4, (everyMs * 7) / 4)) {
    if (left.length === 0)
      left = MISHAPS.flatMap((type) => (without.includes(type) ? [] : Array(ROUND[type][0]).fill(type)));
    const [type] = left.splice(random.between(0, left.length - 1), 1);
    if (type === undefined) return plan;
    if (type === "process killed") {
      if (at - killedAt < KILLED_EVERY_MS) continue;
      killedAt = at;
    }
    plan.push({ at, mishap: ROUND[type][1](random, sessions) });
  }
  return plan;
}

/** In words, for the log of a run. */
export const describe = ({ at, mishap }: Planned): string => {
  const { type, ...rest } = mishap;
  return `${(at / 1_000).toFixed(1).padStart(6)} s  ${type} ${Object.keys(rest).length === 0 ? "" : JSON.stringify(rest)}`.trimEnd();
};
