/**
 * AgentCore Gateway: MCP over streamable HTTP, one POST for one message, with a bearer token or a signature.
 * Sources: AgentCore Gateway developer guide; Model Context Protocol, streamable HTTP transport.
 */
import type { BankTool } from "../bank/bank.ts";
import type { Clock } from "../clock.ts";
import { type Refusal, refusalFor } from "../doors/refusal.ts";
import { authenticate, bearerToken, type Gatekeeper } from "../services/authenticate.ts";
import { acceptedMedia, type Media, SSE_HEADERS, sse } from "../services/media.ts";
import {
  type Answer,
  type Call,
  type OrderedRefusal,
  type Piece,
  type Service,
  whole,
} from "../services/service.ts";
import { wait } from "../services/wait.ts";
import { type GatewayTool, jsonResult, type ToolOutcome } from "./gateway-tool.ts";
import { HOSTILE_TOOLS } from "./hostile-tools.ts";
import { INTERNAL_ERROR, INVALID_REQUEST, type RpcId, readMessage, rpcError, rpcResult } from "./json-rpc.ts";
import { PROTOCOL_VERSIONS, runMethod } from "./methods.ts";
import { createSearchTool } from "./search-tool.ts";

export interface McpOptions {
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  /** Read at every call: a reset makes a new bank. */
  getBank(): readonly BankTool[];
}

export function createMcp({ gatekeeper, clock, getBank }: McpOptions): Service {
  const toolsAt = (isHostile: boolean): readonly GatewayTool[] => {
    const own = isHostile ? HOSTILE_TOOLS : getBank().map(fromBank);
    return [createSearchTool(own), ...own];
  };

  const serve = async (call: Call, isHostile: boolean): Promise<Answer> => {
    const caller = await authenticate(call.request, gatekeeper, "bedrock-agentcore", WRONG_TOKEN);
    if (!caller.ok) return unauthorised(call, caller.error);
    const headerFault = headerComplaint(call);
    if (headerFault !== undefined) return headerFault;
    const [media] = acceptedMedia(call.request.headers.accept);
    if (media === undefined) {
      return whole(
        406,
        rpcError(null, { ...INVALID_REQUEST, message: "Accept must include application/json" }),
      );
    }
    const message = readMessage(call.request.body);
    if (message.type === "wrong") return whole(400, rpcError(null, message.error));
    if (message.type === "unanswered") return { type: "whole", status: 202, headers: {}, body: "" };
    const named = call.request.headers["mcp-method"];
    if (named !== undefined && named !== message.method) {
      const why = `Header mismatch: Mcp-Method is ${named}, the body's method is ${message.method}`;
      return whole(400, rpcError(message.id, { code: -32001, message: why }));
    }
    const done = runMethod(message.method, message.params, toolsAt(isHostile));
    if (done.type === "error") return reply(media, rpcError(message.id, done.error), []);
    if (done.type === "result") return reply(media, rpcResult(message.id, done.result), []);
    return replyTool(done.outcome, message.id, media, progressOf(message.params), call);
  };

  const replyTool = async (
    outcome: ToolOutcome,
    id: RpcId,
    media: Media,
    progress: readonly unknown[],
    call: Call,
  ): Promise<Answer> => {
    if (outcome.type === "hang") {
      await wait(clock, undefined, call.signal);
      return { type: "cut" };
    }
    if (outcome.type === "raw" && outcome.body !== "EMPTY") return raw(media, outcome.body);
    if (outcome.type === "raw") return reply(media, rpcResult(id, {}), progress);
    const content = [{ type: "text", text: outcome.text }];
    const structured = outcome.structured === undefined ? {} : { structuredContent: outcome.structured };
    return reply(media, rpcResult(id, { content, ...structured, isError: outcome.isError }), progress);
  };

  return {
    name: "mcp",
    route(method, path) {
      const isHostile = path === "/mcp/hostile";
      if (path !== "/mcp" && !isHostile) return undefined;
      if (method === "POST") return { name: "InvokeGateway", serve: (call) => serve(call, isHostile) };
      // There are no streams to listen to and no sessions to end.
      return {
        name: method,
        serve: async () => whole(405, rpcError(null, INVALID_REQUEST), { allow: "POST" }),
      };
    },
    refuse: ({ status, errorType, message }: OrderedRefusal) => {
      const refusal = refusalFor(status, errorType, message);
      const error = { ...INTERNAL_ERROR, message: refusal.message };
      return whole(status, rpcError(null, error), { "x-amzn-errortype": refusal.errorType });
    },
    reset() {},
  };
}

const fromBank = ({ name, description, inputSchema, call }: BankTool): GatewayTool => ({
  name,
  description,
  inputSchema,
  call(args) {
    const done = call(args);
    return done.ok ? jsonResult(done.value) : { type: "result", text: done.why, isError: true };
  },
});

const WRONG_TOKEN: Refusal = {
  status: 401,
  errorType: "UnauthorizedException",
  message: "Invalid Bearer token",
};

/** With a token the Gateway speaks JSON-RPC; with a signature AWS's front end answers before it. */
function unauthorised(call: Call, refusal: Refusal): Answer {
  const isNothing =
    call.request.headers.authorization === undefined && !call.request.query.has("X-Amz-Signature");
  if (bearerToken(call.request) === undefined && !isNothing) {
    return whole(refusal.status, { message: refusal.message }, { "x-amzn-errortype": refusal.errorType });
  }
  const message = isNothing ? "Missing Bearer token" : refusal.message;
  const challenge = isNothing ? "Bearer" : 'Bearer error="invalid_token"';
  return whole(401, rpcError(0, { code: -32001, message }), { "www-authenticate": challenge });
}

function headerComplaint(call: Call): Answer | undefined {
  const { headers } = call.request;
  if (!/^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")) {
    return whole(
      415,
      rpcError(null, { ...INVALID_REQUEST, message: "Content-Type must be application/json" }),
    );
  }
  const version = headers["mcp-protocol-version"];
  if (version === undefined || PROTOCOL_VERSIONS.some((known) => known === version)) return undefined;
  const message = `Unsupported MCP protocol version: ${version}. Supported versions: ${PROTOCOL_VERSIONS.join(", ")}`;
  return whole(400, rpcError(null, { ...INVALID_REQUEST, message }));
}

/** A notification of progress for a client that gave a token for it. */
function progressOf({ _meta }: Readonly<Record<string, unknown>>): readonly unknown[] {
  const progressToken =
    typeof _meta === "object" && _meta !== null && "progressToken" in _meta ? _meta.progressToken : undefined;
  if (progressToken === undefined) return [];
  const params = { progressToken, progress: 1, total: 2, message: "The tool is at work" };
  return [{ jsonrpc: "2.0", method: "notifications/progress", params }];
}

/** Notifications need a stream to come in; JSON has the response only. */
function reply(media: Media, response: object, notifications: readonly unknown[]): Answer {
  if (media === "application/json") return whole(200, response);
  return stream([...notifications, response].map((each) => sse("message", each, "message")));
}

function raw(media: Media, body: string): Answer {
  if (media === "application/json")
    return { type: "whole", status: 200, headers: { "content-type": media }, body };
  return stream([{ name: "raw", body, bytes: `event: message\ndata: ${body}\n\n` }]);
}

function stream(list: readonly Piece[]): Answer {
  async function* pieces(): AsyncGenerator<Piece> {
    yield* list;
  }
  return {
    type: "stream",
    headers: SSE_HEADERS,
    pieces: pieces(),
    broken: (_, message) => sse("error", rpcError(null, { ...INTERNAL_ERROR, message }), "message"),
  };
}
