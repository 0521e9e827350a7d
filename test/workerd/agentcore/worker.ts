/**
 * A gateway whose agents are hosted on AgentCore Runtime: one that speaks the experimental events of Strands, one the
 * newer.
 */
import { defineAgent, gateway } from "../../../src/index.ts";

export const RUNTIME = "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/bank_voice-a1B2c3D4e5";

const prompt = "You are a test.";

const parts = gateway({
  agents: [
    defineAgent({ name: "hosted", model: RUNTIME, voice: "tiffany", prompt }),
    defineAgent({ name: "hosted-ga", model: `${RUNTIME}/runtime-endpoint/GA`, prompt }),
  ],
});

export class VoiceSession extends parts.VoiceSession {}
export default parts.worker;
