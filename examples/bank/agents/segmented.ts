/**
 * Pattern 3, segments: one phase after the other, each with a stream, a prompt and the few tools it needs. The phase
 * that can look into accounts is not there until the caller has signed in.
 */
import { binding, defineAgent } from "../../../src/index.ts";

export const segmented = defineAgent({
  name: "bank-segmented",
  voice: "tiffany",
  prompt: "You are the voice of Fernbank. Answer in one or two short sentences, the way people talk.",
  greeting:
    "Greet the caller as Fernbank, in one sentence, and ask for an account number and the date of birth.",
  facts: {
    verified: { setBy: ["verify_identity"], description: "the caller has signed in" },
    customer: { setBy: ["verify_identity"], secret: true },
    name: { setBy: ["verify_identity"], description: "the caller's first name" },
  },
  // Named here, a tool that is misspelt in a segment does not compile.
  tools: [
    binding("BANK_TOOLS", {
      only: [
        "verify_identity",
        "get_balance",
        "list_transactions",
        "transfer",
        "get_mortgage_rates",
        "calculate_payment",
      ],
    }),
  ],
  segments: {
    sign_in: {
      purpose: "Signs the caller in.",
      prompt:
        "Collect the account number and the date of birth, and sign the caller in. Nothing else can be done here.",
      tools: ["verify_identity"],
      goesTo: [{ to: "banking", when: { verified: true } }],
    },
    banking: {
      purpose: "Balances, transactions and transfers.",
      prompt:
        "The caller has signed in. Look everything up; never make a number up. Before a transfer, ask for a yes.",
      tools: ["get_balance", "list_transactions", "transfer"],
      requires: { verified: true },
      goesTo: ["mortgage"],
    },
    mortgage: {
      purpose: "Mortgages: rates, and what a loan costs a month.",
      prompt: "Tell rates and work payments out with your tools; do no sums of your own.",
      tools: ["get_mortgage_rates", "calculate_payment"],
      requires: { verified: true },
      goesTo: ["banking"],
    },
  },
  start: "sign_in",
});
