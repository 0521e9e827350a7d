/**
 * How tools are listed in a JSON document: what `binding()`, `mcp()`, `clientTool()` and `subAgent()` note, with the
 * JSON Schema of their arguments. A function cannot be written there.
 */
import * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import { CALL_OPTIONS } from "./call-policy.ts";
import { mcp } from "./mcp-list.ts";
import { ANY_JSON } from "./segment-options.ts";
import { subAgent } from "./sub-agent-list.ts";
import { binding, clientTool, type ListedTool } from "./tool-list.ts";

const CONFIGURED = z
  .union([z.string(), z.strictObject({ setting: z.string() })])
  .describe("A value, or the gateway's setting that holds it");

const AUTH = z
  .union([
    z.literal("none"),
    z.strictObject({ bearer: z.strictObject({ setting: z.string() }) }),
    z.strictObject({
      sigv4: z.strictObject({ region: z.string().exactOptional(), service: z.string().exactOptional() }),
    }),
  ])
  .describe("How a call is authorised; by default not at all");

const INPUT = z
  .object({ type: z.literal("object"), properties: z.record(z.string(), ANY_JSON).exactOptional() })
  .catchall(ANY_JSON)
  .describe("JSON Schema of the arguments");

const SELECTION = {
  only: z.array(z.string()).describe("Narrows the tools, by the names the source gives them").exactOptional(),
  rename: z
    .record(z.string(), z.string())
    .describe("Other names to offer them under, by the source's names")
    .exactOptional(),
  calls: z
    .record(z.string(), CALL_OPTIONS)
    .describe("Overrules what a tool says of its own calls, by the source's names")
    .exactOptional(),
};

const BINDING = z
  .strictObject({
    type: z.literal("binding"),
    binding: z.string().describe("Its name in wrangler.toml"),
    ...SELECTION,
  })
  .describe("The tools of another Worker, behind a service binding");

const TELLS = z
  .array(z.string())
  .describe("Facts that it is told with every call, secret ones too; by default none");

const MCP = z
  .strictObject({
    type: z.literal("mcp"),
    name: z.string().describe("What the server is called in logs and errors"),
    url: CONFIGURED,
    auth: AUTH.exactOptional(),
    tells: TELLS.exactOptional(),
    ...SELECTION,
  })
  .describe("The tools of an MCP server over streamable HTTP");

const NAMED = {
  name: z.string().describe("Letters, digits, _ and -; at most 64"),
  description: z.string().describe("What it does and when to use it: the model decides by these words"),
};
const TIMEOUT = z.number().positive().max(LIMITS.toolLongestMs);

const CLIENT = z
  .strictObject({
    type: z.literal("client"),
    ...NAMED,
    input: INPUT,
    timeoutMs: TIMEOUT.describe("Ms after which the model is told that it timed out").exactOptional(),
  })
  .describe("A tool that the client runs");

const OWN_TOOL = z
  .discriminatedUnion("type", [BINDING, MCP])
  .transform(({ type, ...rest }): ListedTool => ("url" in rest ? mcp(rest) : binding(rest.binding, rest)));

const SUB_AGENT_KIND = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("bedrock"),
      model: z.string().exactOptional(),
      region: z.string().exactOptional(),
      prompt: z.string(),
      tools: z.array(OWN_TOOL).exactOptional(),
      limits: z
        .strictObject({
          rounds: z.number().exactOptional(),
          ms: z.number().exactOptional(),
          tokens: z.number().exactOptional(),
        })
        .exactOptional(),
    })
    .describe("A text model on Bedrock, with a prompt and tools of its own"),
  z
    .strictObject({
      kind: z.literal("agent_core"),
      runtimeArn: CONFIGURED,
      qualifier: z.string().exactOptional(),
      region: z.string().exactOptional(),
      tells: TELLS.exactOptional(),
    })
    .describe("An agent on AgentCore Runtime"),
  z
    .strictObject({
      kind: z.literal("a2a"),
      url: CONFIGURED,
      auth: AUTH.exactOptional(),
      streaming: z.boolean().exactOptional(),
      tells: TELLS.exactOptional(),
    })
    .describe("An agent that speaks A2A"),
  z
    .strictObject({ kind: z.literal("worker"), binding: z.string() })
    .describe("An agent in another Worker, behind a service binding"),
]);

const SUB_AGENT = z
  .strictObject({
    type: z.literal("sub_agent"),
    ...NAMED,
    input: INPUT.exactOptional(),
    agent: SUB_AGENT_KIND.describe("Who answers"),
    supersede: z.boolean().describe("Whether a new question calls off one that still runs").exactOptional(),
    sayChars: z.number().describe("Longest answer in characters").exactOptional(),
    ...CALL_OPTIONS.shape,
  })
  .describe("An agent of its own, offered as one tool");

/** One entry of a document's `tools`. */
export const TOOL_DOCUMENT = z
  .discriminatedUnion("type", [BINDING, MCP, CLIENT, SUB_AGENT])
  .transform((written): ListedTool => {
    switch (written.type) {
      case "binding": {
        const { type: _, binding: name, ...selection } = written;
        return binding(name, selection);
      }
      case "mcp": {
        const { type: _, ...options } = written;
        return mcp(options);
      }
      case "client": {
        const { type: _, ...tool } = written;
        return clientTool(tool);
      }
      case "sub_agent": {
        const { type: _, ...options } = written;
        return subAgent(options);
      }
    }
  });
