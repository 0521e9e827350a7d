/**
 * What is left when all calls are over, once everything has had the time that it is promised to take. Nothing may be.
 */
import { setTimeout as wait } from "node:timers/promises";
import { LIMITS } from "../src/base/limits.ts";
import type { Stack } from "./stack.ts";
import type { Run } from "./worker/run.ts";

/**
 * A caller who is gone for good may come back for `resumeMs`; that its object was lost is found within `reapAfterMs`; and
 * then streams close, places are given back, and machines are busy. A place runs out by itself much later only.
 */
export const SETTLE_MS = LIMITS.resumeMs + LIMITS.reapAfterMs + 15_000;
const LOOK_MS = 700;
/** Sessions are asked seldom: an object that is asked is not put away, as one is to whom nothing happens. */
const ASK_SESSIONS_MS = 15_000;

export interface Left {
  /** Streams that the emulator has open. */
  readonly streams: number;
  /** Sessions that the gateway does not know to be over. */
  readonly sessions: readonly string[];
  /** Places at models that are taken, and turns in their queues, by the ledger's own count; a ledger that is silent, too. */
  readonly places: readonly string[];
  /** Tools that run. */
  readonly tools: number;
}

export const isNothing = ({ streams, sessions, places, tools }: Left): boolean =>
  streams === 0 && sessions.length === 0 && places.length === 0 && tools === 0;

/** Looks until nothing is left, or the time is over. */
export async function settle(
  stack: Stack,
  sessions: readonly string[],
  withinMs = SETTLE_MS,
): Promise<{ readonly left: Left; readonly ms: number }> {
  const since = performance.now();
  let open = await openOf(stack, sessions);
  let askedAt = since;
  for (;;) {
    const [streams, places, tools] = await Promise.all([
      runningStreams(stack),
      takenPlaces(stack),
      runsOf(stack).then(({ running }) => running),
    ]);
    const ms = performance.now() - since;
    if (open.length > 0 && (performance.now() - askedAt > ASK_SESSIONS_MS || ms > withinMs)) {
      open = await openOf(stack, open);
      askedAt = performance.now();
    }
    const left = { streams, sessions: open, places, tools };
    if (isNothing(left) || ms > withinMs) return { left, ms };
    await wait(LOOK_MS);
  }
}

/** What the counting tool has in its own store, and what it is at. */
export async function runsOf(
  stack: Stack,
): Promise<{ readonly runs: readonly Run[]; readonly running: number }> {
  return (await fetch(`${stack.gateway}/_chaos/runs`)).json() as never;
}

async function openOf(stack: Stack, sessions: readonly string[]): Promise<readonly string[]> {
  const states = await Promise.all(
    sessions.map(async (session) => {
      const response = await stack.api(`/v1/sessions/${session}`);
      const { state } = (await response.json()) as { readonly state?: string };
      return { session, state };
    }),
  );
  return states.flatMap(({ session, state }) => (state === "ended" ? [] : [session]));
}

async function runningStreams(stack: Stack): Promise<number> {
  const response = await fetch(`${stack.emulator}/_emulator/health`);
  return ((await response.json()) as { readonly streams: number }).streams;
}

interface Capacity {
  readonly models: readonly {
    readonly model: string;
    readonly region: string;
    readonly places: number | null;
    readonly used: number | null;
    readonly waiting: number | null;
  }[];
}

async function takenPlaces(stack: Stack): Promise<readonly string[]> {
  const response = await stack.api("/v1/capacity");
  const { models } = (await response.json()) as Capacity;
  return models.flatMap(({ region, places, used, waiting }) => {
    if (places === null || (used === 0 && waiting === 0)) return [];
    return [used === null ? `${region}: no answer` : `${region}: ${used} taken, ${waiting} waited for`];
  });
}
