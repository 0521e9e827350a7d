/**
 * A scenario: what the emulator hears and what it answers, in one small JSON file.
 * This file is its schema; `parseScenario` says in plain words what is wrong with one that does not fit.
 */
import * as z from "zod";
import { type DeclaredMemory, memoriesSchema } from "../memory/declared.ts";
import type { Fault } from "../seams.ts";
import { explain } from "./explain.ts";
import { faultSchema } from "./fault-schema.ts";

/** One thing the agent does. `say` and the strings in `arguments` may hold `{{…}}` placeholders. */
export type ScenarioStep =
  | { readonly say: string }
  | { readonly use: string; readonly arguments?: Readonly<Record<string, unknown>> }
  | { readonly pause: number }
  | { readonly fault: Fault };

/** What is done, and how it goes on. */
export interface Reply {
  readonly do: readonly ScenarioStep[];
  /** Done when the results of the tools used in `do` have come. Absent: the result is spoken by the rules. */
  readonly results?: Reply;
  /** Done instead of `results` when a result is an error. Absent: the error is spoken by the rules. */
  readonly failed?: Reply;
  /** Label of the turn that answers whatever is heard next. */
  readonly next?: string;
}

/** When a turn is taken: every condition that is given must hold. */
export interface When {
  /** All of these words (any form: "balances" is "balance") are heard. */
  readonly words?: readonly string[];
  /** At least one of these words is heard. */
  readonly any?: readonly string[];
  /** A regular expression, case ignored; its named groups can be used as `{{match.name}}`. */
  readonly pattern?: string;
  /** Only for the n-th utterance or typed text, counted from 0 over the whole session. */
  readonly turn?: number;
  /** Only where a tool of this name is on offer: one scenario can play agents that know different tools. */
  readonly tool?: string;
}

export interface ScenarioTurn extends Reply {
  readonly label?: string;
  /** Absent: this turn is only taken by `next`. */
  readonly when?: When;
}

/** A text model or hosted agent, as a sub-agent is: found by words of its system prompt, its model id or its name. */
export interface TextAgent {
  readonly name: string;
  /** Absent: every one that no earlier text agent fits. `turn` has no meaning here. */
  readonly when?: When;
  readonly turns: readonly ScenarioTurn[];
  readonly otherwise?: Reply;
  /** Done whenever it is asked, and again when results come: one that never stops. */
  readonly always?: readonly ScenarioStep[];
  /** Before the first token of an answer, ms. Default 0. */
  readonly firstTokenMs?: number;
  /** Between two tokens (about four letters), ms. Default 0. */
  readonly tokenMs?: number;
}

export interface Scenario {
  readonly name: string;
  readonly about?: string;
  /** What the n-th utterance means. Later ones go to the recogniser. */
  readonly heard: readonly string[];
  readonly turns: readonly ScenarioTurn[];
  /** What is done when no turn fits. Absent: the rules answer. */
  readonly otherwise?: Reply;
  /** How text models and hosted agents answer. The turns above are the speech model's. Absent: by the rules. */
  readonly textAgents?: readonly TextAgent[];
  /** AgentCore memories with strategies of their own. Every other id is a memory with the usual ones. */
  readonly memories?: readonly DeclaredMemory[];
}

export type ParsedScenario =
  | { readonly ok: true; readonly value: Scenario }
  | { readonly ok: false; readonly error: string };

const text = z.string().min(1).max(10_000);
const word = z.string().min(1).max(100);
const name = z.string().min(1).max(100);

const step: z.ZodType<ScenarioStep> = z.union([
  z.strictObject({ say: text }),
  z.strictObject({ use: name, arguments: z.record(z.string(), z.json()).exactOptional() }),
  z.strictObject({ pause: z.number().int().min(0).max(600_000) }),
  z.strictObject({ fault: faultSchema }),
]);
const steps = z.array(step).max(200);

/** A reply may be written as its steps alone. */
const reply: z.ZodType<Reply> = z.lazy(() =>
  z.union([steps.transform((list): Reply => ({ do: list })), z.strictObject(replyFields)]),
);
const replyFields = {
  do: steps,
  results: reply.exactOptional(),
  failed: reply.exactOptional(),
  next: name.exactOptional(),
};

const pattern = text.refine(isPattern, { error: "is not a regular expression" });

const when = z.strictObject({
  words: z.array(word).min(1).exactOptional(),
  any: z.array(word).min(1).exactOptional(),
  pattern: pattern.exactOptional(),
  turn: z.number().int().min(0).exactOptional(),
  tool: name.exactOptional(),
});

const turn = z.strictObject({ label: name.exactOptional(), when: when.exactOptional(), ...replyFields });

/** Slower than a minute for each token is no pace but a stall. */
const pace = z.number().int().min(0).max(60_000).exactOptional();

const textAgent = z.strictObject({
  name,
  when: when.omit({ turn: true }).exactOptional(),
  turns: z.array(turn).max(1000).default([]),
  otherwise: reply.exactOptional(),
  always: steps.min(1).exactOptional(),
  firstTokenMs: pace,
  tokenMs: pace,
});

const scenario = z.strictObject({
  name,
  about: z.string().max(2000).exactOptional(),
  heard: z.array(z.string().max(2000)).max(1000).default([]),
  turns: z.array(turn).max(1000).default([]),
  otherwise: reply.exactOptional(),
  textAgents: z.array(textAgent).max(100).exactOptional(),
  memories: memoriesSchema.exactOptional(),
});

/** Checks a scenario, given as a parsed JSON value or as JSON text. The error names every place and what would be right. */
export function parseScenario(json: unknown): ParsedScenario {
  let value = json;
  if (typeof json === "string") {
    try {
      value = JSON.parse(json);
    } catch (error) {
      return {
        ok: false,
        error: `The scenario is not JSON: ${error instanceof Error ? error.message : error}`,
      };
    }
  }
  const parsed = scenario.safeParse(value);
  if (!parsed.success) return { ok: false, error: explain(parsed.error, value) };
  const missing = [
    ...missingLabels(parsed.data, ""),
    ...(parsed.data.textAgents ?? []).flatMap((agent, index) =>
      missingLabels(agent, `textAgents[${index}].`),
    ),
  ];
  if (missing.length > 0) return { ok: false, error: missing.join("\n") };
  return { ok: true, value: parsed.data };
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, "iu");
    return true;
  } catch {
    return false;
  }
}

/** Every `next` must name a turn, and no two turns may have one name. */
function missingLabels(checked: Pick<Scenario, "turns" | "otherwise">, place: string): string[] {
  const labels = checked.turns.flatMap((each) => (each.label === undefined ? [] : [each.label]));
  const twice = labels.filter((label, index) => labels.indexOf(label) !== index);
  const problems = twice.map((label) => `${place}turns: the label ${JSON.stringify(label)} is used twice`);
  const visit = (each: Reply | undefined, at: string): void => {
    if (each === undefined) return;
    if (each.next !== undefined && !labels.includes(each.next)) {
      const known = labels.length === 0 ? "no turn has a label" : `labels are ${labels.join(", ")}`;
      problems.push(`${at}.next: there is no turn labelled ${JSON.stringify(each.next)}; ${known}`);
    }
    visit(each.results, `${at}.results`);
    visit(each.failed, `${at}.failed`);
  };
  checked.turns.forEach((each, index) => {
    visit(each, `${place}turns[${index}]`);
  });
  visit(checked.otherwise, `${place}otherwise`);
  return problems;
}
