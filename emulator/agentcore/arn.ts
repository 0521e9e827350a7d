/**
 * Names of agent runtimes. Source: AgentCore data plane API reference, InvokeAgentRuntime.
 */
export interface RuntimeName {
  /** Undefined when only the id was given. */
  readonly region?: string;
  readonly account?: string;
  /** The name that its owner gave it: the id without its random end. */
  readonly name: string;
  /** The ARN or id as it was given: what sessions belong to. */
  readonly given: string;
}

const ARN = /^arn:aws(?:-[a-z]+)*:bedrock-agentcore:([a-z0-9-]+):(\d{12}):runtime\/([^/]+)$/;
const ID = /^([a-zA-Z][a-zA-Z0-9_]{0,99})-[a-zA-Z0-9]{10}$/;

/**
 * Reads the ARN, or the id with its account.
 * @param encoded As it stands in the path.
 */
export function readRuntimeName(encoded: string, accountId: string | undefined): RuntimeName | undefined {
  let given: string;
  try {
    given = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  const [, region, account, id] = ARN.exec(given) ?? [];
  const name = ID.exec(id ?? given)?.[1];
  if (name === undefined) return undefined;
  if (region !== undefined && account !== undefined) return { region, account, name, given };
  return /^\d{12}$/.test(accountId ?? "") ? { name, given } : undefined;
}
