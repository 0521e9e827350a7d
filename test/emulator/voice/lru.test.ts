import { describe, expect, it } from "vitest";
import { createLru } from "../../../emulator/voice/lru.ts";

describe("what is remembered up to a number of bytes", () => {
  const bytes = (length: number) => new Uint8Array(length);

  it("forgets what was used longest ago", () => {
    const lru = createLru<Uint8Array>(10, (value) => value.length);
    lru.set("a", bytes(4));
    lru.set("b", bytes(4));
    lru.get("a");
    lru.set("c", bytes(4));
    expect(lru.get("b")).toBeUndefined();
    expect(lru.get("a")).toBeDefined();
    expect(lru.get("c")).toBeDefined();
    expect(lru.size).toBe(8);
  });

  it("does not keep what is larger than everything", () => {
    const lru = createLru<Uint8Array>(10, (value) => value.length);
    lru.set("a", bytes(3));
    lru.set("b", bytes(11));
    expect(lru.get("b")).toBeUndefined();
    expect(lru.get("a")).toBeDefined();
  });

  it("counts a replaced value once", () => {
    const lru = createLru<Uint8Array>(10, (value) => value.length);
    for (let i = 0; i < 5; i += 1) lru.set("a", bytes(6));
    expect(lru.size).toBe(6);
  });
});
