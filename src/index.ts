/**
 * Antiphon's face: what a builder imports. Everything else is the house's own business.
 */
export type { AgentDefinition } from "./agent/agent.ts";
export { defineAgent } from "./agent/define-agent.ts";
