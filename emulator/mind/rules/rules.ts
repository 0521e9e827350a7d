/**
 * The wits without a scenario: choose a tool, fill its arguments, speak its result, and small talk for the rest.
 * Deterministic; what it remembers is this stream's and the history's.
 */
import type { OfferedTool, Scene, Step, ToolAnswer } from "../../seams.ts";
import { words } from "../words.ts";
import { chooseTool } from "./choose-tool.ts";
import { fillArguments } from "./fill-arguments.ts";
import { fallback, smallTalk, type Talk, toldToGreet } from "./small-talk.ts";
import { speakResults } from "./speak-result.ts";
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
    heard(text, scene, talk) {
      const greeting = toldToGreet(text, talk);
      if (greeting !== undefined) return say(greeting);
      const given = toldToSay(text);
      if (given !== undefined && toldResult(text) === undefined) return say(given);
      const result = toldResult(text);
      if (result !== undefined)
        return say(speakResults([{ toolUseId: "", tool: "", arguments: {}, content: result }]));
      const asked = asking;
      asking = undefined;
      const tool = chooseTool(text, scene.tools);
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
      if (last !== undefined && /^(?:and|what about|how about)\b/i.test(text)) return use(last, text);
      return say(fallback(text, talk));
    },
    answered: (results) => say(speakResults(results)),
  };
}

const say = (text: string): readonly Step[] => [{ type: "say", text }];
