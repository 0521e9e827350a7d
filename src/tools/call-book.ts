/**
 * The calls of one session that know of each other: answers that are still fresh, calls that must not happen twice,
 * and questions that a newer one has overtaken.
 */
import type { CallPolicy } from "../agent/call-policy.ts";
import type { Facts } from "../agent/facts.ts";
import type { Clock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { failed } from "../conversation/tool-failure.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type Progress, SharedRun, type Waiting } from "./shared-run.ts";
import { answered, type ToldOnce, type ToolAnswer } from "./tool-answer.ts";

/** What a call overtaken by a newer one comes to. */
export const OVERTAKEN = "That was dropped, because something else was asked for since.";

/** What becomes of a call that must not happen twice, when it is asked for again and something has changed since. */
export const DONE_ALREADY =
  "Just that was asked for a moment ago, so it was not done again. Ask the caller whether it is to be done once more.";

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
  readonly told: ToldOnce;
  /** What was known when it was asked. */
  readonly facts: Facts;
  /** Ms since the Unix epoch. */
  readonly until: number;
}

/** Runs the tool itself. Never rejects. */
export type Work = (signal: AbortSignal, progress: Progress) => Promise<ToolAnswer>;

interface Joinable {
  readonly run: SharedRun;
  readonly facts: Facts;
}

export class CallBook {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  /** Those that the same call may join, by key. */
  readonly #joinable = new Map<string, Joinable>();
  /** All that may be overtaken, by tool. */
  readonly #running = new Map<string, Map<SharedRun, string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The call's outcome: a kept one, that of the same call already running, or that of `work`. The same call is the same
   * tool with the same arguments while the same facts hold: a customer who signs in later is not told another's answers.
   * What must not happen twice does not, whatever has changed since; how it went is then not told. Never rejects.
   */
  async run(tool: BookedTool, args: Json, facts: Facts, work: Work, waiting: Waiting): Promise<ToolAnswer> {
    if (waiting.signal.aborted) return answered(failed("cancelled"));
    const once = tool.policy.idempotent === false;
    const key = [tool.name, canonicalJson(args), ...(once ? [] : [canonicalJson(facts)])].join("\n");
    if (tool.supersede) this.#overtake(tool.name, key);
    const kept = this.#recall(key);
    if (kept) {
      if (once && !sameBut(kept.facts, facts, kept.told.sets))
        return answered(failed("refused", DONE_ALREADY));
      return waiting.ahead ? answered(kept.told.outcome) : kept.told.tell();
    }
    const running = this.#joinable.get(key);
    if (!running) return this.#start(tool, key, facts, work).wait(waiting);
    if (once && !sameBut(running.facts, facts, [])) return answered(failed("refused", DONE_ALREADY));
    return running.run.wait(waiting);
  }

  #start(tool: BookedTool, key: string, facts: Facts, work: Work): SharedRun {
    const { cache, idempotent = true, invalidates = [] } = tool.policy;
    this.#outdate(invalidates);
    // What must not happen twice is never left half done: it runs to its end even when nobody waits.
    const run = new SharedRun(work, { abandon: idempotent });
    const ofTool = this.#running.get(tool.name) ?? new Map<SharedRun, string>();
    this.#running.set(tool.name, ofTool.set(run, key));
    if (cache || !idempotent || tool.supersede) this.#joinable.set(key, { run, facts });
    run.onSettled((told) => {
      const current = this.#joinable.get(key)?.run === run;
      if (current) this.#joinable.delete(key);
      ofTool.delete(run);
      // Again: what was read while this one ran may be from before or after.
      this.#outdate(invalidates);
      if (current) this.#keep(tool, key, facts, told);
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

  #keep({ name, policy }: BookedTool, key: string, facts: Facts, told: ToldOnce): void {
    const { cache, idempotent = true, onceWithinMs = LIMITS.sameCallMs } = policy;
    const now = this.#clock.now();
    const { outcome } = told;
    if (!idempotent) {
      // Refused arguments have done nothing yet.
      const ran = outcome.status === "ok" || !["bad_arguments", "unknown_tool"].includes(outcome.reason);
      if (ran) this.#write(key, { tool: name, as: "once", told, facts, until: now + onceWithinMs });
    } else if (cache && outcome.status === "ok") {
      this.#write(key, { tool: name, as: "fresh", told, facts, until: now + cache.freshMs });
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
        if (run.abandon && this.#joinable.get(key)?.run === run) this.#joinable.delete(key);
      }
    }
  }

  /** The same question again is no new one; and what must not be left half done goes on. */
  #overtake(name: string, key: string): void {
    for (const [run, of] of this.#running.get(name) ?? []) {
      if (of !== key && run.abandon) run.settle(answered(failed("cancelled", OVERTAKEN)));
    }
  }
}

/** Whether the same facts hold, whatever has become of those that the call itself has set. */
function sameBut(before: Facts, now: Facts, set: readonly string[]): boolean {
  const names = [...Object.keys(before), ...Object.keys(now)].filter((name) => !set.includes(name));
  return names.every(
    (name) => Object.hasOwn(before, name) && Object.hasOwn(now, name) && before[name] === now[name],
  );
}
