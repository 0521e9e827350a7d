/**
 * The wits without a scenario: choose a tool, fill its arguments, speak its result, and small talk for the rest.
 * Deterministic; what it remembers is this stream's and the history's.
 */
import type { OfferedTool, Scene, Step, ToolAnswer } from "../../seams.ts";
import { words } from "../words.ts";
import { chooseTool, handsOver } from "./choose-tool.ts";
import { fillArguments } from "./fill-arguments.ts";
import { fallback, smallTalk, type Talk, toldToGreet } from "./small-talk.ts";
import { speakResults } from "./speak-result.ts";
import { callersWords, stageDirection, toldToGoOn, toldToTell } from "./stage-direction.ts";
import { toldResult } from "./told-result.ts";
import { toldToSay } from "./told-to-say.ts";

export interface Rules {
  /** @param talk What was said before; `text` is not yet in it. */
  heard(text: string, scene: Scene, talk: Talk): readonly Step[];
  answered(results: readonly ToolAnswer[]): readonly Step[];
}

export function createRules(now: () => Date): Rules {
  /** The tool used last, for "and in London?". */
  let last: OfferedTool | undefined;
  /** A tool that waits for a text the caller was asked for, and what was said first. */
  let asking: { readonly tool: OfferedTool; readonly text: string; readonly missing: string } | undefined;

  const use = (tool: OfferedTool, text: string): readonly Step[] => {
    const filled = fillArguments(tool, text, now());
    if (filled.missing !== undefined) {
      asking = { tool, text, missing: filled.missing };
      return say(`Which ${words(filled.missing).join(" ")}, please?`);
    }
    last = tool;
    return [{ type: "use", tool: tool.name, arguments: filled.arguments }];
  };

  return {
    heard(given, scene, talk) {
      const text = callersWords(given) ?? given;
      const greeting = toldToGreet(text, talk);
      if (greeting !== undefined) return say(greeting);
      const dictated = wordsGiven(text);
      if (dictated !== undefined) return say(dictated);
      const result = toldResult(text);
      if (result !== undefined)
        return say(speakResults([{ toolUseId: "", tool: "", arguments: {}, content: result }]));
      const asked = asking;
      asking = undefined;
      const told = toldToTell(text);
      if (told !== undefined) return say(told);
      // A direction may name what is done elsewhere; only the caller's own wish leads there.
      const isDirection = stageDirection(text) !== undefined;
      const tool = chooseTool(
        text,
        isDirection ? scene.tools.filter((each) => !handsOver(each)) : scene.tools,
      );
      if (tool !== undefined) return use(tool, text);
      const chat = smallTalk(text, talk);
      if (chat !== undefined) return say(chat);
      if (asked !== undefined) {
        // A bare answer ("Paris, please") is read as if it had been part of the question.
        const filled = fillArguments(asked.tool, `${asked.text.replace(/[.!?\s]+$/, "")} for ${text}`, now());
        last = asked.tool;
        const given = filled.missing === undefined ? {} : { [filled.missing]: text };
        return [{ type: "use", tool: asked.tool.name, arguments: { ...filled.arguments, ...given } }];
      }
      if (isDirection && toldToGoOn(text)) return say("What can I do for you?");
      if (last !== undefined && /^(?:and|what about|how about)\b/i.test(text)) return use(last, text);
      return say(fallback(text, talk));
    },
    answered: (results) => say(obeyed(results) ?? speakResults(results)),
  };
}

/** The words a direction gives to be said, if that is all it does. */
export const wordsGiven = (text: string): string | undefined =>
  toldResult(text) === undefined && callersWords(text) === undefined ? toldToSay(text) : undefined;

/** A tool may answer with a stage direction: then that is done, and nothing told. */
function obeyed(results: readonly ToolAnswer[]): string | undefined {
  const texts = results.flatMap(({ content }) =>
    typeof content === "object" && content !== null ? Object.values(content) : [content],
  );
  const [text] = texts;
  if (texts.length !== 1 || typeof text !== "string") return undefined;
  return wordsGiven(text) ?? toldToTell(text);
}

const say = (text: string): readonly Step[] => [{ type: "say", text }];
