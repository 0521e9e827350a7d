/**
 * `GET /healthz`: whether this deployment can serve, and if not, what to mend. Open to all, so it names settings and
 * never values, and it asks nobody else: a health check that calls AWS would be a bill and an alarm of its own.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { json } from "./answers.ts";
import type { Settings } from "./settings.ts";

export const health = (settings: Settings, agents: readonly AgentDefinition[]): Response => {
  const ready = settings.ok && agents.length > 0;
  return json(
    {
      status: ready ? "ok" : "not_ready",
      checks: {
        config: settings.ok ? [] : settings.error,
        agents: agents.length,
        model: settings.ok
          ? {
              region: settings.value.region ?? onlyRegion(agents),
              endpoint: settings.value.endpoint === null ? "aws" : "custom",
            }
          : null,
      },
    },
    ready ? 200 : 503,
  );
};

/** The region that all segments of all agents share; null where they differ. */
const onlyRegion = (agents: readonly AgentDefinition[]): string | null => {
  const regions = new Set(
    agents.flatMap(({ segments }) => segments.flatMap(({ region, regions }) => regions ?? [region])),
  );
  const [first] = regions;
  return regions.size === 1 && first !== undefined ? first : null;
};
