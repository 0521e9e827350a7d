/**
 * In which order a session asks its regions: settled when the session is made, kept with it, the same after its object
 * was lost. Plain data: older code leaves it out, and then the order is the agent's own.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { placedIn } from "../agent/runtime-arn.ts";
import type { SegmentDefinition } from "../agent/segment.ts";
import type { StreamTarget } from "../conversation/events.ts";
import { byNearness, type Position } from "./nearness.ts";

export interface Route {
  /** All regions of the agent, the one to ask first before the others. Absent: as each segment lists them. */
  readonly order?: readonly string[];
  /** Where its first stream has its place: its streams to that model go there first, whatever the order. */
  readonly home?: string;
}

type Routable = Pick<AgentDefinition, "segments" | "start" | "regionOrder">;

/** The agent's regions by nearness, where it wishes that and it is known where the caller is. */
export const routeFor = ({ segments, regionOrder }: Routable, caller: Position | null): Route => {
  if (regionOrder !== "nearest" || caller === null) return {};
  return { order: byNearness([...new Set(segments.flatMap(regionsOf))], caller) };
};

/** An agent's segments as a session on that route has them. `override` is the setting AWS_REGION. */
export const routed = (
  { segments, start }: Routable,
  override: string | null,
  { order, home }: Route = {},
): readonly SegmentDefinition[] => {
  const placed = segments.map((segment) => {
    const there = placedIn(segment, override);
    return order === undefined ? there : inOrder(there, order);
  });
  const first = placed.find(({ name }) => name === start);
  if (first === undefined || home === undefined) return placed;
  // A segment that lists regions of its own has its own reasons, and was not admitted anywhere.
  const alike = ({ model, ...place }: SegmentDefinition): boolean =>
    model === first.model && regionsOf(place).join() === regionsOf(first).join();
  return placed.map((segment) => (alike(segment) ? inOrder(segment, [home]) : segment));
};

export const regionsOf = ({
  region,
  regions,
}: Pick<SegmentDefinition, "region" | "regions">): readonly string[] => regions ?? [region];

/** Every model and region that streams of these segments may be opened to, once each. */
export const targetsOf = (segments: readonly SegmentDefinition[]): readonly StreamTarget[] => {
  const all = segments.flatMap((segment) =>
    regionsOf(segment).map((region) => ({ model: segment.model, region })),
  );
  return all.filter(
    ({ model, region }, i) => i === all.findIndex((it) => it.model === model && it.region === region),
  );
};

/** Those that `order` does not name come last, as they were. */
const inOrder = (segment: SegmentDefinition, order: readonly string[]): SegmentDefinition => {
  if (segment.regions === undefined) return segment;
  const rank = (region: string): number => (order.includes(region) ? order.indexOf(region) : order.length);
  const regions = segment.regions.toSorted((a, b) => rank(a) - rank(b));
  return { ...segment, regions, region: regions[0] ?? segment.region };
};
