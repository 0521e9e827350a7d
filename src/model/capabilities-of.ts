/**
 * What can be asked of a model, by its name: for checks that come before any session.
 */
import { parseRuntimeArn } from "../agent/runtime-arn.ts";
import { AGENTCORE_CAPABILITIES } from "./agentcore-voice/capabilities.ts";
import { EVERYTHING, type ModelCapabilities } from "./capabilities.ts";

/** `model`: a Bedrock model id, or the ARN of an AgentCore runtime. */
export const capabilitiesOf = (model: string): ModelCapabilities =>
  parseRuntimeArn(model) === null ? EVERYTHING : AGENTCORE_CAPABILITIES;
