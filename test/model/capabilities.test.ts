import { describe, expect, it } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { binding } from "../../src/agent/tool-list.ts";
import { AGENTCORE_CAPABILITIES } from "../../src/model/agentcore-voice/capabilities.ts";
import { EVERYTHING, unsupported } from "../../src/model/capabilities.ts";

const agent = defineAgent({
  name: "a",
  prompt: "Hi.",
  tools: [binding("BANK")],
  endpointing: "HIGH",
  inference: { topP: 0.5, temperature: 0.1 },
});

describe("what an agent asks of its model", () => {
  it("is all there with a model that can do everything", () => {
    expect(unsupported(agent, EVERYTHING)).toEqual([]);
  });

  it("is named, one by one, where the model does not do it", () => {
    const problems = unsupported(agent, AGENTCORE_CAPABILITIES);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^tools: /);
    expect(problems[1]).toMatch(/^endpointing: /);
    expect(problems[2]).toMatch(/^inference: topP, temperature /);
  });

  it("is nothing special for a plain agent", () => {
    expect(unsupported(defineAgent({ name: "a", prompt: "Hi." }), AGENTCORE_CAPABILITIES)).toEqual([]);
  });
});
