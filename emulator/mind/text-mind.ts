/**
 * The wits of a text model or a hosted agent: the scenario's text agent that fits it, and the rules for the rest.
 */
import type { Scenario, TextAgent } from "../scenarios/scenario.ts";
import type { OfferedTool, Scene, Step, ToolAnswer } from "../seams.ts";
import { createRules } from "./rules/rules.ts";
import { createScript, fits, stepOf } from "./script.ts";

/** What a text mind reacts to. */
export type TextCue =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "results"; readonly results: readonly ToolAnswer[] };

/** Who answers, and with what at hand. */
export interface TextScene {
  /** Model id, or name of the hosted agent. */
  readonly name: string;
  readonly systemPrompt: string;
  readonly tools: readonly OfferedTool[];
}

export interface TextMind {
  /** Name of the scenario's text agent; undefined when the rules answer. */
  readonly agent: string | undefined;
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  /** Deterministic: the same cues in the same order give the same steps. */
  react(cue: TextCue, tools: readonly OfferedTool[]): readonly Step[];
}

export function createTextMind(scenario: Scenario | undefined, scene: TextScene, now: () => Date): TextMind {
  const agent = findAgent(scenario, scene);
  const script = agent === undefined ? undefined : createScript(agent);
  const rules = createRules(now);
  const heard: string[] = [];
  const said: string[] = [];

  const steps = (cue: TextCue, tools: readonly OfferedTool[]): readonly Step[] => {
    if (agent?.always !== undefined) {
      const values = cue.type === "text" ? { heard: cue.text } : { result: cue.results[0]?.content };
      return agent.always.map((step) => stepOf(step, values));
    }
    if (cue.type === "results") return script?.answered(cue.results) ?? rules.answered(cue.results);
    const { systemPrompt } = scene;
    const ruled: Scene = { modelId: scene.name, systemPrompt, history: [], tools };
    return (
      script?.heard(cue.text, heard.length, tools) ??
      rules.heard(cue.text, ruled, { systemPrompt, tools, heard: [...heard], said: [...said] })
    );
  };

  return {
    agent: agent?.name,
    firstTokenMs: agent?.firstTokenMs ?? 0,
    tokenMs: agent?.tokenMs ?? 0,
    react(cue, tools) {
      const done = steps(cue, tools);
      if (cue.type === "text") heard.push(cue.text);
      for (const step of done) if (step.type === "say") said.push(step.text);
      return done;
    },
  };
}

function findAgent(scenario: Scenario | undefined, scene: TextScene): TextAgent | undefined {
  const about = `${scene.systemPrompt} ${scene.name}`;
  return scenario?.textAgents?.find(({ when }) => when === undefined || fits(when, about, 0, scene.tools));
}
