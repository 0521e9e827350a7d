/**
 * Whole calls with an agent whose tools live elsewhere: an MCP server, and sub-agents of three kinds.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import scenario from "../../emulator/scenarios/sub-agents.json";
import { Call, emulator } from "../workerd/call.ts";

const BRIDGES = ["One moment, please.", "Nearly there."];

beforeAll(() => emulator("/scenario", { method: "POST", body: JSON.stringify(scenario) }));
afterAll(() => emulator("/scenario", { method: "DELETE" }));

/** Asks, and gives the tool that was used with the words it was answered in. */
async function ask(call: Call, text: string): Promise<{ readonly tool: unknown; readonly said: string }> {
  call.send({ type: "text", text });
  const ended = await call.until("tool_ended");
  expect(ended).toMatchObject({ status: "ok" });
  return { tool: ended.name, said: await answer(call) };
}

/** What the agent says next that is no bridge over a wait: on a busy machine any tool takes long enough for one. */
async function answer(call: Call): Promise<string> {
  for (;;) {
    const { text } = await call.until("transcript", { role: "agent", final: true });
    if (!BRIDGES.includes(String(text))) return String(text);
  }
}

describe("an agent with specialists", () => {
  it("answers from an MCP server, under the name the builder gave the tool", async () => {
    const call = await Call.ready({ agent: "specialists", toolDetails: true });
    const { tool, said } = await ask(call, "What is the balance of my savings account?");
    expect(tool).toBe("get_balance");
    expect(said).toMatch(/9,?800/);
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("answers through a sub-agent on Bedrock that has tools of its own", async () => {
    const call = await Call.ready({ agent: "specialists" });
    const { tool, said } = await ask(call, "What is the mortgage rate?");
    expect(tool).toBe("ask_mortgages");
    expect(said).toMatch(/6\.2/);
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it.each([
    ["on AgentCore Runtime", "ask_files", "Look into my files and documents: what is my balance?"],
    ["that speaks A2A", "ask_insurance", "Ask the insurance: what is my balance?"],
  ])("answers through a sub-agent %s", async (_, name, question) => {
    const call = await Call.ready({ agent: "specialists" });
    const { tool, said } = await ask(call, question);
    expect(tool).toBe(name);
    expect(said.length).toBeGreaterThan(10);
    expect(said).not.toMatch(/[{}*#]/);
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("says so when a sub-agent never comes to an end, and goes on talking", async () => {
    const call = await Call.ready({ agent: "specialists" });
    call.send({ type: "text", text: "Ponder the endless riddle." });
    expect(await call.until("tool_ended")).toMatchObject({ name: "ask_endless", status: "failed" });
    await answer(call);
    expect((await ask(call, "What is the balance of my checking account?")).said).toMatch(/1,?234/);
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("bridges the wait for a slow one, and answers after it", async () => {
    const call = await Call.ready({ agent: "specialists" });
    await emulator("/faults", {
      method: "POST",
      body: JSON.stringify({ service: "converse", fault: { type: "slow_first_byte", ms: 12_000 } }),
    });
    call.send({ type: "text", text: "What is the mortgage rate?" });
    await call.until("tool_started");
    // Twelve seconds of the world's for what is said after less than one, and then no longer than it must be.
    const { speed } = (await emulator("/health")) as { readonly speed: number };
    const runAt = (next: number) =>
      emulator("/clock", { method: "POST", body: JSON.stringify({ speed: next }) });
    await runAt(1);
    const bridge = await call.until("transcript", { role: "agent", final: true });
    expect(bridge.text).toBe("One moment, please.");
    await runAt(speed);
    await call.until("tool_ended", { status: "ok" });
    expect(await answer(call)).toMatch(/6\.2/);
    call.send({ type: "bye" });
    await call.untilClosed();
  });
});
