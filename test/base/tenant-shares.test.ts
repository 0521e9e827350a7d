import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/base/config.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { readTenantShares, shareOf, sharesTold } from "../../src/base/tenant-shares.ts";

const read = (text: string) => readTenantShares(text.split(",").map((entry) => entry.trim()));

describe("TENANT_SHARES", () => {
  it("says how much of the places each tenant may hold, and the others", () => {
    const parsed = parseConfig({ TENANT_SHARES: "acme=0.8, other=.1, a=b=1, *=0.25" });
    const faults = parsed.ok ? [] : parsed.error.filter(({ setting }) => setting === "TENANT_SHARES");
    expect(faults).toEqual([]);
    const shares = read("acme=0.8, other=.1, a=b=1, *=0.25");
    if (!shares.ok) throw new Error(shares.error.join());
    expect(["acme", "other", "a=b", "anybody", "*"].map((name) => shareOf(shares.value, name))).toEqual([
      0.8, 0.1, 1, 0.25, 0.25,
    ]);
    expect(sharesTold(shares.value)).toEqual([
      { tenant: null, share: 0.25 },
      { tenant: "acme", share: 0.8 },
      { tenant: "other", share: 0.1 },
      { tenant: "a=b", share: 1 },
    ]);
  });

  it("is half of them where nothing is said", () => {
    expect(shareOf([], "acme")).toBe(LIMITS.placeTenantShare);
    const others = { tenant: null, share: LIMITS.placeTenantShare };
    expect(sharesTold([])).toEqual([others]);
    const acme = { tenant: "acme", share: 1 };
    expect(sharesTold([acme])).toEqual([others, acme]);
  });

  it.each([
    ["acme", "that is not tenant=share"],
    ["=0.5", "that is not tenant=share"],
    [" =0.5", "that is not tenant=share"],
    ["acme=half", "that is not tenant=share"],
    ["acme=-0.5", "that is not tenant=share"],
    ["acme=50%", "that is not tenant=share"],
    ["acme=1e-3", "that is not tenant=share"],
    ["acme=0.12345", "that is not tenant=share"],
    ["acme=0", "whose share is not above 0 and at most 1"],
    ["acme=1.01", "whose share is not above 0 and at most 1"],
    [
      `${"x".repeat(LIMITS.identityChars + 1)}=1`,
      `whose tenant has more than ${LIMITS.identityChars} characters`,
    ],
    ["acme=1, acme=0.5", "number 2, that says once more what another says"],
    ["*=1, b=1, *=0.5", "number 3, that says once more what another says"],
  ])("does not take %j", (text, fault) => {
    const result = read(text);
    expect(result.ok ? [] : result.error).toEqual([expect.stringContaining(fault)]);
  });

  it("is told at start-up what is wrong with it, all of it, and what would be right", () => {
    const parsed = parseConfig({ TENANT_SHARES: "acme, other=2" });
    const told = parsed.ok ? [] : parsed.error.filter(({ setting }) => setting === "TENANT_SHARES");
    expect(told).toEqual([
      {
        setting: "TENANT_SHARES",
        problem: "has an entry, number 1, that is not tenant=share",
        remedy: expect.stringContaining("acme=0.8, *=0.5"),
      },
      {
        setting: "TENANT_SHARES",
        problem: "has an entry, number 2, whose share is not above 0 and at most 1",
        remedy: expect.any(String),
      },
    ]);
  });
});
