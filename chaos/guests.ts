/**
 * Callers whose calls end in other ways than by a goodbye. Nothing that they say is judged; that nothing is left of
 * their sessions is.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "./client.ts";
import { GUEST_REGION, type Way } from "./plan.ts";
import type { Stack } from "./stack.ts";

/** Above those of all callers. */
const FIRST_FRAME = 10_000_000;
const READY_WITHIN_MS = 10_000;
const OVER_WITHIN_MS = 20_000;
/** More mistakes than a client may make. */
const MISTAKES = 101;

export class Guests {
  /** All sessions that were made, whoever asked for them. */
  readonly sessions: string[] = [];
  /** Sessions that were asked for, by the status of the answer. */
  readonly asked: Record<string, number> = {};
  readonly #stack: Stack;
  /** Decides the pauses of clients that come back. */
  readonly #random: () => number;

  constructor(stack: Stack, random: () => number) {
    this.#stack = stack;
    this.#random = random;
  }

  /** A whole visit. */
  async visit(way: Way, loses: boolean): Promise<void> {
    if (typeof way === "object") await this.#stack.order("faults", { ...way, region: GUEST_REGION });
    const made = await this.#make(way === "overstays" ? "brief" : "guest");
    if (made === null) return;
    const { session } = made;
    if (way !== "never comes") {
      const client = new Client({ ...made, firstFrame: FIRST_FRAME, random: this.#random });
      await this.#until(client, READY_WITHIN_MS, () => client.isThere);
      client.hums = true;
      if (way === "is rude") for (let n = 0; n < MISTAKES; n++) client.send({ type: "nonsense" });
      if (way === "is deleted" && loses) await this.#stack.lose([session]);
      if (way === "is deleted") await this.hangUp([session]);
      if (way !== "drops off") await this.#until(client, OVER_WITHIN_MS, () => false);
      client.dropOff();
    }
    if (loses) await this.#stack.lose([session]);
  }

  /** Sessions that take a stream each ahead of their client, and are given up again. */
  async crowd(count: number, forMs: number): Promise<void> {
    const made = await Promise.all(Array.from({ length: count }, () => this.#make("plain")));
    await wait(forMs);
    await this.hangUp(made.flatMap((one) => (one ? [one.session] : [])));
  }

  /** As an operator does it, who does not give up because a server is just starting. */
  async hangUp(sessions: readonly string[]): Promise<void> {
    const until = performance.now() + OVER_WITHIN_MS;
    for (let left = sessions; left.length > 0 && performance.now() < until; await wait(500)) {
      const answers = await Promise.all(
        left.map(async (session) => {
          const init = { method: "DELETE" };
          const status = await this.#stack.api(`/v1/sessions/${session}`, init).then(
            (response) => response.status,
            () => 0,
          );
          return { session, status };
        }),
      );
      left = answers.flatMap(({ session, status }) => (status === 204 || status === 410 ? [] : [session]));
      if (left.length === 0) return;
    }
  }

  async #make(agent: string): Promise<Record<"session" | "url" | "ticket", string> | null> {
    const init = { method: "POST", body: JSON.stringify({ agent }) };
    const response = await this.#stack.api("/v1/sessions", init).catch(() => null);
    const status = response?.status ?? "no answer";
    this.asked[status] = (this.asked[status] ?? 0) + 1;
    if (!response?.ok) return null;
    const made = (await response.json()) as Record<"session" | "url" | "ticket", string>;
    this.sessions.push(made.session);
    return made;
  }

  async #until(client: Client, withinMs: number, isSo: () => boolean): Promise<void> {
    const until = performance.now() + withinMs;
    while (!client.ended && !isSo() && performance.now() < until) await client.news(500);
  }
}
