/**
 * The gateway that is measured: the product as it is, with one agent that has one tool, which takes the time that a tool
 * in another Worker's memory would and nothing more.
 */
import * as z from "zod";
import { defineAgent, fn, gateway } from "../../src/index.ts";
import { USUAL } from "../calls/plan.ts";

/** Ms; see USUAL in ../calls/plan.ts. */
const TOOL_MS = USUAL.toolMs;

const parts = gateway({
  agents: [
    defineAgent({
      name: "measured",
      prompt: "You are the voice of a shop.",
      tools: [
        fn({
          name: "look_up",
          description: "Looks a number up.",
          input: z.object({ number: z.string() }),
          run: async ({ number }) => {
            await new Promise((resolve) => setTimeout(resolve, TOOL_MS));
            return { found: number };
          },
        }),
      ],
    }),
  ],
});

export class VoiceSession extends parts.VoiceSession {}
export class CapacityLedger extends parts.CapacityLedger {}
export default parts.worker;
