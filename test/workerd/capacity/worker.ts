/**
 * A gateway with agents in three regions, where their model bears three streams, one, and the usual number.
 */
import { defineAgent, gateway } from "../../../src/index.ts";

const prompt = "You are a test.";

const parts = gateway({
  agents: [
    defineAgent({ name: "first", voice: "tiffany", prompt, greeting: "Greet the caller." }),
    defineAgent({ name: "west", region: "us-west-2", voice: "tiffany", prompt }),
    defineAgent({ name: "north", region: "eu-north-1", voice: "tiffany", prompt }),
  ],
});

export class VoiceSession extends parts.VoiceSession {}
export class CapacityLedger extends parts.CapacityLedger {}
export default parts.worker;
