/**
 * What will go wrong, and when: from a seed, so that the same can be had again. Pure.
 */
import { createRandom, type Random } from "../bench/hand-over/random.ts";
import { type FaultOrder, lastFault, serviceFault, streamFault } from "./faults.ts";

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
  /** All objects are lost at once: the sessions', the ledgers' of places, the tools'. */
  | { readonly type: "objects lost" }
  /** The whole of workerd is killed and started again. */
  | { readonly type: "process killed" }
  | { readonly type: "upstream cut"; readonly share: number }
  | { readonly type: "upstream stalled"; readonly share: number; readonly forMs: number }
  | { readonly type: "upstream half-open"; readonly share: number }
  | { readonly type: "upstream slow"; readonly delayMs: number; readonly forMs: number }
  | { readonly type: "upstream shut"; readonly region: string | null; readonly forMs: number }
  | { readonly type: "model fault"; readonly order: FaultOrder }
  /** What tools and sub-agents ask is out of order. */
  | { readonly type: "service fault"; readonly order: FaultOrder }
  /** The emulator's clock runs so many times as fast. */
  | { readonly type: "clock fast"; readonly speed: number; readonly forMs: number }
  /** The streams that run are old all at once: so many ms are left of their 8 minutes. */
  | { readonly type: "streams aged"; readonly leftMs: number }
  /** All credentials expire, and for the next so many times that others are asked for, there are none. */
  | { readonly type: "credentials expired"; readonly refusals: number }
  /** Sessions that nobody wants take what room there is for streams. */
  | { readonly type: "crowd"; readonly count: number; readonly forMs: number }
  /** A guest calls whose call ends in another way than by a goodbye, and whose object is lost by the way, or is not. */
  | { readonly type: "guest"; readonly way: Way; readonly loses: boolean };

/** How a guest's call ends: what the guest does, or the fault that its stream has. */
export type Way = "never comes" | "drops off" | "is rude" | "is deleted" | "overstays" | FaultOrder;

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

/** Those that agents may choose from; who has but one is not to lose it for long. */
const REGIONS = ["us-east-1", "us-west-2"] as const;

type Maker = (random: Random, sessions: number) => Mishap;
const someone = (random: Random, sessions: number): number => random.between(0, sessions - 1);

/** Where guests' streams are, and nobody else's. */
export const GUEST_REGION = "eu-north-1";

const wayOut = (random: Random): Way =>
  random.pick<Way>([
    ...(["never comes", "drops off", "is rude", "is deleted", "overstays"] as const),
    lastFault(random, GUEST_REGION),
  ]);

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
  "objects lost": [1, () => ({ type: "objects lost" })],
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
      order: streamFault(random),
    }),
  ],
  "service fault": [2, (random) => ({ type: "service fault", order: serviceFault(random) })],
  "clock fast": [
    1,
    (random) => ({ type: "clock fast", speed: random.between(2, 8), forMs: random.between(1_000, 5_000) }),
  ],
  "streams aged": [1, (random) => ({ type: "streams aged", leftMs: random.between(500, 5_000) })],
  crowd: [
    1,
    (random) => ({ type: "crowd", count: random.between(10, 25), forMs: random.between(1_000, 4_000) }),
  ],
  guest: [3, (random) => ({ type: "guest", way: wayOut(random), loses: random.next() < 0.4 })],
};

export const MISHAPS = Object.keys(ROUND) as readonly MishapType[];

/** Rounds in which everything has its turn, in an order that the seed decides. */
export function makePlan(options: PlanOptions): readonly Planned[] {
  const { seed, sessions, seconds, everyMs = EVERY_MS, without = [] } = options;
  const random = createRandom(seed);
  const plan: Planned[] = [];
  let left: MishapType[] = [];
  let killedAt = -KILLED_EVERY_MS / 2;
  let goneUntil = 0;
  for (let at = 1_000; at < seconds * 1_000 - CALM_MS; at += random.between(everyMs / 4, (everyMs * 7) / 4)) {
    if (left.length === 0)
      left = MISHAPS.flatMap((type) => (without.includes(type) ? [] : Array(ROUND[type][0]).fill(type)));
    const [type] = left.splice(random.between(0, left.length - 1), 1);
    if (type === undefined) return plan;
    if (type === "process killed") {
      if (at - killedAt < KILLED_EVERY_MS) continue;
      killedAt = at;
    }
    const mishap = ROUND[type][1](random, sessions);
    // Where no region is left for longer than words are kept, words are lost: one at a time is gone.
    if (mishap.type === "upstream shut" && mishap.region !== null) {
      if (at < goneUntil) continue;
      goneUntil = at + mishap.forMs;
    }
    plan.push({ at, mishap });
  }
  return plan;
}

/** In words, for the log of a run. */
export const describe = ({ at, mishap }: Planned): string => {
  const { type, ...rest } = mishap;
  return `${(at / 1_000).toFixed(1).padStart(6)} s  ${type} ${Object.keys(rest).length === 0 ? "" : JSON.stringify(rest)}`.trimEnd();
};
