/**
 * How far a session is that has not said a word yet.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { SessionProgress } from "../conversation/events.ts";
import { NO_TOKENS } from "../conversation/usage-meter.ts";

/** `agent` is null when it is no longer served: where its sessions began nobody knows any more. */
export const noProgress = (agent: AgentDefinition | null): SessionProgress => ({
  turns: 0,
  streams: 0,
  tokens: NO_TOKENS,
  cost: { model: 0, platform: 0, total: 0 },
  segment: agent?.start ?? "",
  path: [],
  facts: {},
});
