import { expect, test } from "vitest";
import { createMemory } from "../../../emulator/services/memory.ts";

test("the memory forgets what was used longest ago, and only when it is full", () => {
  const memory = createMemory<number>(2);
  memory.set("a", 1);
  memory.set("b", 2);
  expect(memory.get("a")).toBe(1);
  memory.set("c", 3);
  expect([memory.get("a"), memory.get("b"), memory.get("c")]).toEqual([1, undefined, 3]);
  memory.set("c", 4);
  expect([memory.get("a"), memory.get("c")]).toEqual([1, 4]);
  expect([memory.delete("a"), memory.delete("a")]).toEqual([true, false]);
});
