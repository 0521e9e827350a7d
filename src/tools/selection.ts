/**
 * Which of a source's tools an agent offers, and under which names.
 */
import type { Selected } from "../agent/agent.ts";
import { type CallPolicy, policyOf } from "../agent/call-policy.ts";
import { TOOL_NAME } from "../agent/tool-sources.ts";
import { LIMITS } from "../base/limits.ts";
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
}

/** Adds what is wanted, and reports what is wanted and cannot be had. */
export function addSelected(box: OpenBox, from: SelectFrom): void {
  const { source, selected, tools, unfit, runOf, unasked = () => true } = from;
  const { only, rename = {}, calls = {} } = selected;
  const wanted = (name: string): boolean => (only === null ? unasked(name) : only.includes(name));
  const offeredAs = (name: string): string => (Object.hasOwn(rename, name) ? (rename[name] ?? name) : name);
  for (const tool of tools.filter(({ name }) => wanted(name))) {
    const name = offeredAs(tool.name);
    if (!TOOL_NAME.test(name)) {
      box.missing.push({ source: `${source}.${tool.name}`, cause: "no model takes that name; rename it" });
      continue;
    }
    const own = Object.hasOwn(calls, tool.name) ? calls[tool.name] : undefined;
    const timeoutMs = own?.timeoutMs ?? tool.timeoutMs ?? LIMITS.toolMs;
    const { description, inputSchema } = tool;
    box.add(source, {
      spec: { name, description, inputSchema, timeoutMs, runs: "gateway" },
      policy: { ...translated(policyOf(tool), offeredAs), ...policyOf(own ?? {}) },
      run: runOf(tool.name),
    });
  }
  for (const { tool, cause } of unfit.filter(({ tool }) => wanted(tool))) {
    box.missing.push({ source: `${source}.${tool}`, cause });
  }
  const named = new Set([...tools.map(({ name }) => name), ...unfit.map(({ tool }) => tool)]);
  const asked = new Set([...(only ?? []), ...Object.keys(rename), ...Object.keys(calls)]);
  for (const name of asked) {
    if (!named.has(name)) box.missing.push({ source: `${source}.${name}`, cause: "it is not offered" });
  }
}

/** A tool knows its neighbours by their own names. */
const translated = (policy: CallPolicy, offeredAs: (name: string) => string): CallPolicy =>
  policy.invalidates === undefined ? policy : { ...policy, invalidates: policy.invalidates.map(offeredAs) };
