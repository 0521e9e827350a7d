/**
 * What a tool is told of the session it is asked in, and how much of it leaves the house.
 */
import type { Facts } from "../agent/facts.ts";
import type { ToolContext } from "../agent/tool-context.ts";

/** All of it and nothing else, as a copy: for tools that belong to the gateway's own account. */
export const trusted = ({ session, agent, caller, tenant, segment, facts }: ToolContext): ToolContext => ({
  session,
  agent,
  caller,
  tenant,
  segment,
  facts: { ...facts },
});

/** Those facts that a server elsewhere is told: the ones the agent's list names. */
export const toldFacts = (facts: Facts, tells: readonly string[]): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => tells.includes(name)));
