/**
 * All tools of an agent, found at session start and ready to be called. Nothing that a tool does gets past here: a
 * source that cannot be asked is reported and left out, a call that fails is an outcome.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { systemClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ToolSpec } from "../conversation/events.ts";
import { badArguments, failed } from "../conversation/tool-failure.ts";
import { argumentCheck } from "./argument-check.ts";
import { callBinding } from "./binding-tool.ts";
import type { ToolBinding } from "./contract.ts";
import { type Described, describeBinding } from "./describe-binding.ts";
import { DescriptionCache } from "./description-cache.ts";
import { callFunction } from "./function-tool.ts";
import type { Trouble } from "./run-body.ts";
import { systemTimers, type Timers } from "./time-limit.ts";
import type { ToolBox, ToolRunner } from "./tool-runner.ts";

export interface ToolBoxOptions {
  /** Hears the causes of failures, for the log: the thrown thing, or what was wrong with an answer. */
  readonly trouble?: Trouble;
  readonly timers?: Timers;
  /** Shared by all sessions of the isolate unless given. */
  readonly cache?: DescriptionCache;
}

const ISOLATE_CACHE = new DescriptionCache(systemClock);

/**
 * Finds the tools of `agent` among the bindings of `env`, all sources at once, within `LIMITS.toolDescribeMs`. Never
 * rejects: what could not be had is in `missing`. Where two sources offer the same name, the agent's order decides.
 */
export async function openToolBox(
  agent: Pick<AgentDefinition, "tools">,
  env: object,
  options: ToolBoxOptions = {},
): Promise<ToolBox> {
  const { trouble = () => {}, timers = systemTimers, cache = ISOLATE_CACHE } = options;
  const box = new OpenBox();
  const asked = await Promise.all(
    agent.tools.map((source) => (source.type === "binding" ? ask(env, source.binding, cache, timers) : null)),
  );
  for (const [index, source] of agent.tools.entries()) {
    switch (source.type) {
      case "client":
        for (const tool of source.tools) box.add("the client", { ...tool, runs: "client" }, unreachable);
        break;
      case "functions":
        for (const tool of source.tools) {
          box.add("the gateway", { ...tool, runs: "gateway" }, (call, context, signal) =>
            callFunction(tool, call, context, { signal, timers, trouble }),
          );
        }
        break;
      case "binding": {
        const answer = asked[index];
        if (!answer) break;
        if (answer.ok) addBinding(box, source, answer.value, { timers, trouble });
        else box.missing.push({ source: source.binding, cause: answer.error });
      }
    }
  }
  return box;
}

interface Asked {
  readonly binding: ToolBinding;
  readonly described: Described;
}

async function ask(
  env: object,
  name: string,
  cache: DescriptionCache,
  timers: Timers,
): Promise<Result<Asked, string>> {
  const binding: unknown = Reflect.get(env, name);
  if (binding === undefined)
    return err(`there is no binding ${name}; is it under [[services]] in wrangler.toml?`);
  if (!isToolBinding(binding)) return err(`${name} is not a service binding to a tool Worker`);
  const known = cache.get(binding);
  if (known) return ok({ binding, described: known });
  const described = await describeBinding(binding, timers);
  if (!described.ok) return described;
  cache.keep(binding, described.value);
  return ok({ binding, described: described.value });
}

/** A service binding shows every method anybody asks for; that it has them is only known when they are called. */
const isToolBinding = (value: unknown): value is ToolBinding =>
  ((typeof value === "object" && value !== null) || typeof value === "function") &&
  typeof Reflect.get(value, "describe") === "function" &&
  typeof Reflect.get(value, "invoke") === "function";

function addBinding(
  box: OpenBox,
  source: { readonly binding: string; readonly only: readonly string[] | null },
  { binding, described }: Asked,
  { timers, trouble }: { readonly timers: Timers; readonly trouble: Trouble },
): void {
  const wanted = (name: string): boolean => source.only === null || source.only.includes(name);
  for (const tool of described.tools.filter(({ name }) => wanted(name))) {
    const spec: ToolSpec = { ...tool, timeoutMs: tool.timeoutMs ?? LIMITS.toolMs, runs: "gateway" };
    box.add(source.binding, spec, (call, context, signal) =>
      callBinding(binding, call, context, { signal, timers, trouble }),
    );
  }
  for (const { tool, cause } of described.unfit.filter(({ tool }) => wanted(tool))) {
    box.missing.push({ source: `${source.binding}.${tool}`, cause });
  }
  const named = new Set([
    ...described.tools.map(({ name }) => name),
    ...described.unfit.map(({ tool }) => tool),
  ]);
  for (const name of source.only ?? []) {
    if (!named.has(name))
      box.missing.push({ source: `${source.binding}.${name}`, cause: "it is not offered" });
  }
}

/** The session asks the client itself; the gateway has nothing to call. */
const unreachable: ToolRunner["run"] = async () => failed("unreachable");

class OpenBox implements ToolBox {
  readonly missing: { readonly source: string; readonly cause: string }[] = [];
  readonly #tools = new Map<
    string,
    { readonly spec: ToolSpec; readonly run: ToolRunner["run"]; readonly source: string }
  >();

  get specs(): readonly ToolSpec[] {
    return [...this.#tools.values()].map(({ spec }) => spec);
  }

  add(
    source: string,
    { name, description, inputSchema, runs, timeoutMs }: ToolSpec,
    run: ToolRunner["run"],
  ): void {
    const taken = this.#tools.get(name);
    if (taken)
      this.missing.push({ source: `${source}.${name}`, cause: `${taken.source} offers that name already` });
    else if (this.#tools.size >= LIMITS.toolsOffered) {
      this.missing.push({
        source: `${source}.${name}`,
        cause: `there are ${LIMITS.toolsOffered} tools already`,
      });
    } else {
      const check = argumentCheck(inputSchema);
      this.#tools.set(name, {
        source,
        spec: { name, description, inputSchema, runs, timeoutMs },
        run: async (call, context, signal) => {
          const args = check(call.arguments);
          return args.ok
            ? run({ ...call, arguments: args.value }, context, signal)
            : badArguments(args.error);
        },
      });
    }
  }

  run: ToolRunner["run"] = async (call, context, signal) => {
    const tool = this.#tools.get(call.name);
    return tool ? tool.run(call, context, signal) : failed("unknown_tool");
  };
}
