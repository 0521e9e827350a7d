/**
 * The first agent: small enough to read while the kettle boils. The bank that signs callers in is examples/bank.
 */
import * as z from "zod";
import { binding, defineAgent, fn } from "../src/index.ts";

/** Everybody's, and nobody's: made up. */
const BALANCES = { checking: 1284.5, savings: 9420 };

export const first = defineAgent({
  name: "first",
  voice: "tiffany",
  prompt:
    "You are the friendly voice of a small bank. Answer in one or two short sentences, the way people talk. " +
    "Look up balances and rates with your tools; never make one up. Say amounts in dollars and cents.",
  greeting: "Greet the caller as their bank, in one sentence, and ask how you can help.",
  tools: [
    fn({
      name: "get_balance",
      description: "Tells the balance of one of the caller's accounts.",
      input: z.object({ account: z.enum(["checking", "savings"]) }),
      run: ({ account }) => ({ account, balance: BALANCES[account], currency: "USD" }),
    }),
    fn({
      name: "current_time",
      description: "Tells the date and time of day, in UTC.",
      input: z.object({}),
      run: () => ({ now: new Date().toUTCString() }),
    }),
    // A tool in a Worker of its own, where most of them belong.
    binding("BANK_TOOLS", { only: ["get_mortgage_rates"] }),
  ],
});
