import { describe, expect, test } from "vitest";
import { createTrace, summarise } from "../../../emulator/engine/trace.ts";
import { LIMITS } from "../../../emulator/limits.ts";

describe("a trace", () => {
  test("numbers its entries and times them from the opening", () => {
    let now = 1000;
    const trace = createTrace(() => now);
    trace.add({ direction: "received", name: "a" });
    now = 1250;
    trace.add({ direction: "sent", name: "b", body: { x: 1 } });
    expect(trace.since(0)).toEqual([
      { n: 0, at: 0, direction: "received", name: "a" },
      { n: 1, at: 250, direction: "sent", name: "b", body: { x: 1 } },
    ]);
    expect(trace.since(1)).toHaveLength(1);
  });

  test("forgets its oldest entries, not its numbering", () => {
    const trace = createTrace(() => 0);
    const many = LIMITS.traceEntries * 3;
    for (let n = 0; n < many; n += 1) trace.add({ direction: "sent", name: "a" });
    const kept = trace.since(0);
    expect(kept.length).toBeLessThanOrEqual(LIMITS.traceEntries * 1.25);
    expect(kept.length).toBeGreaterThanOrEqual(LIMITS.traceEntries);
    expect(kept.at(-1)?.n).toBe(many - 1);
  });

  test("is bounded in size, too, and cuts what is out of all proportion", () => {
    const trace = createTrace(() => 0);
    const body = { text: "a".repeat(100_000) };
    for (let n = 0; n < 100; n += 1) trace.add({ direction: "sent", name: "a", body });
    expect(JSON.stringify(trace.since(0)).length).toBeLessThan(LIMITS.traceChars * 1.1);
    trace.add({ direction: "sent", name: "b", body: { text: "a".repeat(1_000_000) } });
    expect(trace.since(0).at(-1)?.body).toBe("(1000011 characters)");
  });

  test("tells those who wait for news: of an entry, of the end, or that they gave up", async () => {
    const trace = createTrace(() => 0);
    const never = new AbortController();
    const entry = trace.news(0, never.signal);
    trace.add({ direction: "sent", name: "a" });
    await entry;
    await trace.news(0, never.signal);
    const given = new AbortController();
    const patient = trace.news(1, given.signal);
    given.abort();
    await patient;
    const end = trace.news(1, never.signal);
    trace.end();
    await end;
    expect(trace.ended).toBe(true);
  });
});

describe("a summary of audio", () => {
  test("has bytes, milliseconds and level", () => {
    expect(summarise(new Int16Array(1600), 16_000)).toEqual({ bytes: 3200, ms: 100, level: -100 });
    expect(summarise(new Int16Array(80).fill(-32_768), 8000)).toEqual({ bytes: 160, ms: 10, level: 0 });
    expect(summarise(new Int16Array(0), 8000)).toEqual({ bytes: 0, ms: 0, level: -100 });
  });
});
