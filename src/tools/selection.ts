/**
 * Which of a source's tools an agent offers, and under which names.
 */
import type { Selected } from "../agent/agent.ts";
import { type CallPolicy, policyOf } from "../agent/call-policy.ts";
import type { Facts } from "../agent/facts.ts";
import { TOOL_NAME } from "../agent/tool-sources.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ToolDescription } from "./contract.ts";
import type { OpenBox, Run } from "./open-box.ts";

export interface SelectFrom {
  /** What the log calls the source. */
  readonly source: string;
  readonly selected: Selected;
  readonly tools: readonly ToolDescription[];
  readonly unfit: readonly { readonly tool: string; readonly cause: string }[];
  /** How to run a tool, given the source's own name for it. */
  readonly runOf: (name: string) => Run;
  /** Whether a tool is offered that `only` does not name because there is none. */
  readonly unasked?: (name: string) => boolean;
  /**
   * Whether its tools may tell the session something however they are called. Of a stranger's, only those that the
   * agent's list names may: else it could give a tool the name of another that is trusted.
   */
  readonly trusted: boolean;
}

/** Adds what is wanted, and reports what is wanted and cannot be had. */
export function addSelected(box: OpenBox, from: SelectFrom): void {
  const { source, selected, tools, unfit, runOf, unasked = () => true, trusted } = from;
  const { only, rename = {}, calls = {} } = selected;
  const wanted = (name: string): boolean => (only === null ? unasked(name) : only.includes(name));
  const offeredAs = (name: string): string => (Object.hasOwn(rename, name) ? (rename[name] ?? name) : name);
  const asked = new Set([...(only ?? []), ...Object.keys(rename), ...Object.keys(calls)]);
  for (const tool of tools.filter(({ name }) => wanted(name))) {
    const name = offeredAs(tool.name);
    if (!TOOL_NAME.test(name)) {
      box.missing.push({ source: `${source}.${tool.name}`, cause: "no model takes that name; rename it" });
      continue;
    }
    const own = Object.hasOwn(calls, tool.name) ? calls[tool.name] : undefined;
    const timeoutMs = own?.timeoutMs ?? tool.timeoutMs ?? LIMITS.toolMs;
    const requires = both(tool.requires ?? {}, own?.requires ?? {});
    if (!requires.ok) {
      box.missing.push({ source: `${source}.${name}`, cause: requires.error });
      continue;
    }
    const { description, inputSchema } = tool;
    const policy = {
      ...translated(policyOf(tool), offeredAs),
      ...policyOf(own ?? {}),
      requires: requires.value,
    };
    box.add(source, {
      spec: { name, description, inputSchema, timeoutMs, runs: "gateway" },
      policy,
      word: trusted || asked.has(tool.name) ? "own" : "unheard",
      run: runOf(tool.name),
    });
  }
  for (const { tool, cause } of unfit.filter(({ tool }) => wanted(tool))) {
    box.missing.push({ source: `${source}.${tool}`, cause });
  }
  const named = new Set([...tools.map(({ name }) => name), ...unfit.map(({ tool }) => tool)]);
  for (const name of asked) {
    if (!named.has(name)) box.missing.push({ source: `${source}.${name}`, cause: "it is not offered" });
  }
}

/** A tool knows its neighbours by their own names. */
const translated = (policy: CallPolicy, offeredAs: (name: string) => string): CallPolicy =>
  policy.invalidates === undefined ? policy : { ...policy, invalidates: policy.invalidates.map(offeredAs) };

/** What a tool requires and what the agent requires for it: both. */
function both(its: Facts, ours: Facts): Result<Facts, string> {
  const torn = Object.keys(ours).find((name) => Object.hasOwn(its, name) && its[name] !== ours[name]);
  if (torn === undefined) return ok({ ...its, ...ours });
  const [one, other] = [its[torn], ours[torn]].map((value) => JSON.stringify(value));
  return err(`it requires ${torn} to be ${one}, and the agent's list ${other}: both never hold`);
}
