/**
 * Finds the agent behind a sub-agent's tool, or says what is missing for it. Nobody is asked anything yet.
 */
import type { AgentDefinition, SubAgentKind, SubAgentSource } from "../agent/agent.ts";
import { remoteUrl } from "../agent/remote.ts";
import { parseRuntimeArn } from "../agent/runtime-arn.ts";
import type { Signing } from "../aws/call.ts";
import { AGENTCORE_SERVICE, agentcoreEndpoint, bedrockEndpoint, invocationsUrl } from "../aws/endpoint.ts";
import { randomIds } from "../base/ids.ts";
import { err, ok, type Result } from "../base/result.ts";
import { A2aAgent } from "./a2a-agent.ts";
import { AgentCoreAgent } from "./agent-core-agent.ts";
import { BedrockAgent } from "./bedrock-agent.ts";
import { noBinding } from "./missing-bindings.ts";
import type { SubAgent } from "./sub-agent.ts";
import type { SubAgentBinding } from "./sub-agent-contract.ts";
import { type AwsSettings, callerFor, inEnv, readConfigured, type Surroundings } from "./surroundings.ts";
import type { ToolBox } from "./tool-runner.ts";
import { WorkerAgent } from "./worker-agent.ts";

export interface OpenedSubAgent {
  readonly agent: SubAgent;
  /** Of its own tools, those that could not be had. */
  readonly missing: ToolBox["missing"];
}

/** Opens a box for a sub-agent's own tools: given, since the two would otherwise import each other. */
export type OpenTools = (agent: Pick<AgentDefinition, "tools">, name: string) => Promise<ToolBox>;

const NO_CREDENTIALS = "there are no AWS credentials to sign with";

type Opened = Result<OpenedSubAgent, string>;

export async function openSubAgent(
  { tool, agent }: SubAgentSource,
  around: Surroundings,
  openTools: OpenTools,
): Promise<Opened> {
  switch (agent.kind) {
    case "bedrock":
      return around.aws ? openBedrock(tool.name, agent, around, around.aws, openTools) : err(NO_CREDENTIALS);
    case "agent_core":
      return around.aws ? openAgentCore(tool.name, agent, around, around.aws) : err(NO_CREDENTIALS);
    case "a2a":
      return openA2a(agent, around);
    case "worker":
      return openWorker(tool.name, agent.binding, around);
  }
}

async function openBedrock(
  name: string,
  kind: Extract<SubAgentKind, { kind: "bedrock" }>,
  around: Surroundings,
  aws: AwsSettings,
  openTools: OpenTools,
): Promise<Opened> {
  const region = kind.region ?? around.region;
  const base = bedrockEndpoint({ region, endpoint: aws.endpoint });
  if (!base.ok) return base;
  const tools = await openTools(kind, name);
  const signing = signingFor("bedrock", region, aws, around);
  const { timers, segments } = around;
  const agent = new BedrockAgent({ kind, base: base.value, signing, tools, timers, segments });
  return ok({ agent, missing: tools.missing });
}

function openAgentCore(
  name: string,
  kind: Extract<SubAgentKind, { kind: "agent_core" }>,
  around: Surroundings,
  aws: AwsSettings,
): Opened {
  const arn = readConfigured(kind.runtimeArn, around.env);
  if (!arn.ok) return arn;
  const named = parseRuntimeArn(arn.value);
  if (named === null) return err("it is not the ARN of an AgentCore runtime");
  const region = kind.region ?? named.region;
  const base = agentcoreEndpoint({ region, endpoint: aws.agentcoreEndpoint });
  if (!base.ok) return base;
  const url = invocationsUrl(base.value, named.arn, kind.qualifier);
  const signing = signingFor(AGENTCORE_SERVICE, region, aws, around);
  const { tells = [] } = kind;
  return found(new AgentCoreAgent({ name, url, signing, timers: around.timers, tells }));
}

function openA2a(kind: Extract<SubAgentKind, { kind: "a2a" }>, around: Surroundings): Opened {
  const address = readConfigured(kind.url, around.env);
  if (!address.ok) return address;
  const url = remoteUrl(address.value);
  if (!url.ok) return err(`its address will not do: ${url.error}`);
  const caller = callerFor(kind.auth, url.value, around);
  if (!caller.ok) return caller;
  const { streaming, tells = [] } = kind;
  return found(new A2aAgent({ url: url.value, caller: caller.value, streaming, ids: randomIds, tells }));
}

function openWorker(tool: string, name: string, around: Surroundings): Opened {
  const binding = inEnv(around.env, name);
  if (binding === undefined) return err(noBinding(name));
  if (!isSubAgentBinding(binding)) return err(`${name} is not a service binding to a sub-agent's Worker`);
  return found(new WorkerAgent(binding, (cause) => around.trouble(tool, cause, "word")));
}

const found = (agent: SubAgent): Opened => ok({ agent, missing: [] });

const signingFor = (service: string, region: string, aws: AwsSettings, { clock }: Surroundings): Signing => ({
  service,
  region,
  credentials: aws.credentials,
  now: () => clock.now(),
});

/** A service binding shows every method anybody asks for; that it has them is only known when they are called. */
const isSubAgentBinding = (value: unknown): value is SubAgentBinding =>
  ((typeof value === "object" && value !== null) || typeof value === "function") &&
  typeof Reflect.get(value, "ask") === "function";
