/**
 * How a caller gets to each subject. For the gateway a session is made first, as a builder's server does.
 */
import { NS_PER_MS, nanoseconds } from "../calls/clock.ts";
import type { Reach } from "../subjects/subject.ts";
import type { Expected } from "./client.ts";
import { createSdkOpener } from "./sdk-client.ts";
import { openSocket } from "./socket-client.ts";

const PROTOCOL = "antiphon.v1";

/** Gives what makes one caller expected. */
export function createExpecter(reach: Reach): () => Promise<Expected> {
  if (reach.type === "sdk") {
    const open = createSdkOpener(reach.endpoint);
    return () => Promise.resolve({ open, madeMs: null, rotate: null });
  }
  if (reach.type === "socket")
    return () =>
      Promise.resolve({
        ...{ open: (ear) => openSocket(reach.url, [PROTOCOL], ear, false), madeMs: null, rotate: null },
      });
  const { api, key } = reach;
  return async () => {
    const since = nanoseconds();
    const response = await fetch(`${api}/v1/sessions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ agent: "measured" }),
    });
    const made = (await response.json()) as {
      readonly session: string;
      readonly url: string;
      readonly ticket: string;
    };
    if (!response.ok)
      throw new Error(`The gateway makes no session: ${response.status} ${JSON.stringify(made)}`);
    return {
      open: (ear) => openSocket(made.url, [PROTOCOL, `ticket.${made.ticket}`], ear, true),
      madeMs: (nanoseconds() - since) / NS_PER_MS,
      rotate: async () => {
        const asked = await fetch(`${api}/v1/sessions/${made.session}/rotate`, {
          ...{ method: "POST", headers: { authorization: `Bearer ${key}` } },
        });
        if (!asked.ok) throw new Error(`The gateway moves no session: ${asked.status} ${await asked.text()}`);
      },
    };
  };
}
