/**
 * The bank, whole: segments for what is talked about, tools for what is quick, a sub-agent for what takes thought.
 *
 *   sign_in ──(signed in)──▶ banking ◀──(the model)──▶ mortgage
 */
import { binding, defineAgent, subAgent, worker } from "../../../src/index.ts";

export const bank = defineAgent({
  name: "bank",
  voice: "tiffany",
  prompt: "You work for Fernbank, a small bank. Answer in one or two short sentences, the way people talk.",
  greeting:
    "Greet the caller as Fernbank, in one sentence, and ask for an account number and the date of birth.",
  facts: {
    verified: { setBy: ["verify_identity"], description: "the caller has signed in" },
    // Which customer it is, the tools know. No model, no transcript and no client is ever told.
    customer: { setBy: ["verify_identity"], secret: true },
    name: { setBy: ["verify_identity"], description: "the caller's first name" },
    // Kept for the caller's next call until the adviser hears that it is settled.
    open_matter: {
      setBy: ["ask_mortgage_adviser"],
      description: "what the caller left open",
      remember: "matter",
    },
  },
  // Told, looked up and kept only once the caller has signed in: anybody can say a name on the telephone.
  memory: { requires: { verified: true } },
  redact: ["card", "iban", "email", "phone", "ssn"],
  tools: [
    binding("BANK_TOOLS", {
      only: [
        "verify_identity",
        "get_balance",
        "list_transactions",
        "list_alerts",
        "transfer",
        "check_eligibility",
      ],
    }),
    subAgent({
      name: "ask_mortgage_adviser",
      description: "Answers questions about mortgages: rates, and what a loan costs a month.",
      requires: { verified: true },
      supersede: true,
      agent: worker("MORTGAGE"),
    }),
  ],
  segments: {
    sign_in: {
      purpose: "Signs the caller in.",
      prompt:
        "Collect an account number and the date of birth, and sign the caller in. If they ask for something else " +
        "first, say that you need to know who they are.",
      tools: ["verify_identity"],
      // Account numbers and birthdays are said here: nothing of it is remembered.
      sees: { memory: false },
      goesTo: [{ to: "banking", when: { verified: true } }],
    },
    banking: {
      purpose: "Everyday banking: balances, transactions, transfers, alerts.",
      prompt:
        "The caller has signed in. Look everything up; never make a number up. Before a transfer, ask for a yes. " +
        "Where notes from earlier calls tell of something left open, offer once to go on with it.",
      tools: ["get_balance", "list_transactions", "list_alerts", "transfer"],
      requires: { verified: true },
      goesTo: [
        { to: "mortgage", by: ["model"], say: "Tell the caller that a colleague for mortgages takes over." },
      ],
      // Asked for by nearly everybody: fetched before anybody asks, and dropped by a transfer.
      prefetch: [
        { tool: "get_balance", arguments: { account: "checking" }, when: { verified: true } },
        { tool: "list_alerts", when: { verified: true } },
      ],
    },
    mortgage: {
      purpose: "Mortgages: rates, what a loan costs, whether the caller could have one.",
      voice: "matthew",
      prompt: "You are the bank's colleague for mortgages. Ask the adviser; do no sums of your own.",
      tools: ["ask_mortgage_adviser", "check_eligibility"],
      requires: { verified: true },
      goesTo: [{ to: "banking", by: ["model"], say: "Tell the caller that you are putting them back." }],
      carries: "summary",
    },
  },
  start: "sign_in",
});
