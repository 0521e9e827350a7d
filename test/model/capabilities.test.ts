import { describe, expect, it } from "vitest";
import type { Edge } from "../../src/agent/segment.ts";
import { unsupported } from "../../src/model/capabilities.ts";
import { capabilitiesOf } from "../../src/model/capabilities-of.ts";

type Asking = Parameters<typeof unsupported>[0];
type Segment = Asking["segments"][number];

const NOVA = "amazon.nova-2-sonic-v1:0";
const HOSTED = "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/concierge-a1B2c3D4e5";
const TOOLS: Asking["tools"] = [{ type: "binding", binding: "BANK", only: null }];

const segment = (changes: Partial<Segment> = {}): Segment => ({
  name: "main",
  model: NOVA,
  tools: null,
  endpointing: "MEDIUM",
  inference: {},
  goesTo: [],
  ...changes,
});
const problems = (changes: Partial<Asking>): readonly string[] =>
  unsupported(
    { tools: [], endpointing: "MEDIUM", inference: {}, segments: [segment()], ...changes },
    capabilitiesOf,
  );
const edge = (to: string, by: Edge["by"], when: Edge["when"] = null): Edge => ({ to, when, by, say: null });

/** What an agent asks for itself, its segments have from it. */
const ASKING = { tools: TOOLS, endpointing: "HIGH", inference: { topP: 0.5, temperature: 0.1 } } as const;
const has = { endpointing: ASKING.endpointing, inference: ASKING.inference };

describe("what an agent asks of its model", () => {
  it("is all there with a model that can do everything", () => {
    expect(problems({ ...ASKING, segments: [segment(has)] })).toEqual([]);
  });

  it("is named, one by one, where the model does not do it", () => {
    const told = problems({ ...ASKING, segments: [segment({ ...has, model: HOSTED })] });
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/^tools: /);
    expect(told[1]).toMatch(/^endpointing: /);
    expect(told[2]).toMatch(/^inference: topP, temperature /);
  });

  it("is nothing special for a plain agent", () => {
    expect(problems({ segments: [segment({ model: HOSTED })] })).toEqual([]);
  });
});

describe("what a segment asks of its model", () => {
  const desk = segment({ name: "desk", ...has });

  it("is told with the segment's name", () => {
    const hosted = segment({
      name: "concierge",
      model: HOSTED,
      tools: ["get_balance"],
      endpointing: "LOW",
      inference: { topP: 0.5, maxTokens: 100 },
    });
    const told = problems({ ...ASKING, segments: [desk, hosted] });
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/^segments\.concierge\.tools: /);
    expect(told[1]).toMatch(/^segments\.concierge\.endpointing: /);
    expect(told[2]).toMatch(/^segments\.concierge\.inference: maxTokens can /);
  });

  it("is not found fault with where it only has what the agent asked for the others", () => {
    const hosted = segment({ name: "concierge", ...has, model: HOSTED, tools: [] });
    expect(problems({ ...ASKING, segments: [desk, hosted] })).toEqual([]);
  });

  it("is no tool of ours, even when it left them all open", () => {
    const hosted = segment({ name: "concierge", model: HOSTED });
    expect(problems({ tools: TOOLS, segments: [desk, hosted] })).toEqual([
      expect.stringMatching(/^segments\.concierge\.tools: .* tools: \[\]$/),
    ]);
    expect(problems({ segments: [desk, hosted] })).toEqual([]);
  });

  it("is no way on that the model would have to ask for", () => {
    const goesTo = [
      edge("desk", ["model", "client"]),
      edge("bank", ["client"]),
      edge("farewell", [], { done: true }),
    ];
    expect(problems({ segments: [desk, segment({ name: "concierge", model: HOSTED, goesTo })] })).toEqual([
      expect.stringMatching(/^segments\.concierge\.goesTo: .*"desk"/),
    ]);
    expect(problems({ segments: [segment({ goesTo })] })).toEqual([]);
  });
});
