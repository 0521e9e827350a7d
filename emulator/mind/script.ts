/**
 * Plays a scenario: which turn answers what is heard, what follows when results come, where it goes next.
 */
import type { Reply, Scenario, ScenarioStep, ScenarioTurn, When } from "../scenarios/scenario.ts";
import type { OfferedTool, Step, ToolAnswer } from "../seams.ts";
import { isFailure } from "./rules/failure.ts";
import { fill, fillJson, type Values } from "./template.ts";
import { meaning, stem, words } from "./words.ts";

export interface Script {
  /** What the scenario does about these words; undefined when it leaves them to the rules. */
  heard(text: string, turn: number, tools: readonly OfferedTool[]): readonly Step[] | undefined;
  answered(results: readonly ToolAnswer[]): readonly Step[] | undefined;
}

/** A reply whose tools are still at work. */
interface Waiting {
  readonly reply: Reply;
  readonly tools: readonly string[];
  readonly values: Values;
}

export function createScript(scenario: Pick<Scenario, "turns" | "otherwise">): Script {
  let next: string | undefined;
  let waiting: Waiting[] = [];

  const play = (reply: Reply, values: Values): readonly Step[] => {
    if (reply.next !== undefined) next = reply.next;
    const steps = reply.do.map((step) => stepOf(step, values));
    const tools = steps.flatMap((step) => (step.type === "use" ? [step.tool] : []));
    if (tools.length > 0) waiting.push({ reply, tools, values });
    return steps;
  };

  return {
    heard(text, turn, tools) {
      const labelled = scenario.turns.find((each) => each.label !== undefined && each.label === next);
      next = undefined;
      const taken =
        labelled ??
        scenario.turns.find((each) => each.when !== undefined && fits(each.when, text, turn, tools));
      const reply: Reply | undefined = taken ?? scenario.otherwise;
      return reply && play(reply, { heard: text, match: taken === undefined ? {} : groups(taken, text) });
    },
    answered(results) {
      const about = waiting.find(({ tools }) => results.some(({ tool }) => tools.includes(tool)));
      if (about === undefined) return undefined;
      waiting = waiting.filter((each) => each !== about);
      const failed = results.find(({ content }) => isFailure(content));
      const reply = failed === undefined ? about.reply.results : about.reply.failed;
      const [shown] = failed === undefined ? results : [failed];
      return (
        reply &&
        play(reply, {
          ...about.values,
          result: shown?.content,
          arguments: shown?.arguments,
          results: Object.fromEntries(
            results.flatMap(({ tool, content }, index) => [
              [tool, content],
              [index, content],
            ]),
          ),
        })
      );
    },
  };
}

/** Whether everything that is asked for holds of the text, and of the tools on offer. */
export function fits(when: When, text: string, turn: number, tools: readonly OfferedTool[]): boolean {
  const stems = new Set([...words(text).map(stem), ...meaning(text)]);
  const isHeard = (phrase: string): boolean => words(phrase).every((word) => stems.has(stem(word)));
  return (
    (when.turn === undefined || when.turn === turn) &&
    (when.tool === undefined || tools.some(({ name }) => name === when.tool)) &&
    (when.words === undefined || when.words.every(isHeard)) &&
    (when.any === undefined || when.any.some(isHeard)) &&
    (when.pattern === undefined || new RegExp(when.pattern, "iu").test(text))
  );
}

function groups(turn: ScenarioTurn, text: string): Values {
  const pattern = turn.when?.pattern;
  return pattern === undefined ? {} : { ...new RegExp(pattern, "iu").exec(text)?.groups };
}

/** A step as it is done: its placeholders filled. */
export function stepOf(step: ScenarioStep, values: Values): Step {
  if ("say" in step) return { type: "say", text: fill(step.say, values) };
  if ("pause" in step) return { type: "pause", ms: step.pause };
  if ("fault" in step) return { type: "fault", fault: step.fault };
  return {
    type: "use",
    tool: step.use,
    arguments: fillJson(step.arguments ?? {}, values) as Record<string, unknown>,
  };
}
