/**
 * Puts the gateway together: the Worker that lets callers in, and the object that holds their sessions.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { parseRuntimeArn } from "../agent/runtime-arn.ts";
import { systemClock } from "../base/clock.ts";
import { randomIds } from "../base/ids.ts";
import { type VoiceSessionClass, type VoiceSessionOptions, voiceSession } from "../durable/voice-session.ts";
import { createAgentCoreVoice } from "../model/agentcore-voice/agentcore-voice.ts";
import { AGENTCORE_CAPABILITIES } from "../model/agentcore-voice/capabilities.ts";
import { unsupported } from "../model/capabilities.ts";
import { createNovaSonic } from "../model/nova-sonic/nova-sonic.ts";
import { createEdge } from "./edge.ts";
import type { SessionNamespace } from "./sessions.ts";

export interface GatewayOptions {
  /** The agents this gateway serves; at least one, each under a name of its own. */
  readonly agents: readonly AgentDefinition[];
}

/** What wrangler.toml must bind. */
export interface GatewayBindings {
  readonly SESSIONS: SessionNamespace;
}

export interface GatewayParts {
  /** The Worker's default export. */
  readonly worker: { fetch(request: Request, env: GatewayBindings): Response | Promise<Response> };
  /** To be exported under this name. */
  readonly VoiceSession: VoiceSessionClass;
}

/**
 * What a Worker exports to be a gateway: `worker` as its default, `VoiceSession` under that name, bound as `SESSIONS`.
 * Throws on agents that cannot be served: a builder's mistake shows at start-up.
 */
export function gateway({ agents }: GatewayOptions): GatewayParts {
  if (agents.length === 0)
    throw new Error("gateway({ agents }): the list is empty; give it at least one agent.");
  const twice = agents.find((agent, index) => agents.findIndex(({ name }) => name === agent.name) !== index);
  if (twice)
    throw new Error(`gateway({ agents }): two agents are named "${twice.name}"; give each its own name.`);

  for (const agent of agents.filter(isHosted)) {
    const problems = unsupported(agent, AGENTCORE_CAPABILITIES);
    if (problems.length > 0)
      throw new Error(
        `gateway({ agents }): "${agent.name}" asks its model for what it cannot do:\n  ${problems.join("\n  ")}`,
      );
  }

  const VoiceSession = voiceSession({ agents, model: modelFor });
  const edge = createEdge<GatewayBindings>({ agents, sessions: (env) => env.SESSIONS });
  return { worker: { fetch: (request, env) => edge.fetch(request, env) }, VoiceSession };
}

const isHosted = (agent: AgentDefinition): boolean => parseRuntimeArn(agent.model) !== null;

/** Which door a session goes through follows from what its agent is built on. */
const modelFor: VoiceSessionOptions["model"] = (config, log, { agent, session }) =>
  isHosted(agent)
    ? createAgentCoreVoice({
        credentials: () => config.credentials,
        endpoint: config.agentcoreEndpoint,
        runtimeArn: agent.model,
        session,
        clock: systemClock,
        log,
      })
    : createNovaSonic({
        credentials: () => config.credentials,
        endpoint: config.endpoint,
        clock: systemClock,
        ids: randomIds,
        log,
      });
