/**
 * The path that a talk takes through the segments of its agent: where it was, for how long, where it may go. Times are
 * the console's own; what a stay cost is the gateway's word.
 */
import type { SegmentNote, State } from "../state.ts";

/** A segment as the gateway lists it with its agent. */
export interface SegmentInfo {
  readonly name: string;
  readonly purpose: string | null;
  readonly goesTo: readonly { readonly to: string; readonly by: readonly string[] }[];
}

/** What the gateway knows of one stay. */
export interface VisitNumbers {
  readonly segment: string;
  readonly turns: number;
  /** All kinds together, in and out. */
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
}

/** What the gateway tells of a session when it is asked. */
export interface SessionStatus {
  readonly path: readonly VisitNumbers[];
  /** What tools have found out, secrets apart. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** One stay in a segment. */
export interface Visit {
  /** Its place on the path, from 1. */
  readonly order: number;
  readonly segment: string;
  /** Epoch ms. */
  readonly enteredAt: number;
  /** Null while it lasts. */
  readonly leftAt: number | null;
  readonly by: string | null;
  /** Null until the gateway has been asked. */
  readonly numbers: VisitNumbers | null;
}

/** A segment on the track. */
export interface Station {
  readonly name: string;
  readonly purpose: string | null;
  /** Places on the path: first here, then there, then here again. */
  readonly orders: readonly number[];
  /** Ms spent in it so far; null when it was never visited. */
  readonly ms: number | null;
  /** The talk is in it, or was in it when it ended. */
  readonly present: boolean;
}

type Known = Pick<State, "agents" | "session" | "segments" | "status">;

const isArrival = (note: SegmentNote, before: SegmentNote | undefined): boolean =>
  before === undefined || note.reason === "transition" || note.name !== before.name;

/** All stays so far, in order. */
export const visitsOf = ({ segments, session, status }: Omit<Known, "agents">): readonly Visit[] => {
  const arrivals = segments.filter((note, index) => isArrival(note, segments[index - 1]));
  return arrivals.map(({ name, at, by }, index) => {
    const numbers = status?.path[index];
    return {
      order: index + 1,
      segment: name,
      enteredAt: at,
      leftAt: arrivals[index + 1]?.at ?? session?.endedAt ?? null,
      by: by ?? null,
      numbers: numbers?.segment === name ? numbers : null,
    };
  });
};

/** Ms that a stay has lasted. */
export const stayOf = ({ enteredAt, leftAt }: Visit, now: number): number =>
  Math.max(0, (leftAt ?? now) - enteredAt);

const segmentsOf = ({ agents, session }: Known): readonly SegmentInfo[] =>
  agents.status === "known" ? (agents.list.find(({ name }) => name === session?.agent)?.segments ?? []) : [];

/** Every segment of the agent in its builder's order, and after them any other that was visited all the same. */
export const stationsOf = (state: Known, now: number): readonly Station[] => {
  const visits = visitsOf(state);
  const known = segmentsOf(state);
  const names = new Set([...known.map(({ name }) => name), ...visits.map(({ segment }) => segment)]);
  return [...names].map((name) => {
    const stays = visits.filter(({ segment }) => segment === name);
    return {
      name,
      purpose: known.find((segment) => segment.name === name)?.purpose ?? null,
      orders: stays.map(({ order }) => order),
      ms: stays.length === 0 ? null : stays.reduce((sum, visit) => sum + stayOf(visit, now), 0),
      present: visits.at(-1)?.segment === name,
    };
  });
};

/** Segments that a client may ask for from where the talk is. */
export const waysOf = (state: Known): readonly string[] => {
  const here = visitsOf(state).at(-1)?.segment;
  const ways = segmentsOf(state).find(({ name }) => name === here)?.goesTo ?? [];
  return ways.filter(({ by }) => by.includes("client")).map(({ to }) => to);
};
