/**
 * The agent that the tests cut into pieces: a bank that signs its callers in.
 */
import * as z from "zod";
import { subAgent, worker } from "../../../src/agent/sub-agent-list.ts";
import { binding, clientTool } from "../../../src/agent/tool-list.ts";

export const tools = [
  binding("BANK_TOOLS", { only: ["verify_identity", "get_balance", "transfer"] }),
  subAgent({ name: "mortgage_advisor", description: "Knows mortgages.", agent: worker("MORTGAGES") }),
  clientTool({ name: "show_card", description: "Shows a card.", input: z.object({}) }),
] as const;

export const facts = {
  verified: { description: "the caller has signed in", setBy: ["verify_identity"] },
  customer: { secret: true, setBy: ["verify_identity"] },
} as const;

/** As a builder writes it. */
export const bank = {
  name: "bank",
  prompt: "You are the voice of a bank.",
  voice: "tiffany",
  tools,
  facts,
  segments: {
    sign_in: {
      purpose: "Finds out who is calling",
      prompt: "Ask for the customer number.",
      tools: ["verify_identity"],
      goesTo: [{ to: "banking", when: { verified: true } }],
      carries: "facts",
    },
    banking: {
      requires: { verified: true },
      tools: ["get_balance", "transfer"],
      goesTo: ["mortgage", { to: "sign_in", by: ["client"] }],
      prefetch: [{ tool: "get_balance", arguments: { account: "checking" }, when: { verified: true } }],
      sees: { facts: ["verified"], talk: ["mortgage"] },
    },
    mortgage: {
      voice: "matthew",
      opening: "Introduce yourself as the mortgage adviser in one sentence.",
      tools: ["mortgage_advisor"],
      goesTo: [{ to: "banking", say: "Say that you hand back to the bank." }],
      budget: { ms: 600_000, turns: 20, tokens: 50_000, to: "banking" },
      carries: { turns: 2 },
    },
  },
} as const;
