/**
 * The first agent: a friendly bank assistant.
 */
import { z } from "zod";
import { binding, defineAgent, fn } from "../src/index.ts";

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
      description: "Tells the date and time of day, in UTC.",
      input: z.object({}),
      run: () => ({ now: new Date().toUTCString() }),
    }),
  ],
});
