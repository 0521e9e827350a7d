/**
 * A client of an MCP server over streamable HTTP, with the two calls that tools take. The official library would do,
 * and would bring an HTTP server and sixteen packages into the Worker.
 * https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
 */
import * as z from "zod";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { parseJson } from "../base/parse-json.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type RpcAnswer, type RpcFailure, rpc } from "./json-rpc.ts";
import type { Caller } from "./surroundings.ts";

/** AgentCore Gateway speaks it and those around it. */
const PROTOCOL_VERSION = "2025-06-18";
const SESSION_HEADER = "mcp-session-id";

export interface McpTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

export interface McpList {
  readonly tools: readonly McpTool[];
  /** Tools that were listed so that they cannot be offered. */
  readonly unfit: readonly { readonly tool: string; readonly cause: string }[];
}

/** What a call came to, as the server says it. */
export interface McpAnswer {
  readonly isError: boolean;
  /** The structured content, or the text: read as JSON where it is JSON. */
  readonly value: Json;
  /** What the server tells beside it, to the program and not to the model. */
  readonly meta: JsonObject;
}

interface Waiting {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const LIST = z.object({ tools: z.array(z.json()), nextCursor: z.string().min(1).nullish() });

const TOOL = z.object({
  // No model takes other letters; but a server may use them, and the agent's list another name.
  name: z.string().min(1).max(256),
  title: z.string().nullish(),
  description: z.string().nullish(),
  inputSchema: z.custom<JsonObject>((schema) => isJsonObject(schema) && schema.type === "object", {
    error: "not a JSON Schema of an object",
  }),
});

const ANSWER = z.object({
  content: z.array(z.json()).default([]),
  structuredContent: z.custom<JsonObject>(isJsonObject).optional(),
  isError: z.boolean().default(false),
  _meta: z.custom<JsonObject>(isJsonObject).catch({}),
});

export class McpServer {
  readonly #url: string;
  readonly #caller: Caller;
  #id = 0;
  /** Some servers want to be greeted first, and give a session to name. */
  #session: { readonly headers: Readonly<Record<string, string>> } | null = null;

  constructor(url: string, caller: Caller) {
    this.#url = url;
    this.#caller = caller;
  }

  /** All that the server lists, page by page. `timeoutMs` is for each page; `signal` for all. */
  async list(waiting: Waiting): Promise<Result<McpList, RpcFailure>> {
    const tools: McpTool[] = [];
    const unfit: { tool: string; cause: string }[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < LIMITS.mcpListPages; page++) {
      const params: JsonObject = cursor === null ? {} : { cursor };
      const answer = await this.#ask("tools/list", params, waiting, LIMITS.mcpListBytes);
      if (!answer.ok) return answer;
      const parsed = LIST.safeParse(answer.value.result);
      if (!parsed.success) return err({ type: "unreadable", cause: "tools/list answered no list of tools" });
      for (const item of parsed.data.tools as readonly Json[]) {
        const tool = TOOL.safeParse(item);
        if (tool.success) tools.push(readTool(tool.data));
        else unfit.push({ tool: nameOf(item), cause: z.prettifyError(tool.error) });
      }
      const next: string | null = parsed.data.nextCursor ?? null;
      if (next === null || next === cursor) return ok({ tools, unfit });
      cursor = next;
    }
    return err({ type: "too_large", cause: `tools/list has more than ${LIMITS.mcpListPages} pages` });
  }

