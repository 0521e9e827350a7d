/**
 * The first agent: a friendly bank assistant.
 */
import { z } from "zod";
import { defineAgent } from "../src/agent/define-agent.ts";
import { binding, fn } from "../src/agent/tool-list.ts";

export const first = defineAgent({
  name: "first",
  voice: "tiffany",
  prompt:
    "You are the friendly voice of a small bank. Answer in one or two short sentences, the way people talk. " +
    "Look up balances and transactions with your tools; never make one up. Say amounts in dollars and cents.",
  greeting: "Greet the caller as their bank, in one sentence, and ask how you can help.",
  tools: [
    binding("BANK_TOOLS"),
    fn({
      name: "current_time",
      description: "Tells the date and time of day, in a time zone if one is asked for.",
      input: z.object({ timeZone: z.string().default("UTC").describe("IANA name, such as Europe/Paris") }),
      run: ({ timeZone }) => ({
        now: new Date().toLocaleString("en-US", { timeZone, dateStyle: "full", timeStyle: "short" }),
      }),
    }),
  ],
});
