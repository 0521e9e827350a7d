/**
 * A service binding that an agent needs and nobody has made: when that is told, and before what.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { GatewayBindings } from "../../src/edge/gateway.ts";
import { binding, defineAgent, gateway } from "../../src/index.ts";

const agent = defineAgent({
  name: "clerk",
  prompt: "Be brief.",
  tools: [binding("NOWHERE")],
  segments: { desk: { prompt: "Sell tickets.", tools: ["sell"] } },
  start: "desk",
});
const BINDINGS: GatewayBindings = env as never;
const LACKS = { event: "tools_missing", source: "NOWHERE", cause: expect.stringContaining("[[services]]") };

const logged: { readonly event: string }[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(JSON.parse(line)));
});
afterEach(() => vi.restoreAllMocks());

it("is told with a Worker's first request, once, whoever that comes from", async () => {
  const { worker } = gateway({ agents: [agent] });
  for (let times = 0; times < 3; times++)
    await worker.fetch(new Request("https://gateway.test/healthz"), BINDINGS);
  expect(logged).toEqual([{ ...LACKS, agent: "clerk" }]);
});

it("is told in a session before the tools that nobody offers for that reason", async () => {
  const { VoiceSession } = gateway({ agents: [agent] });
  await runInDurableObject(env.SESSIONS.getByName("missing-binding"), async (_, state) => {
    const session = new VoiceSession(state, env);
    const made = await session.create({
      session: "missing-binding",
      agent: "clerk",
      caller: null,
      tenant: null,
      inputRate: 16000,
      outputRate: 24000,
      ticket: { id: "t", expiresAt: 0 },
      toolDetails: true,
      resumeToken: null,
    });
    expect(made).toEqual({ ok: true, value: null });
    await expect.poll(() => logged).toHaveLength(2);
    expect(logged).toMatchObject([LACKS, { event: "tool_unknown", place: "segments.desk.tools[0]" }]);
    await session.end();
  });
});
