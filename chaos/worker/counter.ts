/**
 * A tool that writes down, in a store of its own, every time it runs: whether one call ran twice, or was told to have
 * run and did not, is then no matter of opinion.
 */
import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import { ToolWorker, tool } from "../../src/index.ts";
import type { Run } from "./run.ts";

/** Ms that it takes: long enough for things to go wrong meanwhile. */
const TAKES_MS = 600;

/** All runs of all sessions. */
export class Runs extends DurableObject<object> {
  readonly #sql = this.ctx.storage.sql;
  /** Calls that run at this moment. */
  readonly #running = new Set<string>();

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS run (session TEXT, call TEXT, number TEXT, times INTEGER, PRIMARY KEY (session, call))",
    );
  }

  begins(session: string, call: string, number: string): void {
    this.#sql.exec(
      "INSERT INTO run VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1",
      session,
      call,
      number,
    );
    this.#running.add(`${session} ${call}`);
  }

  ended(session: string, call: string): void {
    this.#running.delete(`${session} ${call}`);
  }

  running(): number {
    return this.#running.size;
  }

  /** This object is lost, with all that it has in memory. */
  lose(): void {
    this.ctx.abort("chaos");
  }

  all(): readonly Run[] {
    return this.#sql
      .exec("SELECT session, call, number, times FROM run")
      .toArray()
      .map(({ session, call, number, times }) => ({
        session: String(session),
        call: String(call),
        number: String(number),
        times: Number(times),
      }));
  }
}

interface Env {
  readonly RUNS: DurableObjectNamespace<Runs>;
}

export class Counter extends ToolWorker<Env> {
  readonly tools = {
    count: tool({
      description: "Counts a number.",
      input: z.object({ number: z.string() }),
      run: async ({ number }, { session, call }) => {
        await this.env.RUNS.getByName("all").begins(session, call, number);
        await new Promise((resolve) => setTimeout(resolve, TAKES_MS));
        await this.env.RUNS.getByName("all").ended(session, call);
        return { counted: number };
      },
    }),
  };
}
