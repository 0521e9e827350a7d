/**
 * Brings about what was planned, one mishap after the other, each at its time.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Caller } from "./caller.ts";
import type { Mishap, Planned } from "./plan.ts";
import type { Stack } from "./stack.ts";

const STREAM_MS = 8 * 60_000;

const stsFault = (times: number) => ({ service: "sts", fault: { type: "refuse", status: 503 }, times });

export class Storm {
  /** Ms that each restart of the whole process took. */
  readonly restarts: number[] = [];
  /** Times that an object was lost, alone or with the process. */
  objectsLost = 0;
  /** Of those who asked for a session in a full house: how many were let in, and how many sent away, by status. */
  readonly crowd: Record<string, number> = {};
  readonly #stack: Stack;
  readonly #callers: readonly Caller[];
  readonly #tell: (planned: Planned) => void;
  readonly #running: Promise<unknown>[] = [];

  constructor(stack: Stack, callers: readonly Caller[], tell: (planned: Planned) => void) {
    this.#stack = stack;
    this.#callers = callers;
    this.#tell = tell;
  }

  /** Settles when all is over and mended. */
  async rage(plan: readonly Planned[], endsAfterMs: number): Promise<void> {
    const since = performance.now();
    const at = (ms: number): Promise<void> => wait(Math.max(0, since + ms - performance.now()));
    for (const planned of plan) {
      await at(planned.at);
      this.#tell(planned);
      this.#running.push(this.#bring(planned.mishap).catch(() => undefined));
    }
    await at(endsAfterMs);
    await Promise.all(this.#running);
    await this.#stack.clear();
  }

  async #bring(mishap: Mishap): Promise<void> {
    const stack = this.#stack;
    const { proxy } = stack;
    switch (mishap.type) {
      case "client cut":
        return this.#callers[mishap.caller]?.client.cut(mishap.awayMs);
      case "client half-open":
        return this.#callers[mishap.caller]?.client.halfOpen(mishap.forMs);
      case "client slow":
        return this.#callers[mishap.caller]?.client.slow(mishap.forMs);
      case "client taken over":
        return this.#callers[mishap.caller]?.client.takeOver();
      case "object lost":
        return this.#lose(this.#callers[mishap.caller]);
      case "process killed":
        for (const { client } of this.#callers) client.objectLost("process killed");
        this.objectsLost += this.#callers.length;
        this.restarts.push(await stack.killAndRestart());
        return;
      case "upstream cut":
        return proxy.cut(mishap.share);
      case "upstream stalled":
        return proxy.stall(mishap.share, mishap.forMs);
      case "upstream half-open":
        return proxy.halfOpen(mishap.share);
      case "upstream slow":
        return proxy.slow(mishap.delayMs, mishap.forMs);
      case "upstream shut":
        return proxy.shut(mishap.region, mishap.forMs);
      case "model fault":
        await stack.order("faults", mishap.order);
        return;
      case "clock fast":
        await stack.order("clock", { speed: mishap.speed });
        await wait(mishap.forMs);
        await stack.order("clock", { speed: 1 });
        return;
      case "streams aged":
        await stack.order("clock", { ageMs: STREAM_MS - mishap.leftMs });
        return;
      case "credentials expired":
        if (mishap.refusals > 0) await stack.order("faults", stsFault(mishap.refusals));
        return stack.expireCredentials();
      case "crowd":
        return this.#crowd(mishap.count, mishap.forMs);
    }
  }

  async #lose(caller: Caller | undefined): Promise<void> {
    if (!caller || caller.client.ended) return;
    caller.client.objectLost("object lost");
    this.objectsLost++;
    await fetch(`${this.#stack.gateway}/_chaos/lose/${caller.client.session}`, { method: "POST" });
  }

  /** Sessions that are made, take a stream each ahead of their client, and are given up again. */
  async #crowd(count: number, forMs: number): Promise<void> {
    const made = await Promise.all(
      Array.from({ length: count }, async () => {
        const body = JSON.stringify({ agent: "plain" });
        const response = await this.#stack.api("/v1/sessions", { method: "POST", body });
        this.crowd[response.status] = (this.crowd[response.status] ?? 0) + 1;
        const { session } = (await response.json()) as { readonly session?: string };
        return session;
      }),
    );
    await wait(forMs);
    await Promise.all(
      made.map((session) => session && this.#stack.api(`/v1/sessions/${session}`, { method: "DELETE" })),
    );
  }
}
