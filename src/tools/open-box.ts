/**
 * A tool box as it is filled, and as it is used: one name, one tool, one way to run it.
 */
import type { CallPolicy } from "../agent/call-policy.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import type { Clock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolCall, ToolOutcome, ToolSpec } from "../conversation/events.ts";
import { badArguments, failed } from "../conversation/tool-failure.ts";
import { type ArgumentCheck, argumentCheck } from "./argument-check.ts";
import { CallBook } from "./call-book.ts";
import type { Progress, ToolBox, ToolRunner } from "./tool-runner.ts";

/** Runs one tool; its arguments have been checked. Never rejects. */
export type Run = (
  call: ToolCall,
  context: ToolContext,
  signal: AbortSignal,
  progress: Progress,
) => Promise<ToolOutcome>;

export interface Offer {
  readonly spec: ToolSpec;
  readonly policy?: CallPolicy | undefined;
  /** A new call calls off one that still runs. */
  readonly supersede?: boolean;
  readonly run: Run;
}

interface Tool extends Required<Offer> {
  readonly policy: CallPolicy;
  readonly source: string;
  readonly check: ArgumentCheck;
}

export class OpenBox implements ToolBox {
  readonly missing: { readonly source: string; readonly cause: string }[] = [];
  readonly #tools = new Map<string, Tool>();
  readonly #book: CallBook;

  constructor(clock: Clock) {
    this.#book = new CallBook(clock);
  }

  get specs(): readonly ToolSpec[] {
    return [...this.#tools.values()].map(({ spec }) => spec);
  }

  /** A name that is taken stays with who has it; the newcomer is missing. */
  add(source: string, { spec, policy = {}, supersede = false, run }: Offer): void {
    const { name, description, inputSchema, runs, timeoutMs } = spec;
    const taken = this.#tools.get(name);
    if (taken)
      this.missing.push({ source: `${source}.${name}`, cause: `${taken.source} offers that name already` });
    else if (this.#tools.size >= LIMITS.toolsOffered) {
      this.missing.push({
        source: `${source}.${name}`,
        cause: `there are ${LIMITS.toolsOffered} tools already`,
      });
    } else {
      this.#tools.set(name, {
        source,
        spec: { name, description, inputSchema, runs, timeoutMs },
        policy,
        supersede,
        run,
        check: argumentCheck(inputSchema),
      });
    }
  }

  run: ToolRunner["run"] = async (call, context, signal, progress = () => {}) => {
    const tool = this.#tools.get(call.name);
    if (!tool) return failed("unknown_tool");
    const args = tool.check(call.arguments);
    if (!args.ok) return badArguments(args.error);
    const checked = { ...call, arguments: args.value };
    return this.#book.run(
      { name: call.name, policy: tool.policy, supersede: tool.supersede },
      args.value,
      (until, words) => tool.run(checked, context, until, words),
      { signal, progress },
    );
  };

  async prefetch(name: string, args: Json, context: ToolContext): Promise<void> {
    const tool = this.#tools.get(name);
    if (!tool?.policy.cache) return;
    this.#prefetches += 1;
    const call = { call: `p${this.#prefetches}`, name, arguments: args, timeoutMs: tool.spec.timeoutMs };
    await this.run(call, context, new AbortController().signal);
  }

  #prefetches = 0;
}