  /**
   * Calls a tool. `meta` is told to the server beside the arguments; `progress` hears what it says of how it gets on, as
   * the server says it.
   */
  async call(
    name: string,
    args: JsonObject,
    meta: JsonObject,
    waiting: Waiting & { readonly progress: (words: string) => void },
  ): Promise<Result<McpAnswer, RpcFailure>> {
    const progressToken = `${name}-${this.#id + 1}`;
    const params = { name, arguments: args, _meta: { ...meta, progressToken } };
    const answer = await this.#ask(
      "tools/call",
      params,
      waiting,
      LIMITS.mcpAnswerBytes,
      ({ method, params }) => {
        if (method !== "notifications/progress" || !isJsonObject(params)) return;
        if (typeof params.message === "string") waiting.progress(params.message);
      },
    );
    if (!answer.ok) return answer;
    const parsed = ANSWER.safeParse(answer.value.result);
    if (!parsed.success) return err({ type: "unreadable", cause: "tools/call answered no tool's result" });
    const { content, structuredContent, isError, _meta } = parsed.data;
    const value = structuredContent ?? contentOf(content as readonly Json[]);
    return ok({ isError, value, meta: _meta });
  }

  /** Asks as if no greeting were needed: a Gateway needs none. Who wants one refuses, having done nothing. */
  async #ask(
    method: string,
    params: JsonObject,
    waiting: Waiting,
    maxBytes: number,
    aside: (message: JsonObject) => void = () => {},
  ): Promise<Result<RpcAnswer, RpcFailure>> {
    const first = await this.#send(method, params, waiting, maxBytes, aside);
    if (first.ok || !wantsGreeting(first.error)) return first;
    const greeted = await this.#greet(waiting);
    return greeted ? this.#send(method, params, waiting, maxBytes, aside) : first;
  }

  #send(
    method: string,
    params: JsonObject,
    { timeoutMs, signal }: Waiting,
    maxBytes: number,
    aside: (message: JsonObject) => void,
  ): Promise<Result<RpcAnswer, RpcFailure>> {
    this.#id += 1;
    return rpc(this.#caller, {
      url: this.#url,
      headers: { "mcp-protocol-version": PROTOCOL_VERSION, ...this.#session?.headers },
      id: this.#id,
      method,
      params,
      timeoutMs,
      signal,
      limits: { maxBytes, streamBytes: maxBytes },
      aside,
    });
  }

  async #greet(waiting: Waiting): Promise<boolean> {
    this.#session = null;
    const hello = {
      protocolVersion: PROTOCOL_VERSION,
      capabilities: {},
      clientInfo: { name: "antiphon", version: "1" },
    };
    const answer = await this.#send("initialize", hello, waiting, LIMITS.mcpAnswerBytes, () => {});
    if (!answer.ok || !isJsonObject(answer.value.result)) return false;
    const id = answer.value.headers.get(SESSION_HEADER);
    const version = answer.value.result.protocolVersion;
    const headers = {
      ...(typeof version === "string" ? { "mcp-protocol-version": version } : {}),
      ...(id === null ? {} : { [SESSION_HEADER]: id }),
    };
    this.#session = { headers };
    const told = await this.#caller(
      {
        method: "POST",
        url: this.#url,
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }),
        timeoutMs: waiting.timeoutMs,
        signal: waiting.signal,
      },
      async () => ok(null),
    );
    return told.ok;
  }
}

/** 400 without a session and 404 for an old one, as the specification has it; some say it in JSON-RPC. */
const wantsGreeting = (failure: RpcFailure): boolean =>
  (failure.type === "refused" && (failure.status === 400 || failure.status === 404)) ||
  (failure.type === "error" && /initiali[sz]e|session/i.test(failure.message));

const readTool = ({ name, title, description, inputSchema }: z.output<typeof TOOL>): McpTool => ({
  name,
  description: description?.trim() || title?.trim() || name,
  inputSchema,
});

const nameOf = (item: Json): string =>
  isJsonObject(item) && typeof item.name === "string" ? item.name.slice(0, 64) : "(no name)";

/** The text of an answer. Pictures and sounds are not for a voice. */
function contentOf(content: readonly Json[]): Json {
  const texts = content.flatMap((block) => {
    if (!isJsonObject(block)) return [];
    if (block.type === "text" && typeof block.text === "string") return [block.text];
    const { resource } = block;
    return isJsonObject(resource) && typeof resource.text === "string" ? [resource.text] : [];
  });
  const text = texts.join("\n");
  if (texts.length === 0) return null;
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : text;
}
