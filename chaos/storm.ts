/**
 * Brings about what was planned, one mishap after the other, each at its time.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Caller } from "./caller.ts";
import type { Guests } from "./guests.ts";
import type { Mishap, Planned } from "./plan.ts";
import type { Stack } from "./stack.ts";

const STREAM_MS = 8 * 60_000;

const stsFault = (times: number) => ({ service: "sts", fault: { type: "refuse", status: 503 }, times });

export class Storm {
  /** Ms that each restart of the whole process took. */
  readonly restarts: number[] = [];
  readonly #guests: Guests;
  readonly #stack: Stack;
  readonly #callers: readonly Caller[];
  readonly #tell: (planned: Planned) => void;
  readonly #running: Promise<unknown>[] = [];

  constructor(stack: Stack, callers: readonly Caller[], guests: Guests, tell: (planned: Planned) => void) {
    this.#stack = stack;
    this.#guests = guests;
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
      case "objects lost":
        for (const { client } of this.#callers) client.objectLost("object lost");
        return stack.lose(
          this.#callers.flatMap(({ client }) => (client.ended ? [] : [client.session])),
          true,
        );
      case "process killed":
        for (const { client } of this.#callers) client.objectLost("process killed");
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
      case "service fault":
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
        return this.#guests.crowd(mishap.count, mishap.forMs);
      case "guest":
        return this.#guests.visit(mishap.way, mishap.loses);
    }
  }

  async #lose(caller: Caller | undefined): Promise<void> {
    if (!caller || caller.client.ended) return;
    caller.client.objectLost("object lost");
    await this.#stack.lose([caller.client.session]);
  }
}
