/**
 * How a builder lists the tools of an MCP server.
 */
import type { CallOptions } from "./call-policy.ts";
import type { Offers, Renamed } from "./offers.ts";
import type { Auth, Configured, Tells } from "./remote.ts";

/** Which of a source's tools are offered, under which names, and what may be done with their answers. */
export interface Selection<
  Name extends string = string,
  Renames extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
> {
  /** Narrows them, by the names the source gives them. */
  readonly only?: readonly Name[];
  /** Other names to offer them under: `{ "bank___get_balance": "get_balance" }`. */
  readonly rename?: Renames;
  /** By the source's names: overrules what a tool says of its own calls. */
  readonly calls?: Readonly<Record<string, CallOptions>>;
}

export interface McpOptions<
  Name extends string = string,
  Renames extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
> extends Selection<Name, Renames> {
  /** What the server is called in logs and errors. */
  readonly name: string;
  /** Its streamable HTTP endpoint: `https://{gateway}.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp`. */
  readonly url: Configured;
  /** By default none. */
  readonly auth?: Auth;
  /** Facts that the server is told with every call, by name, secret ones too. By default none. */
  readonly tells?: Tells;
}

export type ListedMcp = { readonly type: "mcp" } & McpOptions;

/** The tools of an MCP server over streamable HTTP, such as an AgentCore Gateway. It lists them when a session starts. */
export const mcp = <
  const Name extends string = string,
  const Renames extends Readonly<Record<string, string>> = Record<never, never>,
>(
  options: McpOptions<Name, Renames>,
): ListedMcp & Offers<Renamed<Name, Renames>> => ({ ...options, type: "mcp" });
