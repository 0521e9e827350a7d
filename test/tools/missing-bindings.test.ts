import { expect, it } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { bedrock, subAgent, worker } from "../../src/agent/sub-agent-list.ts";
import { binding } from "../../src/agent/tool-list.ts";
import { missingBindings } from "../../src/tools/missing-bindings.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";

const ask = (name: string, agent: ReturnType<typeof bedrock> | ReturnType<typeof worker>) =>
  subAgent({ name, description: "Knows it.", agent });
const agent = defineAgent({
  name: "clerk",
  prompt: "Be brief.",
  tools: [
    binding("BANK"),
    ask("ask_notary", worker("NOTARY")),
    ask("ask_loans", bedrock({ prompt: "You know loans.", tools: [binding("LOANS")] })),
  ],
});
const config = {
  credentials: { accessKeyId: "A", secretAccessKey: "b" },
  endpoint: null,
  agentcoreEndpoint: null,
};

it("bindings that a Worker lacks are told before any session in the words of the sessions", async () => {
  const told = missingBindings(agent, {});
  expect(told.map(({ source }) => source)).toEqual(["BANK", "ask_notary", "ask_loans: LOANS"]);
  expect((await openToolBox(agent, {}, { config })).missing).toEqual(told);
});

it("bindings that are there are not looked at any closer before they are called", () => {
  expect(missingBindings(agent, { BANK: 1, NOTARY: {}, LOANS: () => {} })).toEqual([]);
});
