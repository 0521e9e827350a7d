/**
 * A gateway whose agent has tools of an MCP server and of sub-agents, all at the emulator.
 */
import { a2a, agentCore, bedrock, defineAgent, gateway, mcp, subAgent } from "../../../src/index.ts";

const RUNTIME = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/files-a1B2c3D4e5";

const bankGateway = (only: readonly string[]) =>
  mcp({
    name: "bank gateway",
    url: { setting: "MCP_URL" },
    auth: { sigv4: { region: "us-east-1" } },
    only: [...only],
    rename: { banking___get_balance: "get_balance" },
  });

const parts = gateway({
  agents: [
    defineAgent({
      name: "specialists",
      prompt: "You are the voice of a bank. Ask your specialists.",
      fillers: { afterMs: 600, phrases: ["One moment, please.", "Nearly there."] },
      tools: [
        bankGateway(["banking___get_balance"]),
        subAgent({
          name: "ask_mortgages",
          description: "Answers questions about mortgages.",
          agent: bedrock({
            prompt: "You know everything about a mortgage.",
            tools: [
              mcp({
                name: "mortgage gateway",
                url: { setting: "MCP_URL" },
                auth: { sigv4: { region: "us-east-1" } },
                only: ["mortgage___get_rates"],
              }),
            ],
          }),
        }),
        subAgent({
          name: "ask_files",
          description: "Looks into the caller's files and documents.",
          agent: agentCore({ runtimeArn: RUNTIME }),
        }),
        subAgent({
          name: "ask_insurance",
          description: "Answers questions about insurance.",
          agent: a2a({ url: { setting: "A2A_URL" }, auth: { bearer: { setting: "A2A_TOKEN" } } }),
        }),
        subAgent({
          name: "ask_endless",
          description: "Ponders the endless riddle.",
          agent: bedrock({
            prompt: "You are an endless thinker.",
            tools: [
              mcp({
                name: "riddle gateway",
                url: { setting: "MCP_URL" },
                auth: { sigv4: { region: "us-east-1" } },
                only: ["mortgage___get_rates"],
              }),
            ],
            limits: { rounds: 3 },
          }),
        }),
      ],
    }),
  ],
});

export class VoiceSession extends parts.VoiceSession {}
export default parts.worker;
