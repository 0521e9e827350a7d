/**
 * The card by which an A2A agent is found. Source: Agent2Agent protocol 0.3.0, AgentCard.
 */
export const A2A_VERSION = "0.3.0";

/** @param url Where the agent takes its messages. */
export const agentCard = (url: string) => ({
  protocolVersion: A2A_VERSION,
  name: "mortgage-specialist",
  description: "Answers questions about mortgages and accounts of a small bank.",
  url,
  preferredTransport: "JSONRPC",
  version: "1.0.0",
  capabilities: { streaming: true, pushNotifications: false, stateTransitionHistory: false },
  defaultInputModes: ["text/plain"],
  defaultOutputModes: ["text/plain"],
  skills: [
    {
      id: "mortgage-rates",
      name: "Mortgage rates",
      description: "Today's interest rates, and what a loan costs a month.",
      tags: ["mortgage", "rates"],
      examples: ["What are the mortgage rates today?"],
    },
  ],
});
