/**
 * Where an agent's streams are counted: each model that one of its segments may talk to, in the region it is first
 * dialled in. A stream that opens in another of its regions is counted at home as well.
 */
import type { AgentDefinition } from "./agent.ts";
import { regionOf } from "./runtime-arn.ts";

export interface ModelHome {
  readonly model: string;
  readonly region: string;
}

/** Each once. `override` is the setting AWS_REGION. */
export const modelHomes = (
  agents: readonly Pick<AgentDefinition, "segments">[],
  override: string | null,
): readonly ModelHome[] => {
  const homes = agents
    .flatMap(({ segments }) => segments)
    .map((segment) => ({ model: segment.model, region: regionOf(segment, override) }));
  return [...new Map(homes.map((home) => [JSON.stringify(home), home])).values()];
};
