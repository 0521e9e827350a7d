/**
 * What a schema cannot say of segments: that what they name exists, that their ways lead somewhere else, that their
 * models and voices exist together.
 */
import type { AgentDefinition } from "./agent.ts";
import { checkModel } from "./agent-checks.ts";
import type { AgentProblem } from "./agent-error.ts";
import { checkKnown, checkOnce, type Draft, goTo, lists } from "./draft.ts";
import { choose } from "./near-miss.ts";
import type { SegmentDefinition } from "./segment.ts";

export function checkSegments(
  draft: Draft,
  agent: Pick<AgentDefinition, "model" | "region" | "regions" | "voice">,
  problems: AgentProblem[],
): void {
  checkKnown("segment", draft.start, "start", draft, problems);
  checkWayTools(draft, problems);
  for (const segment of draft.segments) {
    const at = `segments.${segment.name}`;
    if (segment.prompt === "")
      problems.push({
        place: `${at}.prompt`,
        wrong: "it is missing, and the agent has none",
        right: "Say who the agent is and what it does here",
      });
    checkSpeaker(segment, agent, at, problems);
    checkTools(segment, at, draft, problems);
    checkWays(segment, at, draft, problems);
    checkBudget(segment, at, draft, problems);
    for (const [index, name] of (segment.sees.talk ?? []).entries())
      checkKnown("segment", name, `${at}.sees.talk[${index}]`, draft, problems);
  }
}

/** A voice that the agent has as well was checked with the agent. */
function checkSpeaker(
  segment: SegmentDefinition,
  agent: Pick<AgentDefinition, "model" | "region" | "regions" | "voice">,
  at: string,
  problems: AgentProblem[],
): void {
  const { model, region, voice } = segment;
  const isAgents = (segment.regions ?? [region]).join() === (agent.regions ?? [agent.region]).join();
  if (model === agent.model && isAgents && voice === agent.voice) return;
  const found: AgentProblem[] = [];
  checkModel(segment, found);
  problems.push(...found.map((problem) => ({ ...problem, place: `${at}.${problem.place}` })));
}

function checkTools(segment: SegmentDefinition, at: string, draft: Draft, problems: AgentProblem[]): void {
  for (const [index, name] of (segment.tools ?? []).entries())
    checkKnown("tool", name, `${at}.tools[${index}]`, draft, problems);
  checkOnce(segment.tools ?? [], `${at}.tools`, problems);
  for (const [index, { tool }] of segment.prefetch.entries()) {
    const place = `${at}.prefetch[${index}].tool`;
    if (!lists(segment, tool))
      problems.push({
        place,
        wrong: `the segment does not list "${tool}"`,
        right: segment.tools?.length ? choose(tool, segment.tools) : `Put it into ${at}.tools`,
      });
  }
}

function checkWays(segment: SegmentDefinition, at: string, draft: Draft, problems: AgentProblem[]): void {
  for (const [index, { to, when, by }] of segment.goesTo.entries()) {
    const place = `${at}.goesTo[${index}]`;
    checkOnce(by, `${place}.by`, problems);
    if (when !== null && Object.keys(when).length === 0)
      problems.push({
        place: `${place}.when`,
        wrong: "it names no fact, so the segment would be left at once",
        right: "Name facts that must hold, or leave it out",
      });
    if (to === segment.name)
      problems.push({ place, wrong: "it leads back to where it starts", right: "Name another segment" });
    else checkKnown("segment", to, place, draft, problems);
  }
  const targets = segment.goesTo.map(({ to }) => to);
  for (const [index, to] of targets.entries()) {
    const first = targets.indexOf(to);
    if (first !== index)
      problems.push({
        place: `${at}.goesTo[${index}]`,
        wrong: `a way to "${to}" is listed already`,
        right: `${at}.goesTo[${first}] is one; say all of it there`,
      });
  }
}

function checkBudget(segment: SegmentDefinition, at: string, draft: Draft, problems: AgentProblem[]): void {
  const { budget } = segment;
  if (budget === null) return;
  if (budget.ms === null && budget.turns === null && budget.tokens === null)
    problems.push({
      place: `${at}.budget`,
      wrong: "it limits nothing",
      right: "Give ms, turns or tokens, or leave it out",
    });
  if (budget.to === segment.name)
    problems.push({
      place: `${at}.budget.to`,
      wrong: "it leads back to where it starts",
      right: "Name another segment",
    });
  else checkKnown("segment", budget.to, `${at}.budget.to`, draft, problems);
}

/** The model is offered `go_to_<segment>`: a tool of that name would be mistaken for it. */
function checkWayTools({ segmentNames, offered }: Draft, problems: AgentProblem[]): void {
  for (const segment of segmentNames) {
    const source = offered.known.get(goTo(segment));
    if (source !== undefined)
      problems.push({
        place: `tools[${source}]`,
        wrong: `"${goTo(segment)}" is the way to segment "${segment}"`,
        right: "Give the tool another name",
      });
  }
}
