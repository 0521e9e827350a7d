/**
 * A gateway whose agents move: from voice to voice for whole calls and for the bench, from Nova to a hosted agent and
 * back, and from stream to stream in a talk that is too long for one.
 */
import * as z from "zod";
import { answer, clientTool, defineAgent, fn, gateway } from "../../../src/index.ts";
import { RUNTIME } from "./runtime.ts";

/** Ms that signing in takes: long enough for a stream to be dialled meanwhile, as with a bank's own systems. */
const SIGN_IN_MS = 250;

const number = z.object({ number: z.string() });
const looksUp = clientTool({ name: "look_up", description: "Looks a number up.", input: number });
const signsIn = fn({
  name: "sign_in",
  description: "Signs the caller in.",
  input: number,
  run: async (input) => {
    await new Promise((resolve) => setTimeout(resolve, SIGN_IN_MS));
    return answer({ number: input.number }, { facts: { verified: true } });
  },
});
const signsOut = fn({
  name: "sign_out",
  description: "Signs the caller out.",
  input: number,
  run: (input) => answer({ number: input.number }, { facts: { verified: null }, next: "front" }),
});
const facts = {
  verified: { description: "the caller has signed in", setBy: ["sign_in", "sign_out"] },
} as const;

const parts = gateway({
  agents: [
    defineAgent({
      name: "three-voices",
      prompt: "You are the voice of a bank.",
      endpointing: "HIGH",
      tools: [looksUp, signsIn, signsOut],
      facts,
      segments: {
        front: {
          voice: "tiffany",
          tools: ["look_up", "sign_in"],
          goesTo: ["desk", { to: "bank", when: { verified: true }, by: ["model", "client"] }],
        },
        bank: {
          voice: "matthew",
          tools: ["look_up", "sign_out"],
          goesTo: ["front", { to: "desk", say: "Say goodbye." }],
        },
        desk: {
          voice: "amy",
          tools: ["look_up"],
          goesTo: ["front", "bank"],
          opening: "Say who you are.",
          budget: { turns: 3, to: "front" },
        },
      },
    }),
    defineAgent({
      name: "timed",
      prompt: "You are the voice of a bank.",
      endpointing: "HIGH",
      tools: [looksUp, signsIn, signsOut],
      facts,
      segments: {
        front: {
          voice: "tiffany",
          tools: ["look_up", "sign_in"],
          goesTo: ["desk", { to: "bank", when: { verified: true }, by: ["model", "client"] }],
          opening: "Say who you are.",
        },
        bank: {
          voice: "matthew",
          tools: ["look_up", "sign_out"],
          goesTo: ["front", "desk"],
          opening: "Say who you are.",
        },
        desk: {
          voice: "amy",
          tools: ["look_up"],
          goesTo: ["front", "bank"],
          opening: "Say who you are.",
        },
      },
    }),
    defineAgent({
      name: "patient",
      prompt: "You are the voice of a bank.",
      summaries: { model: "amazon.nova-lite-v1:0" },
    }),
    defineAgent({
      name: "own-and-hosted",
      prompt: "You are the voice of a bank.",
      endpointing: "HIGH",
      segments: {
        own: { voice: "tiffany", goesTo: ["hosted"] },
        hosted: { model: RUNTIME, voice: "matthew", goesTo: [{ to: "own", by: ["client"] }] },
      },
    }),
  ],
});

export class VoiceSession extends parts.VoiceSession {}
export default parts.worker;
