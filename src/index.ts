/**
 * Antiphon's face: what a builder imports. Everything else is the house's own business.
 */
export type { AgentDefinition, AgentLimits, AgentWarning } from "./agent/agent.ts";
export { agentFromJson } from "./agent/agent-document.ts";
export { AgentError } from "./agent/agent-error.ts";
export type { AgentOptions } from "./agent/agent-options.ts";
export { describeWarnings } from "./agent/agent-warnings.ts";
export { type Answered, type AnswerWord, answer } from "./agent/answered.ts";
export type { CallPolicy } from "./agent/call-policy.ts";
export { defineAgent } from "./agent/define-agent.ts";
export type { FactDefinition, Facts, FactValue } from "./agent/facts.ts";
export { mcp } from "./agent/mcp-list.ts";
export type { SegmentDefinition } from "./agent/segment.ts";
export type { EdgeOptions, FactOptions, SegmentOptions } from "./agent/segment-options.ts";
export { a2a, agentCore, bedrock, subAgent, worker } from "./agent/sub-agent-list.ts";
export type { TextModelOptions } from "./agent/text-model-options.ts";
export type { CallContext, ToolContext } from "./agent/tool-context.ts";
export { SpeakableError } from "./agent/tool-errors.ts";
export { binding, clientTool, fn } from "./agent/tool-list.ts";
export { type GatewayOptions, gateway } from "./edge/gateway.ts";
export type { ToolBinding, ToolDescription, ToolInvocation, ToolReply } from "./tools/contract.ts";
export type { SubAgentBinding, SubAgentQuestion, SubAgentReply } from "./tools/sub-agent-contract.ts";
export { type QuestionContext, SubAgentWorker } from "./tools/sub-agent-worker.ts";
export { type Tool, tool } from "./tools/tool.ts";
export { ToolWorker } from "./tools/tool-worker.ts";
