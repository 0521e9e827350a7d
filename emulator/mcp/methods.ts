/**
 * The methods of MCP that a Gateway answers. Source: Model Context Protocol, revisions named below.
 */
import type { GatewayTool, ToolOutcome } from "./gateway-tool.ts";
import { invalidParams, METHOD_NOT_FOUND, type RpcError, type RpcParams } from "./json-rpc.ts";
import { SEARCH_TOOL } from "./search-tool.ts";

/** AgentCore Gateway's documentation; the last is stateless. */
export const PROTOCOL_VERSIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] as const;
const LATEST_WITH_INITIALIZE = "2025-11-25";

/** Small, so that a client which does not follow `nextCursor` is found out. */
const PAGE = 3;

export type Outcome =
  | { readonly type: "result"; readonly result: unknown }
  | { readonly type: "error"; readonly error: RpcError }
  | { readonly type: "tool"; readonly outcome: ToolOutcome };

const result = (value: unknown): Outcome => ({ type: "result", result: value });
const error = (of: RpcError): Outcome => ({ type: "error", error: of });

const ABOUT = {
  capabilities: { tools: { listChanged: false } },
  serverInfo: { name: "emulated-gateway", version: "1.0.0" },
} as const;

export function runMethod(method: string, params: RpcParams, tools: readonly GatewayTool[]): Outcome {
  switch (method) {
    case "initialize": {
      const asked = PROTOCOL_VERSIONS.find((version) => version === params.protocolVersion);
      if (typeof params.protocolVersion !== "string")
        return error(invalidParams("protocolVersion is missing"));
      return result({ protocolVersion: asked ?? LATEST_WITH_INITIALIZE, ...ABOUT });
    }
    case "server/discover":
      return result({ supportedVersions: PROTOCOL_VERSIONS, ...ABOUT });
    case "ping":
      return result({});
    case "tools/list":
      return listTools(params, tools);
    case "tools/call":
      return callTool(params, tools);
    default:
      return error(METHOD_NOT_FOUND);
  }
}

function listTools(params: RpcParams, tools: readonly GatewayTool[]): Outcome {
  const from = params.cursor === undefined ? 0 : positionOf(params.cursor);
  if (from === undefined || (from > 0 && from >= tools.length)) return error(invalidParams("Invalid cursor"));
  const page = tools.slice(from, from + PAGE).map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  const next = from + PAGE;
  return result({ tools: page, ...(next < tools.length ? { nextCursor: cursorAt(next) } : {}) });
}

const cursorAt = (position: number): string => Buffer.from(`at ${position}`).toString("base64url");

function positionOf(cursor: unknown): number | undefined {
  if (typeof cursor !== "string") return undefined;
  const position = /^at (\d{1,6})$/.exec(Buffer.from(cursor, "base64url").toString("utf8"))?.[1];
  return position === undefined ? undefined : Number(position);
}

function callTool(params: RpcParams, tools: readonly GatewayTool[]): Outcome {
  const { name, arguments: args = {} } = params;
  if (typeof name !== "string") return error(invalidParams("name is missing"));
  if (typeof args !== "object" || args === null || Array.isArray(args)) {
    return error(invalidParams("arguments must be an object"));
  }
  const tool = tools.find((each) => each.name === name);
  if (tool !== undefined) return { type: "tool", outcome: tool.call(args) };
  const hint = name.includes("___") || name === SEARCH_TOOL ? "" : "; a tool's name is target___tool";
  return error(invalidParams(`Unknown tool: ${name}${hint}`));
}
