/**
 * The tools of an MCP server, as a source of an agent's tools. The server may be missing, slow, wrong or hostile.
 */
import type { ToolSource } from "../agent/agent.ts";
import { remoteUrl } from "../agent/remote.ts";
import { describeCallFailure } from "../aws/call-failure.ts";
import { foreignWords } from "../aws/foreign-words.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ToolOutcome } from "../conversation/events.ts";
import { badArguments, failed } from "../conversation/tool-failure.ts";
import { callOutcome } from "./call-outcome.ts";
import type { Described } from "./describe-binding.ts";
import { forTheEar } from "./for-the-ear.ts";
import type { RpcFailure } from "./json-rpc.ts";
import { McpServer } from "./mcp-server.ts";
import type { Run } from "./open-box.ts";
import { plainJson } from "./plain-json.ts";
import type { Trouble } from "./run-body.ts";
import { callerFor, readConfigured, type Surroundings } from "./surroundings.ts";
import { within } from "./time-limit.ts";
import { answered } from "./tool-answer.ts";
import { readWord } from "./tool-word.ts";
import { toldFacts } from "./trusted-context.ts";

export interface AskedServer {
  readonly server: McpServer;
  readonly described: Described;
}

type McpSource = Extract<ToolSource, { type: "mcp" }>;

/** What the server lists, or why that is not known. Never rejects. */
export async function askServer(
  source: McpSource,
  around: Surroundings,
): Promise<Result<AskedServer, string>> {
  const address = readConfigured(source.url, around.env);
  if (!address.ok) return address;
  const url = remoteUrl(address.value);
  if (!url.ok) return err(`its address will not do: ${url.error}`);
  const caller = callerFor(source.auth, url.value, around);
  if (!caller.ok) return caller;
  const server = new McpServer(url.value, caller.value);
  // Whom one asks decides what is listed; within a deployment a setting has one value.
  const key = `${url.value} ${JSON.stringify(source.auth)}`;
  const known = around.cache.get(key);
  if (known) return ok({ server, described: known });
  const over = new AbortController();
  const waited = await within(() => server.list({ timeoutMs: LIMITS.toolDescribeMs, signal: over.signal }), {
    ms: LIMITS.toolDescribeMs,
    timers: around.timers,
  });
  over.abort();
  if (waited.type !== "answered") return err(`tools/list did not answer within ${LIMITS.toolDescribeMs} ms`);
  if (!waited.value.ok) return err(`tools/list failed: ${describeRpcFailure(waited.value.error)}`);
  const described = waited.value.value;
  around.cache.keep(key, described);
  return ok({ server, described });
}

/** A Gateway's own search for tools: a voice model could find tools with it that it then cannot call. */
export const isSearch = (name: string): boolean => name.startsWith("x_amz_bedrock_agentcore_");

/** What this gateway and its tools' servers tell each other beside arguments and results. */
const META_FACTS = "antiphon/facts";
const META_NEXT = "antiphon/next";

/** Runs one tool of the server, which is told the facts that `tells` names. */
export const callServer =
  (
    server: McpServer,
    name: string,
    tells: readonly string[],
    { trouble }: { readonly trouble: Trouble },
  ): Run =>
  async (call, context, signal, progress) => {
    const facts = toldFacts(context.facts, tells);
    const meta = Object.keys(facts).length === 0 ? {} : { [META_FACTS]: facts };
    const answer = await server.call(name, isJsonObject(call.arguments) ? call.arguments : {}, meta, {
      timeoutMs: call.timeoutMs,
      signal,
      progress: (words) => {
        const { say } = forTheEar(words, LIMITS.subAgentProgressChars);
        if (say !== "") progress(say);
      },
    });
    if (!answer.ok) return answered(failure(call.name, answer.error, trouble));
    const { isError, value, meta: told } = answer.value;
    if (isError) return answered(toldError(call.name, value, trouble));
    const outcome = toldValue(call.name, value, trouble);
    if (outcome.status === "failed") return answered(outcome);
    const word = { facts: told[META_FACTS], next: told[META_NEXT] };
    return answered(
      outcome,
      readWord(word, (cause) => trouble(call.name, cause, "word")),
    );
  };

function toldValue(tool: string, value: Json, trouble: Trouble): ToolOutcome {
  const copy = plainJson(value, LIMITS.toolResultBytes);
  if (copy.ok) return { status: "ok", value: copy.value };
  trouble(tool, copy.error.cause);
  return failed(copy.error.reason);
}

/** MCP means these words for the model: what was wrong and what to try. */
function toldError(tool: string, value: Json, trouble: Trouble): ToolOutcome {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  trouble(tool, foreignWords(text));
  const { say } = forTheEar(foreignWords(text), LIMITS.toolSayChars);
  return say === "" || LOOKS_INTERNAL.test(text) ? failed("threw") : failed("threw", say);
}

/** A stack, an exception's class or a path: nothing that was written for a caller. */
const LOOKS_INTERNAL = /Traceback|\n\s*at |\b\w+(?:Error|Exception)\b|\b0x[0-9a-f]{6,}|(?:\/[\w.-]+){3,}/;

/** JSON-RPC's own codes: https://www.jsonrpc.org/specification#error_object */
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;

function failure(tool: string, cause: RpcFailure, trouble: Trouble): ToolOutcome {
  trouble(tool, describeRpcFailure(cause));
  if (cause.type !== "error") return callOutcome(cause);
  if (cause.code === METHOD_NOT_FOUND) return failed("unknown_tool");
  if (cause.code !== INVALID_PARAMS) return failed("threw");
  return badArguments(
    forTheEar(foreignWords(cause.message), 200).say.replace(/\.$/, "") || "They were refused",
  );
}

/** One line for a log. */
export const describeRpcFailure = (failure: RpcFailure): string =>
  failure.type === "error"
    ? foreignWords(`error ${failure.code}: ${failure.message}`)
    : describeCallFailure(failure);
