import type { StreamSpec, ToolSpec } from "../../../src/conversation/events.ts";

/** A stream's specification with nothing special in it. */
export const spec = (changes: Partial<StreamSpec> = {}): StreamSpec => ({
  model: "amazon.nova-2-sonic-v1:0",
  region: "us-east-1",
  voice: "matthew",
  endpointing: "MEDIUM",
  inputRate: 16000,
  outputRate: 24000,
  prompt: "You are a test.",
  tools: [],
  history: [],
  inference: {},
  ...changes,
});

export const tool = (name: string): ToolSpec => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: "object", properties: {} },
  runs: "gateway",
  timeoutMs: 1000,
});

/** Counts instead of rolling dice. */
export const countingIds = () => {
  let next = 0;
  return { uuid: () => `id-${++next}` };
};
