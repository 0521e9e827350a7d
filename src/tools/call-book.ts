/**
 * The calls of one session that know of each other: answers that are still fresh, calls that must not happen twice,
 * and questions that a newer one has overtaken.
 */
import type { CallPolicy } from "../agent/call-policy.ts";
import type { Clock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolOutcome } from "../conversation/events.ts";
import { failed } from "../conversation/tool-failure.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type Progress, SharedRun } from "./shared-run.ts";

/** What a call overtaken by a newer one comes to. */
export const OVERTAKEN = "That was dropped, because something else was asked for since.";

export interface BookedTool {
  /** As it is offered. */
  readonly name: string;
  readonly policy: CallPolicy;
  /** A new call calls off those that still run. */
  readonly supersede: boolean;
}

interface Kept {
  readonly tool: string;
  /** `fresh` answers can be outdated by other tools; what happened `once` has happened. */
  readonly as: "fresh" | "once";
  readonly outcome: ToolOutcome;
  /** Ms since the Unix epoch. */
  readonly until: number;
}

/** Runs the tool itself. Never rejects. */
export type Work = (signal: AbortSignal, progress: Progress) => Promise<ToolOutcome>;

export class CallBook {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  /** Those that the same call may join, by key. */
  readonly #joinable = new Map<string, SharedRun>();
  /** All that may be overtaken, by tool. */
  readonly #running = new Map<string, Map<SharedRun, string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The call's outcome: a kept one, that of the same call already running, or that of `work`. Never rejects. */
  async run(
    tool: BookedTool,
    args: Json,
    work: Work,
    waiting: { readonly signal: AbortSignal; readonly progress: Progress },
  ): Promise<ToolOutcome> {
    if (waiting.signal.aborted) return failed("cancelled");
    const key = `${tool.name}\n${canonicalJson(args)}`;
    if (tool.supersede) this.#overtake(tool.name, key);
    const kept = this.#recall(key);
    if (kept) return kept.outcome;
    const running = this.#joinable.get(key);
    if (running) return running.wait(waiting);
    return this.#start(tool, key, work).wait(waiting);
  }

  #start(tool: BookedTool, key: string, work: Work): SharedRun {
    const { cache, idempotent = true, invalidates = [] } = tool.policy;
    this.#outdate(invalidates);
    // What must not happen twice is never left half done: it runs to its end even when nobody waits.
    const run = new SharedRun(work, { abandon: idempotent });
    const ofTool = this.#running.get(tool.name) ?? new Map<SharedRun, string>();
    this.#running.set(tool.name, ofTool.set(run, key));
    if (cache || !idempotent || tool.supersede) this.#joinable.set(key, run);
    run.onSettled((outcome) => {
      const current = this.#joinable.get(key) === run;
      if (current) this.#joinable.delete(key);
      ofTool.delete(run);
      // Again: what was read while this one ran may be from before or after.
      this.#outdate(invalidates);
      if (current) this.#keep(tool, key, outcome);
    });
    return run;
  }

  #recall(key: string): Kept | null {
    const kept = this.#kept.get(key);
    if (!kept) return null;
    if (this.#clock.now() < kept.until) return kept;
    this.#kept.delete(key);
    return null;
  }

  #keep({ name, policy }: BookedTool, key: string, outcome: ToolOutcome): void {
    const { cache, idempotent = true, onceWithinMs = LIMITS.sameCallMs } = policy;
    const now = this.#clock.now();
    if (!idempotent) {
      // Refused arguments have done nothing yet.
      const ran = outcome.status === "ok" || !["bad_arguments", "unknown_tool"].includes(outcome.reason);
      if (ran) this.#write(key, { tool: name, as: "once", outcome, until: now + onceWithinMs });
    } else if (cache && outcome.status === "ok") {
      this.#write(key, { tool: name, as: "fresh", outcome, until: now + cache.freshMs });
    }
  }

  #write(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    if (this.#kept.size <= LIMITS.toolAnswersKept) return;
    const now = this.#clock.now();
    const entries = [...this.#kept];
    const gone =
      entries.find(([, { until }]) => until <= now) ??
      entries.find(([, { as }]) => as === "fresh") ??
      entries[0];
    if (gone) this.#kept.delete(gone[0]);
  }

  /** Forgets what these tools have said, and does not keep what they are about to say. */
  #outdate(names: readonly string[]): void {
    if (names.length === 0) return;
    for (const [key, { tool, as }] of this.#kept) {
      if (as === "fresh" && names.includes(tool)) this.#kept.delete(key);
    }
    for (const name of names) {
      for (const [run, key] of this.#running.get(name) ?? []) {
        if (run.abandon && this.#joinable.get(key) === run) this.#joinable.delete(key);
      }
    }
  }

  /** The same question again is no new one; and what must not be left half done goes on. */
  #overtake(name: string, key: string): void {
    for (const [run, of] of this.#running.get(name) ?? []) {
      if (of !== key && run.abandon) run.settle(failed("cancelled", OVERTAKEN));
    }
  }
}
