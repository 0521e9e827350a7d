/**
 * A tool box as it is filled, and as it is used: one name, one tool, one way to run it.
 */
import type { CallPolicy } from "../agent/call-policy.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import type { Clock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, type Result } from "../base/result.ts";
import type { ToolCall, ToolSpec } from "../conversation/events.ts";
import { badArguments, failed } from "../conversation/tool-failure.ts";
import { type ArgumentCheck, argumentCheck } from "./argument-check.ts";
import { CallBook } from "./call-book.ts";
import type { Waiting } from "./shared-run.ts";
import { answered, type ToolAnswer } from "./tool-answer.ts";
import type { Progress, ToolBox, ToolRunner } from "./tool-runner.ts";
import type { WordGate } from "./word-gate.ts";

/** Runs one tool; its arguments have been checked. Never rejects. */
export type Run = (
  call: ToolCall,
  context: ToolContext,
  signal: AbortSignal,
  progress: Progress,
) => Promise<ToolAnswer>;

export interface Offer {
  readonly spec: ToolSpec;
  readonly policy?: CallPolicy | undefined;
  /** A new call calls off one that still runs. */
  readonly supersede?: boolean;
  /**
   * Whose words it tells the session: its `own`, as far as the agent lets it; what has been `sifted` on the way here; or
   * `unheard`, when nobody vouches for its name.
   */
  readonly word?: "own" | "sifted" | "unheard";
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
  readonly #gate: WordGate;

  constructor(clock: Clock, gate: WordGate) {
    this.#book = new CallBook(clock);
    this.#gate = gate;
  }

  get specs(): readonly ToolSpec[] {
    return [...this.#tools.values()].map(({ spec }) => spec);
  }

  /** A name that is taken stays with who has it; the newcomer is missing. */
  add(source: string, { spec, policy = {}, supersede = false, word = "own", run }: Offer): void {
    const { name, description, inputSchema, runs, timeoutMs, memory } = spec;
    const { requires = {} } = policy;
    const [never] = this.#gate.unknown(requires);
    const taken = this.#tools.get(name);
    if (taken)
      this.missing.push({ source: `${source}.${name}`, cause: `${taken.source} offers that name already` });
    else if (this.#tools.size >= LIMITS.toolsOffered) {
      this.missing.push({
        source: `${source}.${name}`,
        cause: `there are ${LIMITS.toolsOffered} tools already`,
      });
    } else if (never !== undefined) {
      const cause = `it requires the fact ${JSON.stringify(never)}, which the agent does not have`;
      this.missing.push({ source: `${source}.${name}`, cause });
    } else {
      const guarded = Object.keys(requires).length === 0 ? {} : { requires };
      this.#tools.set(name, {
        source,
        spec: {
          ...{ name, description, inputSchema, runs, timeoutMs, ...guarded },
          ...(memory && { memory }),
        },
        policy,
        supersede,
        word,
        run,
        check: argumentCheck(inputSchema),
      });
    }
  }

  run: ToolRunner["run"] = (call, context, signal, progress = () => {}) =>
    this.#run(call, context, { signal, progress });

  check(name: string, args: Json): Result<Json, string> {
    return this.#tools.get(name)?.check(args) ?? err("There is no such tool");
  }

  async prefetch(name: string, args: Json, context: ToolContext): Promise<void> {
    const tool = this.#tools.get(name);
    if (!tool?.policy.cache) return;
    this.#prefetches += 1;
    const { segment, facts } = context;
    const { timeoutMs } = tool.spec;
    const call = { call: `p${this.#prefetches}`, name, arguments: args, timeoutMs, segment, facts };
    await this.#run(call, context, { signal: new AbortController().signal, progress: () => {}, ahead: true });
  }

  async #run(call: ToolCall, context: ToolContext, waiting: Waiting): Promise<ToolAnswer> {
    const tool = this.#tools.get(call.name);
    if (!tool) return answered(failed("unknown_tool"));
    const args = tool.check(call.arguments);
    if (!args.ok) return answered(badArguments(args.error));
    const checked = { ...call, arguments: args.value };
    const { policy, supersede } = tool;
    const { outcome, word } = await this.#book.run(
      { name: call.name, policy, supersede },
      args.value,
      context.facts,
      (until, words) => tool.run(checked, context, until, words),
      waiting,
    );
    if (tool.word === "sifted") return answered(outcome, word);
    if (tool.word === "own") return answered(outcome, this.#gate.admit(call.name, word, context.segment));
    this.#gate.refuse(call.name, word, STRANGE);
    return answered(outcome);
  }

  #prefetches = 0;
}

const STRANGE =
  "the server gave the tool its name itself; name it in only, rename or calls of the source if it may be heard";
