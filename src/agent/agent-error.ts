/**
 * A builder's mistake in describing an agent. Thrown at start-up, with everything that is wrong in one go.
 */

export interface AgentProblem {
  /** Where in the description, e.g. `tools[1].name`. */
  readonly place: string;
  readonly wrong: string;
  /** What would be right. */
  readonly right: string;
}

export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly agent: string;
  readonly problems: readonly AgentProblem[];

  constructor(agent: string, problems: readonly AgentProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ place, wrong, right }) => `  ${place}: ${wrong}. ${right}`);
    super([`Agent "${agent}" cannot be served (${count}):`, ...lines].join("\n"));
    this.agent = agent;
    this.problems = problems;
  }
}
