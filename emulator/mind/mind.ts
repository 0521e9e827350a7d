/**
 * The emulator's wits: what was said, and what the agent does about it. A scenario comes first, the rules after it.
 */
import type { Expectations } from "../ears/phrasebook.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Mind, Scene, Speech, Step } from "../seams.ts";
import { createRules, wordsGiven } from "./rules/rules.ts";
import type { Talk } from "./rules/small-talk.ts";
import { callersWords } from "./rules/stage-direction.ts";
import { createScript } from "./script.ts";
import { words } from "./words.ts";

/** Turns speech into words; "" when nothing was understood. Never rejects. */
export type Recognise = (speech: Speech, expected: Expectations) => Promise<string>;

export interface MindOptions {
  /** What is heard and answered; without one the rules alone answer. */
  readonly scenario?: Scenario;
  /** Absent: what was said is known from the scenario only. */
  readonly recognise?: Recognise;
  /** The day that "tomorrow" is counted from. */
  readonly now?: () => Date;
}

/** Stands for an utterance whose words are not known; the caller is told so. */
const UNKNOWN = /^\(speech of [\d.]+ seconds\)$/;

/** One mind for one stream. Deterministic for the same cues and scene. */
export function createMind(options: MindOptions = {}): Mind {
  const { scenario, recognise } = options;
  const rules = createRules(options.now ?? (() => new Date()));
  const script = scenario === undefined ? undefined : createScript(scenario);
  const heard: string[] = [];
  const said: string[] = [];
  /** Words of the caller that directions have quoted: an earlier stream heard them. */
  const quoted: string[] = [];
  /** How many of the scenario's utterances an earlier stream of this session has heard. */
  let heardEarlier: number | undefined;

  const talkOf = (scene: Scene): Talk => ({
    systemPrompt: scene.systemPrompt,
    tools: scene.tools,
    heard: [...textsOf(scene, "USER"), ...heard],
    said: [...textsOf(scene, "ASSISTANT"), ...said],
  });

  /** @param text What the caller said; a direction's own words, where it does not quote the caller. */
  const answer = (text: string, scene: Scene): readonly Step[] => {
    const talk = talkOf(scene);
    if (UNKNOWN.test(text)) {
      return recognise === undefined
        ? say(
            "I heard you speak, but no speech recogniser is installed here. Please type, or give me a scenario.",
          )
        : say("I'm sorry, I did not understand that.");
    }
    // Words to be said are nobody's question, whatever they are about.
    const scripted =
      wordsGiven(text) === undefined ? script?.heard(text, talk.heard.length, scene.tools) : undefined;
    return scripted ?? rules.heard(text, scene, talk);
  };

  return {
    async understand(speech, index, scene) {
      if (scenario !== undefined) {
        heardEarlier ??=
          scene === undefined ? 0 : positionAfter(scenario.heard, [...textsOf(scene, "USER"), ...quoted]);
        const meant = scenario.heard[heardEarlier + index];
        if (meant !== undefined) return meant;
      }
      const recognised = (await recognise?.(speech, expectations(scenario, scene))) ?? "";
      if (recognised.trim() !== "") return recognised.trim();
      return `(speech of ${(speech.samples.length / speech.rate).toFixed(1)} seconds)`;
    },

    async react(cue, scene) {
      const quote = cue.type === "text" ? callersWords(cue.text) : undefined;
      if (quote !== undefined) quoted.push(quote);
      const text = cue.type === "results" ? undefined : (quote ?? cue.text);
      const steps =
        cue.type === "results"
          ? (script?.answered(cue.results) ?? rules.answered(cue.results))
          : answer(text ?? "", scene);
      if (text !== undefined) heard.push(text);
      for (const step of steps) if (step.type === "say") said.push(step.text);
      return steps;
    },
  };
}

const say = (text: string): readonly Step[] => [{ type: "say", text }];

const textsOf = (scene: Scene, role: "USER" | "ASSISTANT"): string[] =>
  scene.history.filter((message) => message.role === role).map(({ text }) => text);

/** The number of scripted utterances that the history already holds, in their order; one message may hold several. */
function positionAfter(scripted: readonly string[], history: readonly string[]): number {
  const spoken = scripted.map((text) => ` ${words(text).join(" ")} `);
  let position = 0;
  for (const message of history) {
    let rest = ` ${words(message).join(" ")} `;
    for (const [index, text] of spoken.entries()) {
      const at = index < position || text.trim() === "" ? -1 : rest.indexOf(text);
      if (at === -1) continue;
      position = index + 1;
      // The blank after the words begins the next ones.
      rest = rest.slice(at + text.length - 1);
    }
  }
  return position;
}

function expectations(scenario: Scenario | undefined, scene: Scene | undefined): Expectations {
  const turns = scenario?.turns ?? [];
  const sentences = turns.flatMap(({ when }) => [
    ...(when?.words === undefined ? [] : [when.words.join(" ")]),
    ...(when?.any ?? []),
  ]);
  return { sentences: [...(scenario?.heard ?? []), ...sentences], tools: scene?.tools ?? [] };
}
