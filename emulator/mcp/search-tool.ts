/**
 * The Gateway's own tool that finds others by meaning; here by the words they share.
 */
import { meaning } from "../mind/words.ts";
import type { GatewayTool } from "./gateway-tool.ts";

export const SEARCH_TOOL = "x_amz_bedrock_agentcore_search";
/** As many as are worth a model's attention. */
const MOST = 10;

export function createSearchTool(tools: readonly GatewayTool[]): GatewayTool {
  return {
    name: SEARCH_TOOL,
    description: "A special tool that returns a trimmed down list of tools given a context.",
    inputSchema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
    call(args) {
      const query = typeof args === "object" && args !== null && "query" in args ? args.query : undefined;
      if (typeof query !== "string") {
        return { type: "result", text: "Invalid arguments: query: it must be a string", isError: true };
      }
      const wanted = meaning(query);
      const found = tools
        .map((tool) => ({
          tool,
          score: [...meaning(`${tool.name} ${tool.description}`)].filter((word) => wanted.has(word)).length,
        }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, MOST)
        .map(({ tool: { name, description, inputSchema } }) => ({ name, description, inputSchema }));
      const structured = { tools: found };
      return { type: "result", text: JSON.stringify(structured), isError: false, structured };
    },
  };
}
