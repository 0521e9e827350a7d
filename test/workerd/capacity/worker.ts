/**
 * A gateway with agents in four regions, where their model bears three streams (us-east-1), one (eu-north-1 and
 * ap-northeast-1), and the usual number (us-west-2).
 */
import { defineAgent, gateway } from "../../../src/index.ts";

const prompt = "You are a test.";

const parts = gateway({
  agents: [
    defineAgent({ name: "first", voice: "tiffany", prompt, greeting: "Greet the caller." }),
    defineAgent({ name: "west", region: "us-west-2", voice: "tiffany", prompt }),
    defineAgent({ name: "north", region: "eu-north-1", voice: "tiffany", prompt }),
    defineAgent({
      name: "north-or-tokyo",
      regions: ["eu-north-1", "ap-northeast-1"],
      voice: "tiffany",
      prompt,
    }),
    defineAgent({
      name: "east-or-tokyo",
      regions: ["us-east-1", "ap-northeast-1"],
      voice: "tiffany",
      prompt,
    }),
    defineAgent({
      name: "nearest",
      regions: ["us-west-2", "ap-northeast-1"],
      regionOrder: "nearest",
      voice: "tiffany",
      prompt,
    }),
  ],
});

export class VoiceSession extends parts.VoiceSession {}
export class CapacityLedger extends parts.CapacityLedger {}
export default parts.worker;
