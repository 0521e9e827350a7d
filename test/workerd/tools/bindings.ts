/**
 * The tool Workers of `worker.ts` as service bindings, and a tool box over them.
 */
import { exports } from "cloudflare:workers";
import type { ToolSource } from "../../../src/agent/agent.ts";
import type { Facts } from "../../../src/agent/facts.ts";
import type { ToolContext } from "../../../src/agent/tool-context.ts";
import { systemClock } from "../../../src/base/clock.ts";
import type { Json } from "../../../src/base/json.ts";
import type { ToolOutcome } from "../../../src/conversation/events.ts";
import { DescriptionCache } from "../../../src/tools/description-cache.ts";
import { openToolBox, type ToolBoxOptions } from "../../../src/tools/tool-box.ts";
import type { ToolAnswer, ToolBox } from "../../../src/tools/tool-runner.ts";

const loopback = exports as unknown as Record<string, object & ((options: { props: object }) => object)>;

/** A service binding to that entrypoint. */
export const bindingTo = (entrypoint: string): object => {
  const found = loopback[entrypoint];
  if (!found) throw new Error(`worker.ts exports no ${entrypoint}`);
  return found;
};

/** A service binding to a Worker that describes itself as `what` says. */
export const describes = (what: string): object => {
  const found = loopback.Describes;
  if (!found) throw new Error("worker.ts exports no Describes");
  return found({ props: { what } });
};

export const from = (binding: string, only: readonly string[] | null = null): ToolSource => ({
  type: "binding",
  binding,
  only,
});

export const CONTEXT: ToolContext = {
  session: "s1",
  agent: "first",
  caller: "ann",
  tenant: "north",
  segment: "main",
  facts: {},
};

/** A box of its own cache, over the bindings in `env`, all of them, in order. */
export const boxOver = (env: Record<string, unknown>, options: ToolBoxOptions = {}): Promise<ToolBox> =>
  openToolBox({ tools: Object.keys(env).map((name) => from(name)) }, env, {
    cache: new DescriptionCache(systemClock),
    ...options,
  });

/** The same, with all that it came to, by somebody of whom those facts are known. */
export const answerIn = (
  box: ToolBox,
  name: string,
  facts: Facts = {},
  args: Json = {},
): Promise<ToolAnswer> => {
  const here = { segment: "main", facts };
  const call = { call: "t1", name, arguments: args, timeoutMs: 20_000, ...here };
  return box.run(call, { ...CONTEXT, ...here }, new AbortController().signal);
};

/** Calls a tool as a session does, with the time limit of its own spec. */
export const callIn = async (
  box: ToolBox,
  name: string,
  args: Json = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<ToolOutcome> => {
  const timeoutMs = box.specs.find((spec) => spec.name === name)?.timeoutMs ?? 20_000;
  const call = { call: "t1", name, arguments: args, timeoutMs, segment: "main", facts: {} };
  return (await box.run(call, CONTEXT, signal)).outcome;
};
