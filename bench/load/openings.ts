/**
 * How long it takes until a caller is heard, one caller at a time, while other calls are under way: cold, and where the
 * session was made before they came.
 */
import { setTimeout as wait } from "node:timers/promises";
import { NS_PER_MS, nanoseconds } from "../calls/clock.ts";
import { type Distribution, distributionOf } from "../calls/distribution.ts";
import type { Client, Ear, Expected } from "./client.ts";

export interface Openings {
  /** WebSocket asked for → ready, in ms; the session was made just before. */
  readonly cold: Distribution | null;
  /** The same, the making of the session included. */
  readonly coldWithSession: Distribution | null;
  /** WebSocket asked for → ready, the session made a second before; null where there is no such thing. */
  readonly prewarmed: Distribution | null;
}

const WARM_UP = 3;
/** Between making a session and connecting to it: a stream is open by then. */
const AHEAD_MS = 1_000;
/** After a connection is gone, for what is put away behind it: else the next one would wait for that. */
const SETTLE_MS = 50;

const DEAF: Ear = { sound() {}, interrupted() {}, lost() {} };

const msOf = ({ openedAt, readyAt }: Client): number => (readyAt - openedAt) / NS_PER_MS;

/** @param until By the bench's clock: no further opening is begun. Under more calls than are borne each takes seconds. */
export async function measureOpenings(
  expect: () => Promise<Expected>,
  times: number,
  until: number,
): Promise<Openings> {
  const cold: number[] = [];
  const withSession: number[] = [];
  for (let time = -WARM_UP; time < times && nanoseconds() < until; time++) {
    const { open, madeMs } = await expect();
    const ms = await opened(open);
    if (time < 0) continue;
    cold.push(ms);
    withSession.push(ms + (madeMs ?? 0));
  }
  const prewarmed: number[] = [];
  const ahead = nanoseconds() < until ? await Promise.all(Array.from({ length: times }, expect)) : [];
  if (ahead.some(({ madeMs }) => madeMs !== null)) {
    await wait(AHEAD_MS);
    for (const { open } of ahead) if (nanoseconds() < until) prewarmed.push(await opened(open));
  }
  return {
    cold: distributionOf(cold),
    coldWithSession: distributionOf(withSession),
    prewarmed: distributionOf(prewarmed),
  };
}

/** Ms from asking for a connection to hearing that it is ready; it is gone again. */
async function opened(open: Expected["open"]): Promise<number> {
  const client = await open(DEAF);
  await client.close();
  await wait(SETTLE_MS);
  return msOf(client);
}
