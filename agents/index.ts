/**
 * The agents that this gateway serves.
 */
import { bank } from "../examples/bank/agents/bank.ts";
import { segmented } from "../examples/bank/agents/segmented.ts";
import { withSubAgents } from "../examples/bank/agents/sub-agent.ts";
import { toolDriven } from "../examples/bank/agents/tool-driven.ts";
import { first } from "./first.ts";

export const agents = [first, bank, toolDriven, withSubAgents, segmented];
