/**
 * All tools of an agent, found at session start and ready to be called. Nothing that a tool does gets past here: a
 * source that cannot be asked is reported and left out, a call that fails is an outcome.
 */
import type { AgentDefinition, InlineTool, ToolSource } from "../agent/agent.ts";
import { DEFAULTS } from "../agent/models.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ToolSpec } from "../conversation/events.ts";
import { failed } from "../conversation/tool-failure.ts";
import { callBinding } from "./binding-tool.ts";
import type { ToolBinding } from "./contract.ts";
import { type Described, describeBinding } from "./describe-binding.ts";
import { DescriptionCache } from "./description-cache.ts";
import { callFunction } from "./function-tool.ts";
import { askServer, callServer, isSearch } from "./mcp-source.ts";
import { type MemoryDesk, memoryOffers } from "./memory-tools.ts";
import { noBinding } from "./missing-bindings.ts";
import { OpenBox, type Run } from "./open-box.ts";
import { type OpenTools, openSubAgent } from "./open-sub-agent.ts";
import type { Trouble } from "./run-body.ts";
import { addSelected } from "./selection.ts";
import { subAgentRun } from "./sub-agent-tool.ts";
import type { AwsSettings, Surroundings } from "./surroundings.ts";
import { systemTimers, type Timers } from "./time-limit.ts";
import { answered } from "./tool-answer.ts";
import type { ToolBox } from "./tool-runner.ts";
import { type GateParts, WordGate } from "./word-gate.ts";

export interface ToolBoxOptions {
  /** Hears the causes of failures, for the log: the thrown thing, or what was wrong with an answer. */
  readonly trouble?: Trouble;
  readonly timers?: Timers;
  /** Tells how old kept answers are. */
  readonly clock?: Clock;
  /** Shared by all sessions of the isolate unless given. */
  readonly cache?: DescriptionCache;
  /** What is remembered of the caller; the model is given the tools for it. */
  readonly memory?: MemoryDesk;
  /** The gateway's settings. Without them, what is signed for AWS is missing. */
  readonly config?: AwsSettings;
}

/** What is asked of an agent here. */
export type ToolsOwner = Pick<AgentDefinition, "tools"> &
  GateParts &
  Partial<Pick<AgentDefinition, "region">>;

const ISOLATE_CACHE = new DescriptionCache(systemClock);

/**
 * Finds the tools of `agent` among the bindings of `env` and elsewhere, all sources at once, within
 * `LIMITS.toolDescribeMs`. Never rejects: what could not be had is in `missing`. Where two sources offer the same name,
 * the agent's order decides.
 */
export const openToolBox = (agent: ToolsOwner, env: object, options: ToolBoxOptions = {}): Promise<ToolBox> =>
  openBox(agent, env, options, null);

/** `within`: the sub-agent whose tools they are. */
async function openBox(
  agent: ToolsOwner,
  env: object,
  options: ToolBoxOptions,
  within: string | null,
): Promise<ToolBox> {
  const { trouble = () => {}, timers = systemTimers, clock = systemClock, cache = ISOLATE_CACHE } = options;
  const region = agent.region ?? DEFAULTS.region;
  const { segments = [] } = agent;
  const aws = options.config ?? null;
  const around: Surroundings = { env, aws, region, segments, clock, timers, trouble, cache };
  const openTools: OpenTools = (own, name) =>
    openBox({ ...agent, region, tools: own.tools }, env, options, name);
  const box = new OpenBox(clock, new WordGate(agent, trouble, within));
  // Asked all at once, added in the agent's order.
  const found = await Promise.all(agent.tools.map((source) => find(source, around, openTools)));
  for (const add of found) add(box);
  if (options.memory && within === null)
    for (const offer of memoryOffers(options.memory)) box.add("memory", offer);
  return box;
}

/** Puts what was found into the box, or notes there what is missing. */
type Add = (box: OpenBox) => void;

const missing =
  (source: string, cause: string): Add =>
  (box) => {
    box.missing.push({ source, cause });
  };

async function find(source: ToolSource, around: Surroundings, openTools: OpenTools): Promise<Add> {
  const { timers, trouble } = around;
  switch (source.type) {
    case "client":
      return (box) => {
        for (const tool of source.tools)
          box.add("the client", { spec: specOf(tool, "client"), policy: tool.policy, run: unreachable });
      };
    case "functions":
      return (box) => {
        for (const tool of source.tools) {
          const run: Run = (call, context, signal) =>
            callFunction(tool, call, context, { signal, timers, trouble });
          box.add("the gateway", { spec: specOf(tool, "gateway"), policy: tool.policy, run });
        }
      };
    case "binding": {
      const asked = await askBinding(source.binding, around);
      if (!asked.ok) return missing(source.binding, asked.error);
      const { binding, described } = asked.value;
      const runOf =
        (name: string): Run =>
        (call, context, signal) =>
          callBinding(binding, { ...call, name }, context, { signal, timers, trouble });
      return (box) =>
        addSelected(box, { source: source.binding, selected: source, ...described, runOf, trusted: true });
    }
    case "mcp": {
      const asked = await askServer(source, around);
      if (!asked.ok) return missing(source.name, asked.error);
      const { server, described } = asked.value;
      const runOf = (name: string): Run => callServer(server, name, source.tells ?? [], around);
      const unasked = (name: string): boolean => !isSearch(name);
      return (box) =>
        addSelected(box, {
          source: source.name,
          selected: source,
          ...described,
          runOf,
          unasked,
          trusted: false,
        });
    }
    case "sub_agent": {
      const { tool, supersede } = source;
      const opened = await openSubAgent(source, around, openTools);
      if (!opened.ok) return missing(tool.name, opened.error);
      const run = subAgentRun(opened.value.agent, source, around);
      return (box) => {
        const word = source.agent.kind === "bedrock" ? "sifted" : "own";
        box.add("the sub-agents", {
          spec: specOf(tool, "gateway"),
          policy: tool.policy,
          supersede,
          word,
          run,
        });
        for (const part of opened.value.missing)
          box.missing.push({ source: `${tool.name}: ${part.source}`, cause: part.cause });
      };
    }
  }
}

const specOf = (
  { name, description, inputSchema, timeoutMs }: InlineTool,
  runs: ToolSpec["runs"],
): ToolSpec => ({ name, description, inputSchema, timeoutMs, runs });

interface AskedBinding {
  readonly binding: ToolBinding;
  readonly described: Described;
}

async function askBinding(
  name: string,
  { env, cache, timers }: Surroundings,
): Promise<Result<AskedBinding, string>> {
  const binding: unknown = Reflect.get(env, name);
  if (binding === undefined) return err(noBinding(name));
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

/** The session asks the client itself; the gateway has nothing to call. */
const unreachable: Run = async () => answered(failed("unreachable"));
