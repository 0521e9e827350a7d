/**
 * Names of agents that are hosted on AgentCore Runtime: what an agent's `model` may be besides a speech model's id.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockagentcore.html
 */

/** As far as TypeScript can tell one from a model's id. */
export type RuntimeArn = `arn:aws${string}:bedrock-agentcore:${string}:${string}:runtime/${string}`;

export interface RuntimeName {
  /** The runtime's own ARN, without an endpoint. */
  readonly arn: string;
  readonly region: string;
  /** The runtime's endpoint: the version that answers. AgentCore makes one called DEFAULT. */
  readonly qualifier: string;
}

const DEFAULT_QUALIFIER = "DEFAULT";
const RUNTIME =
  /^(arn:aws[a-z-]*:bedrock-agentcore:([a-z]{2}(?:-[a-z]+)+-\d{1,2}):\d{12}:runtime\/[A-Za-z][\w-]{0,127})(?:\/runtime-endpoint\/([A-Za-z]\w{0,47}))?$/;

/** Reads the ARN of a runtime, or of one of its endpoints; null for anything else. */
export const parseRuntimeArn = (text: string): RuntimeName | null => {
  const [, arn, region, qualifier = DEFAULT_QUALIFIER] = RUNTIME.exec(text) ?? [];
  return arn === undefined || region === undefined ? null : { arn, region, qualifier };
};

/** Whether it means to be one: then its mistakes are a builder's, and not another model's name. */
export const looksLikeRuntimeArn = (text: string): text is RuntimeArn =>
  /^arn:aws[a-z-]*:bedrock-agentcore:/.test(text);

/** An agent, or a segment, where it is served from under `override`, the setting AWS_REGION: then nowhere else. */
export const placedIn = <
  A extends { readonly model: string; readonly region: string; readonly regions?: readonly string[] },
>(
  agent: A,
  override: string | null,
): A => {
  if (override === null || parseRuntimeArn(agent.model) !== null) return agent;
  return { ...agent, region: override, ...(agent.regions && { regions: [override] }) };
};

/** An agent's region: `override` (the setting AWS_REGION) moves models, but a runtime is where its ARN says. */
export const regionOf = (
  agent: { readonly model: string; readonly region: string },
  override: string | null,
): string => parseRuntimeArn(agent.model)?.region ?? override ?? agent.region;
