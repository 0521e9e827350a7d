/**
 * How long it takes until a caller is heard, one caller at a time: cold, and where the session was made before they came.
 */
import { setTimeout as wait } from "node:timers/promises";
import { NS_PER_MS } from "../calls/clock.ts";
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

const DEAF: Ear = { sound() {}, interrupted() {}, lost() {} };

const msOf = ({ openedAt, readyAt }: Client): number => (readyAt - openedAt) / NS_PER_MS;

export async function measureOpenings(expect: () => Promise<Expected>, times: number): Promise<Openings> {
  const cold: number[] = [];
  const withSession: number[] = [];
  for (let time = -WARM_UP; time < times; time++) {
    const { open, madeMs } = await expect();
    const client = await open(DEAF);
    client.close();
    if (time < 0) continue;
    cold.push(msOf(client));
    withSession.push(msOf(client) + (madeMs ?? 0));
  }
  const expected = await Promise.all(Array.from({ length: times }, expect));
  const prewarmed: number[] = [];
  if (expected.some(({ madeMs }) => madeMs !== null)) {
    await wait(AHEAD_MS);
    for (const { open } of expected) {
      const client = await open(DEAF);
      client.close();
      prewarmed.push(msOf(client));
    }
  }
  return {
    cold: distributionOf(cold),
    coldWithSession: distributionOf(withSession),
    prewarmed: distributionOf(prewarmed),
  };
}
