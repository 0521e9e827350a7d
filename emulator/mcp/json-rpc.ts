/**
 * JSON-RPC 2.0 as MCP and A2A use it: one message in, at most one out. Source: jsonrpc.org/specification.
 */
import * as z from "zod";

const id = z.union([z.string(), z.number()]);

const message = z.object({
  jsonrpc: z.literal("2.0"),
  id: id.optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

export type RpcId = z.infer<typeof id>;

export type RpcMessage =
  | { readonly type: "request"; readonly id: RpcId; readonly method: string; readonly params: RpcParams }
  /** Nothing is answered: a notification, or the client's answer to us. */
  | { readonly type: "unanswered" }
  | { readonly type: "wrong"; readonly error: RpcError };

export type RpcParams = Readonly<Record<string, unknown>>;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export const PARSE_ERROR: RpcError = { code: -32700, message: "Parse error" };
export const INVALID_REQUEST: RpcError = { code: -32600, message: "Invalid Request" };
export const METHOD_NOT_FOUND: RpcError = { code: -32601, message: "Method not found" };
export const INTERNAL_ERROR: RpcError = { code: -32603, message: "Internal error" };
export const invalidParams = (why: string): RpcError => ({ code: -32602, message: why });

export function readMessage(body: Uint8Array): RpcMessage {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return { type: "wrong", error: PARSE_ERROR };
  }
  const parsed = message.safeParse(value);
  if (!parsed.success) return { type: "wrong", error: INVALID_REQUEST };
  const { method, params = {} } = parsed.data;
  if (method === undefined || parsed.data.id === undefined) {
    const isAnswer = method === undefined && typeof value === "object" && value !== null && hasOutcome(value);
    return method !== undefined || isAnswer
      ? { type: "unanswered" }
      : { type: "wrong", error: INVALID_REQUEST };
  }
  return { type: "request", id: parsed.data.id, method, params };
}

const hasOutcome = (value: object): boolean => "result" in value || "error" in value;

export const rpcResult = (of: RpcId, result: unknown) => ({ jsonrpc: "2.0", id: of, result });
/** Without an id, where the request could not be read. */
export const rpcError = (of: RpcId | null, error: RpcError) => ({ jsonrpc: "2.0", id: of, error });
