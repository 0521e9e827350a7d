/**
 * An agent that runs somewhere else: it takes a question, uses its own tools (the bank's), and answers. It remembers
 * what it was asked and what it fetched, as an agent in a session's own microVM does.
 */
import type { BankTool } from "../bank/bank.ts";
import type { Clock } from "../clock.ts";
import { LIMITS } from "../limits.ts";
import { createTextMind, type TextCue } from "../mind/text-mind.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Fault, OfferedTool, ToolAnswer } from "../seams.ts";
import { wait } from "./wait.ts";

export type AgentEvent =
  /** A tool is used, or what it gave is taken from memory. */
  | { readonly type: "progress"; readonly tool: string; readonly text: string; readonly fromMemory: boolean }
  | {
      readonly type: "answer";
      readonly text: string;
      readonly turn: number;
      readonly tools: readonly string[];
    }
  | { readonly type: "failed"; readonly why: string }
  | { readonly type: "fault"; readonly fault: Fault };

export interface HostedAgent {
  /** Ends with `answer`, `failed` or `fault`, or early when the signal is given. */
  ask(question: string, signal: AbortSignal): AsyncGenerator<AgentEvent>;
}

export interface HostedOptions {
  readonly name: string;
  readonly tools: readonly BankTool[];
  readonly scenario: Scenario | undefined;
  readonly clock: Clock;
  readonly now: () => Date;
}

export function createHostedAgent({ name, tools, scenario, clock, now }: HostedOptions): HostedAgent {
  const offered: readonly OfferedTool[] = tools;
  const systemPrompt = `You are ${name}.`;
  const mind = createTextMind(scenario, { name, systemPrompt, tools: offered }, now);
  /** What tools that only read have given. */
  const fetched = new Map<string, unknown>();
  let turn = 0;

  const use = (tool: string, args: Record<string, unknown>): { content: unknown; fromMemory: boolean } => {
    const key = JSON.stringify([tool, args]);
    if (fetched.has(key)) return { content: fetched.get(key), fromMemory: true };
    const known = tools.find((each) => each.name === tool);
    const result = known?.call(args) ?? { ok: false as const, why: `There is no tool ${tool}.` };
    if (result.ok && READS.test(tool)) fetched.set(key, result.value);
    // What was read before may not be so any more.
    if (result.ok && !READS.test(tool)) fetched.clear();
    return { content: result.ok ? result.value : { error: result.why }, fromMemory: false };
  };

  return {
    async *ask(question, signal) {
      turn += 1;
      let cue: TextCue = { type: "text", text: question };
      const used: string[] = [];
      const said: string[] = [];
      for (let round = 0; round < LIMITS.hostedRounds; round += 1) {
        const results: ToolAnswer[] = [];
        for (const step of mind.react(cue, offered)) {
          if (step.type === "fault") return yield { type: "fault", fault: step.fault };
          if (step.type === "pause") await wait(clock, step.ms, signal);
          if (step.type === "say") {
            await wait(clock, mind.firstTokenMs + (mind.tokenMs * step.text.length) / 4, signal);
            said.push(step.text);
          }
          if (step.type === "use") {
            const { content, fromMemory } = use(step.tool, step.arguments);
            used.push(step.tool);
            yield { type: "progress", tool: step.tool, text: progressOf(step.tool), fromMemory };
            await wait(clock, mind.firstTokenMs, signal);
            results.push({
              toolUseId: `${turn}.${used.length}`,
              tool: step.tool,
              arguments: step.arguments,
              content,
            });
          }
          if (signal.aborted) return;
        }
        if (results.length === 0) return yield { type: "answer", text: said.join(" "), turn, tools: used };
        cue = { type: "results", results };
      }
      yield { type: "failed", why: `it used tools ${LIMITS.hostedRounds} times without an answer` };
    },
  };
}

const READS = /___(?:get|list|estimate)_/;

const progressOf = (tool: string): string => `Using ${tool.split("___").at(-1)?.replaceAll("_", " ")}`;
