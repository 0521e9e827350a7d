/**
 * Pattern 2, sub-agents as tools: the voice model knows three doors and no details. Behind two of them are agents with
 * a prompt, tools and a memory of their own: a text model on Bedrock, and a Worker.
 */
import { bedrock, binding, defineAgent, subAgent, worker } from "../../../src/index.ts";

export const withSubAgents = defineAgent({
  name: "bank-sub-agent",
  voice: "tiffany",
  prompt:
    "You are the voice of Fernbank. Sign the caller in with an account number and the date of birth before anything " +
    "about their accounts. Pass questions on to the right specialist, and say what it answers in your own words.",
  greeting: "Greet the caller as Fernbank, in one sentence, and ask how you can help.",
  facts: {
    verified: { setBy: ["verify_identity"], description: "the caller has signed in" },
    customer: { setBy: ["verify_identity"], secret: true },
    name: { setBy: ["verify_identity"], description: "the caller's first name" },
  },
  tools: [
    binding("BANK_TOOLS", { only: ["verify_identity"] }),
    subAgent({
      name: "ask_banking",
      description:
        "Looks after the caller's checking and savings accounts: tells balances, transactions and alerts, and moves " +
        "money between them.",
      requires: { verified: true },
      agent: bedrock({
        prompt:
          "You look after the accounts of one customer of a bank. Your answer is spoken: two sentences at most, no " +
          "lists, no symbols. Before you move money, ask back whether the amount and both accounts are right.",
        tools: [
          binding("BANK_TOOLS", { only: ["get_balance", "list_transactions", "list_alerts", "transfer"] }),
        ],
      }),
    }),
    subAgent({
      name: "ask_mortgage_adviser",
      description:
        "Answers questions about mortgages: rates, what a loan costs, whether the caller could have it.",
      requires: { verified: true },
      supersede: true,
      agent: worker("MORTGAGE"),
    }),
  ],
});
