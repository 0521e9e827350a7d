/**
 * A talk that outgrows what a stream takes, and the text model that it asks for summaries.
 */
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { Effect } from "../../src/conversation/events.ts";
import type { Stage } from "./stage.ts";

export const SUMMARIES: Partial<AgentDefinition> = { summaries: { model: "amazon.nova-lite-v1:0" } };

/** Of one turn's words, so that some forty turns outgrow a stream. */
const WORDS = "and so on and so forth, ".repeat(20);

export const wish = (turn: number): string => `Wish ${turn}: ${WORDS}`;

/** Turns `from` to `to`, each with a question and an answer of half a kilobyte. */
export function talkOn(stage: Stage, from: number, to: number, generation = 1): void {
  for (let turn = from; turn <= to; turn++) {
    stage.callerSays(wish(turn), generation);
    stage.say(`Answer ${turn}: ${WORDS}`, 100, { generation });
    stage.pass(200);
  }
}

type Ask = Extract<Effect, { type: "summary.ask" }>;

export const asks = (stage: Stage): readonly Ask[] => stage.of("summary.ask");

/** The newest question is answered. */
export function answer(stage: Stage, text: string, tokens = { input: 2_000, output: 300 }): void {
  const { request } = asks(stage).at(-1) ?? { request: 0 };
  stage.play({ type: "summary_made", request, text, tokens });
}

/** The same, until nothing more is asked. */
export function answerAll(stage: Stage, text: string): void {
  for (let before = -1; before < asks(stage).length; ) {
    before = asks(stage).length;
    answer(stage, text);
  }
}

export function fail(stage: Stage): void {
  const { request } = asks(stage).at(-1) ?? { request: 0 };
  stage.play({ type: "summary_failed", request, tokens: { input: 0, output: 0 } });
}

/** An operator wishes a fresh stream, and it comes. */
export function rotate(stage: Stage, generation: number): void {
  stage.play({ type: "rotate" });
  stage.pass(1_000);
  stage.model({ type: "opened", connectMs: 80 }, generation);
}

/** What the newest stream was told before it heard anything. */
export const prompt = (stage: Stage): string => stage.specs.at(-1)?.prompt ?? "";
export const told = (stage: Stage): string => JSON.stringify(stage.specs.at(-1));
