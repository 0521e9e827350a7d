import { describe, expect, it } from "vitest";
import { modelCost, type SessionUse, sessionCost } from "../../src/base/prices.ts";

const NO_TOKENS = { inputSpeech: 0, inputText: 0, outputSpeech: 0, outputText: 0 };

const nothing: SessionUse = {
  models: [],
  durationMs: 0,
  incomingMessages: 0,
};

describe("what a session costs", () => {
  it.each([
    ["inputSpeech", 3],
    ["inputText", 0.33],
    ["outputSpeech", 12],
    ["outputText", 2.75],
  ] as const)("prices a million %s tokens of Nova 2.5 Sonic at %d dollars", (kind, dollars) => {
    const tokens = { ...NO_TOKENS, [kind]: 1_000_000 };
    expect(
      sessionCost({ ...nothing, models: [{ model: "amazon.nova-2-5-sonic", tokens }] }).model,
    ).toBeCloseTo(dollars, 10);
  });

  it("takes Nova 2 Sonic at the same list prices", () => {
    const tokens = { inputSpeech: 12_345, inputText: 678, outputSpeech: 9_012, outputText: 345 };
    expect(sessionCost({ ...nothing, models: [{ model: "amazon.nova-2-sonic-v1:0", tokens }] })).toEqual(
      sessionCost({ ...nothing, models: [{ model: "amazon.nova-2-5-sonic", tokens }] }),
    );
  });

  it.each([
    "amazon.nova-lite-v1:0",
    "us.amazon.nova-lite-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
  ])("knows a text model behind its profile and its ARN: %s", (model) => {
    const tokens = { ...NO_TOKENS, inputText: 1_000_000, outputText: 1_000_000 };
    expect(modelCost({ model, tokens })).toBeCloseTo(0.3, 10);
  });

  it("does not call a model free because the table has not heard of it", () => {
    const tokens = { ...NO_TOKENS, outputSpeech: 1_000_000 };
    expect(
      sessionCost({ ...nothing, models: [{ model: "amazon.nova-9-sonic", tokens }] }).model,
    ).toBeGreaterThan(0);
  });

  it("puts an hour of a call's object at 0.576 cents", () => {
    const idle = sessionCost(nothing).platform;
    expect(sessionCost({ ...nothing, durationMs: 3_600_000 }).platform - idle).toBeCloseTo(0.00576, 8);
  });

  it("bills twenty incoming messages as one request", () => {
    const idle = sessionCost(nothing).platform;
    // An hour of 20 ms frames: 180 000 messages, 9 000 requests.
    expect(sessionCost({ ...nothing, incomingMessages: 180_000 }).platform - idle).toBeCloseTo(0.00135, 8);
  });

  it("charges for making the session and for its WebSocket even when nobody speaks", () => {
    // Two requests, each to the Worker ($0.30 per million) and from it to the object ($0.15).
    const { model, platform } = sessionCost(nothing);
    expect(model).toBe(0);
    expect(platform).toBeCloseTo(0.9 / 1_000_000, 12);
  });

  it("adds up to the total", () => {
    const tokens = { inputSpeech: 10, inputText: 20, outputSpeech: 30, outputText: 40 };
    const cost = sessionCost({
      ...nothing,
      models: [{ model: "amazon.nova-2-5-sonic", tokens }],
      durationMs: 60_000,
      incomingMessages: 3_000,
    });
    expect(cost.total).toBe(cost.model + cost.platform);
  });

  it("adds up what several models took", () => {
    const tokens = { ...NO_TOKENS, outputSpeech: 1_000_000 };
    const one = { model: "amazon.nova-2-5-sonic", tokens };
    expect(sessionCost({ ...nothing, models: [one, one] }).model).toBeCloseTo(
      2 * sessionCost({ ...nothing, models: [one] }).model,
      10,
    );
  });
});
