/**
 * Pattern 1, tools: one voice model that has every tool of the bank and picks by itself. What it may not do is not in
 * its prompt but in the tools: they refuse until the caller has signed in.
 */
import { binding, defineAgent } from "../../../src/index.ts";

export const toolDriven = defineAgent({
  name: "bank-tool-driven",
  voice: "tiffany",
  prompt:
    "You are the voice of Fernbank. Answer in one or two short sentences, the way people talk. Before anything about " +
    "an account, ask for an account number and the date of birth, and sign the caller in. Never make a number up.",
  greeting: "Greet the caller as Fernbank, in one sentence, and ask how you can help.",
  facts: {
    verified: { setBy: ["verify_identity"], description: "the caller has signed in" },
    customer: { setBy: ["verify_identity"], secret: true },
    name: { setBy: ["verify_identity"], description: "the caller's first name" },
  },
  tools: [binding("BANK_TOOLS")],
});
