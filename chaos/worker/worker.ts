/**
 * The gateway that chaos is let loose on. It is the product as it is, with agents that rotate and move often, and two
 * doors for the one who makes the chaos: to lose objects, and to ask what the counting tool has counted.
 */
import * as z from "zod";
import { bank } from "../../examples/bank/agents/bank.ts";
import { ledgerName } from "../../src/durable/capacity-rpc.ts";
import {
  a2a,
  agentCore,
  answer,
  bedrock,
  binding,
  clientTool,
  defineAgent,
  fn,
  gateway,
  mcp,
  subAgent,
} from "../../src/index.ts";
import { routed, targetsOf } from "../../src/model/route.ts";
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

const arn = (name: string, region: string) =>
  `arn:aws:bedrock-agentcore:${region}:123456789012:runtime/${name}-a1B2c3D4e5` as const;
/** One of each kind that a service of AWS, or somebody else's, is asked by. */
const asksOthers = [
  mcp({
    name: "accounts",
    url: { setting: "MCP_URL" },
    auth: { sigv4: { region: "us-east-1" } },
    only: ["banking___get_balance"],
    rename: { banking___get_balance: "account" },
  }),
  subAgent({
    name: "ask_clerk",
    description: "Takes notes.",
    agent: bedrock({ prompt: "You are a clerk and take notes." }),
  }),
  subAgent({
    name: "ask_files",
    description: "Looks into files.",
    agent: agentCore({ runtimeArn: arn("files", "us-east-1") }),
  }),
  subAgent({
    name: "ask_insurer",
    description: "Answers questions about insurance.",
    agent: a2a({ url: { setting: "A2A_URL" }, auth: { bearer: { setting: "A2A_TOKEN" } } }),
  }),
];

const agents = [
  defineAgent({
    name: "plain",
    regions: ["us-east-1", "us-west-2"],
    prompt: "You are the voice of a shop.",
    endpointing: "HIGH",
    tools: [looksUp, counts, ...asksOthers],
    limits,
  }),
  // On AgentCore Runtime: another door, another vocabulary, and tools that are none of ours. It has one region only, which
  // is never gone for long.
  defineAgent({
    name: "hosted",
    model: arn("desk_voice", "eu-central-1"),
    prompt: "You are the voice of a shop.",
    limits: { ...limits, answerWatchMs: 8_000 },
  }),
  // For those whose calls are to end.
  defineAgent({ name: "guest", region: "eu-north-1", prompt: "You are the voice of a shop.", limits }),
  defineAgent({
    name: "brief",
    region: "eu-north-1",
    prompt: "You are the voice of a shop.",
    limits: { sessionMs: 6_000 },
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

type Bound = Parameters<typeof parts.worker.fetch>[1];

interface Env extends Bound {
  readonly RUNS: DurableObjectNamespace<Runs>;
}

export class CapacityLedger extends parts.CapacityLedger {
  lose(): void {
    this.ctx.abort("chaos");
  }
}

export class CallerMemory extends parts.CallerMemory {}

export class VoiceSession extends parts.VoiceSession {
  /** The object is lost, with all that it has in memory: as when it is moved, evicted, or its code is replaced. */
  lose(): void {
    this.ctx.abort("chaos");
  }
}

/** The RPC that a Worker's own exports have beside what the edge knows of them. */
interface Losable {
  lose(): Promise<void>;
}

interface Loss {
  readonly sessions: readonly string[];
  readonly everything: boolean;
}

const loseAll = async ({ sessions, everything }: Loss, { SESSIONS, CAPACITY, RUNS }: Env): Promise<void> => {
  const ledgers = everything ? agents.flatMap((agent) => targetsOf(routed(agent, null))).map(ledgerName) : [];
  const objects: readonly unknown[] = [
    ...sessions.map((name) => SESSIONS.getByName(name)),
    ...ledgers.map((name) => CAPACITY?.getByName(name)),
    ...(everything ? [RUNS.getByName("all")] : []),
  ];
  // Whoever asks an object to abort is told that it was aborted, as an exception.
  await Promise.all(objects.map((object) => (object as Losable).lose().catch(() => undefined)));
};

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, room, what] = new URL(request.url).pathname.split("/");
    if (room !== "_chaos") return parts.worker.fetch(request, env);
    const runs = env.RUNS.getByName("all");
    if (what === "runs") return Response.json({ runs: await runs.all(), running: await runs.running() });
    await loseAll(await request.json<Loss>(), env);
    return new Response(null, { status: 204 });
  },
};
