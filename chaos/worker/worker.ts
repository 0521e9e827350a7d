/**
 * The gateway that chaos is let loose on. It is the product as it is, with agents that rotate and move often, and two
 * doors for the one who makes the chaos: to lose a session's object, and to ask what the counting tool has counted.
 */
import { z } from "zod";
import { bank } from "../../examples/bank/agents/bank.ts";
import { answer, binding, clientTool, defineAgent, fn, gateway } from "../../src/index.ts";
import type { Runs } from "./counter.ts";

export { default as MortgageAdviser, Folder } from "../../examples/bank/mortgage/src/index.ts";
export { Books, Door, default as BankTools } from "../../examples/bank/tools/src/index.ts";
export { Counter, Runs } from "./counter.ts";

/** Ages at which a stream is left, in ms: a minute's run sees several rotations, at all three occasions. */
const limits = { rotateAtTurnEndMs: 12_000, rotateAtSilenceMs: 18_000, rotateAtOnceMs: 24_000 };

const number = z.object({ number: z.string() });
const looksUp = clientTool({ name: "look_up", description: "Looks a number up.", input: number });
const counts = binding("COUNTER");
const signsIn = fn({
  name: "sign_in",
  description: "Signs the caller in.",
  input: number,
  run: (input) => answer({ number: input.number }, { facts: { verified: true } }),
});

const agents = [
  defineAgent({
    name: "plain",
    regions: ["us-east-1", "us-west-2"],
    prompt: "You are the voice of a shop.",
    endpointing: "HIGH",
    tools: [looksUp, counts],
    limits,
  }),
  defineAgent({
    name: "voices",
    regions: ["us-west-2", "us-east-1"],
    prompt: "You are the voice of a shop.",
    endpointing: "HIGH",
    tools: [looksUp, counts, signsIn],
    facts: { verified: { description: "the caller has signed in", setBy: ["sign_in"] } },
    segments: {
      front: {
        voice: "tiffany",
        tools: ["look_up", "sign_in"],
        goesTo: ["desk", { to: "office", when: { verified: true } }],
      },
      desk: { voice: "amy", goesTo: ["front"], opening: "Say who you are." },
      office: { voice: "matthew", requires: { verified: true }, goesTo: ["front", "desk"] },
    },
    limits,
  }),
  {
    ...bank,
    segments: bank.segments.map((segment) => ({ ...segment, regions: ["us-east-1", "us-west-2"] })),
    limits: { ...bank.limits, ...limits },
  },
];

const parts = gateway({ agents });

export class CapacityLedger extends parts.CapacityLedger {}

export class CallerMemory extends parts.CallerMemory {}

export class VoiceSession extends parts.VoiceSession {
  /** The object is lost, with all that it has in memory: as when it is moved, evicted, or its code is replaced. */
  lose(): void {
    this.ctx.abort("chaos");
  }
}

type Bound = Parameters<typeof parts.worker.fetch>[1];

interface Env extends Bound {
  readonly RUNS: DurableObjectNamespace<Runs>;
}

/** The RPC that a Worker's own exports have beside what the edge knows of them. */
interface Losable {
  lose(): Promise<void>;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, room, what, session = ""] = new URL(request.url).pathname.split("/");
    if (room !== "_chaos") return parts.worker.fetch(request, env);
    if (what === "runs") return Response.json(await env.RUNS.getByName("all").all());
    // Whoever asks an object to abort is told that it was aborted, as an exception.
    const object = env.SESSIONS.getByName(session) as unknown as Losable;
    await object.lose().catch(() => undefined);
    return new Response(null, { status: 204 });
  },
};
