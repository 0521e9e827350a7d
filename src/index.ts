/**
 * Antiphon's face: what a builder imports. Everything else is the house's own business.
 */
export type { AgentDefinition, AgentLimits } from "./agent/agent.ts";
export { AgentError } from "./agent/agent-error.ts";
export type { AgentOptions } from "./agent/agent-options.ts";
export { defineAgent } from "./agent/define-agent.ts";
export type { CallContext, ToolContext } from "./agent/tool-context.ts";
export { SpeakableError } from "./agent/tool-errors.ts";
export { binding, clientTool, fn } from "./agent/tool-list.ts";
export { type GatewayOptions, gateway } from "./edge/gateway.ts";
export type { ToolBinding, ToolDescription, ToolInvocation } from "./tools/contract.ts";
export { type Tool, tool } from "./tools/tool.ts";
export { ToolWorker } from "./tools/tool-worker.ts";
