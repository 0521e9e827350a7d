/**
 * What can be asked of an agent hosted on AgentCore Runtime, as far as Strands' events carry it.
 */
import type { ModelCapabilities } from "../capabilities.ts";

/** What a hosted agent does not do as Nova Sonic itself does. */
export const AGENTCORE_CAPABILITIES: ModelCapabilities = {
  tools: false,
  history: false,
  endpointing: false,
  inference: false,
  telephoneRate: false,
  speechEvents: false,
  answerEnds: false,
};
