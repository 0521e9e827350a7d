import { describe, expect, it } from "vitest";
import { err, ok } from "../../src/base/result.ts";
import { type MemoryDesk, memoryOffers, type Remembered } from "../../src/tools/memory-tools.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";

const TEA: Remembered = { id: "1", kind: "preference", text: "Likes tea", at: Date.UTC(2026, 10, 3) };
const GREEN: Remembered = { ...TEA, id: "2", text: "Likes green tea best" };

const deskOf = (entries: readonly Remembered[], differs: Partial<MemoryDesk> = {}) => {
  const noted: unknown[] = [];
  const forgotten: string[] = [];
  const desk: MemoryDesk = {
    requires: {},
    find: async (about) => ok(entries.filter(({ text }) => text.includes(about))),
    remember: async (what) => {
      noted.push(what);
      return ok(null);
    },
    forget: async (ids) => {
      forgotten.push(...ids);
      return ok(ids.length);
    },
    ...differs,
  };
  return { desk, noted, forgotten };
};

const CONTEXT = { session: "s", agent: "bank", caller: "ann", tenant: null, segment: "main", facts: {} };
const use = async (desk: MemoryDesk, name: string, args: object) => {
  const box = await openToolBox({ tools: [], facts: {}, segments: [] }, {}, { memory: desk });
  const call = { call: "t1", name, arguments: { ...args }, timeoutMs: 1_000, segment: "main", facts: {} };
  return (await box.run(call, CONTEXT, new AbortController().signal)).outcome;
};

describe("a model that uses the caller's memory", () => {
  it("finds what was noted, with its date", async () => {
    const { desk } = deskOf([TEA]);
    expect(await use(desk, "recall", { about: "tea" })).toEqual({
      status: "ok",
      value: { found: [{ kind: "preference", text: "Likes tea", on: "2026-11-03" }] },
    });
  });

  it("notes what the caller asks for, under its subject", async () => {
    const { desk, noted } = deskOf([]);
    await use(desk, "remember", { what: "Prefers mornings", kind: "preference", about: "time of day" });
    expect(noted).toEqual([{ text: "Prefers mornings", kind: "preference", about: "time of day" }]);
  });

  it("forgets what is meant", async () => {
    const { desk, forgotten } = deskOf([TEA]);
    expect(await use(desk, "forget", { what: "tea" })).toEqual({ status: "ok", value: { forgotten: 1 } });
    expect(forgotten).toEqual(["1"]);
  });

  it("asks which is meant where several are, and forgets only that", async () => {
    const { desk, forgotten } = deskOf([TEA, GREEN]);
    expect(await use(desk, "forget", { what: "tea" })).toMatchObject({
      value: { forgotten: 0, found: [{ id: "1" }, { id: "2" }] },
    });
    expect(forgotten).toEqual([]);
    await use(desk, "forget", { what: "tea", ids: ["2"] });
    expect(forgotten).toEqual(["2"]);
  });

  it("forgets nothing that its words do not find, whatever ids it makes up", async () => {
    const { desk, forgotten } = deskOf([TEA]);
    expect(await use(desk, "forget", { what: "coffee", ids: ["1"] })).toMatchObject({
      value: { forgotten: 0 },
    });
    expect(forgotten).toEqual([]);
  });

  it("is told in words fit to be spoken that it cannot be looked up", async () => {
    const { desk } = deskOf([], { find: async () => err("no answer within 2000 ms") });
    expect(await use(desk, "recall", { about: "tea" })).toMatchObject({
      status: "failed",
      say: expect.stringContaining("right now"),
    });
  });

  it("is told what is wrong with its arguments", async () => {
    const { desk } = deskOf([]);
    expect(await use(desk, "recall", {})).toMatchObject({ status: "failed", reason: "bad_arguments" });
  });
});

it("The tools for memory are marked as such, and ask for the facts that memory asks for", () => {
  const { desk } = deskOf([], { requires: { verified: true } });
  const offers = memoryOffers(desk);
  expect(offers.map(({ spec }) => [spec.name, spec.memory])).toEqual([
    ["recall", true],
    ["remember", true],
    ["forget", true],
  ]);
  expect(offers.every(({ policy }) => policy?.requires?.verified === true)).toBe(true);
});
