import { describe, expect, it } from "vitest";
import { first } from "../../agents/first.ts";
import type { Json } from "../../src/base/json.ts";
import type { ToolOutcome } from "../../src/conversation/events.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import type { ToolContext } from "../../src/tools/tool-runner.ts";
import { bindingTo } from "../workerd/tools/bindings.ts";

let sessions = 0;

/** A session of a caller with the first agent; its books begin as everybody's do. */
const call = async (caller: string | null) => {
  const box = await openToolBox(first, { BANK_TOOLS: bindingTo("Bank") });
  const context: ToolContext = {
    session: `s${++sessions}`,
    agent: "first",
    caller,
    tenant: null,
    segment: "main",
    facts: {},
  };
  let calls = 0;
  return {
    box,
    ask: async (name: string, args: Json = {}, id = `t${++calls}`): Promise<ToolOutcome> => {
      const called = { call: id, name, arguments: args, timeoutMs: 1_000, segment: "main", facts: {} };
      return (await box.run(called, context, new AbortController().signal)).outcome;
    },
  };
};

describe("the first agent", () => {
  it("finds the bank's tools and its own", async () => {
    const { box } = await call("ann");
    expect(box.missing).toEqual([]);
    expect(box.specs.map(({ name }) => name)).toEqual([
      "get_balance",
      "list_transactions",
      "transfer",
      "current_time",
    ]);
  });

  it("knows the time", async () => {
    const { ask } = await call("ann");
    const outcome = await ask("current_time");
    const now = outcome.status === "ok" ? Date.parse((outcome.value as { now: string }).now) : Number.NaN;
    expect(Math.abs(Date.now() - now)).toBeLessThan(60_000);
  });
});

describe("the bank", () => {
  it("tells a balance", async () => {
    const { ask } = await call("ann");
    expect(await ask("get_balance", { account: "checking" })).toEqual({
      status: "ok",
      value: { account: "checking", balance: 1284.5, currency: "USD" },
    });
  });

  it("lists the latest transactions, three unless told how many", async () => {
    const { ask } = await call("ann");
    const three = await ask("list_transactions", { account: "checking" });
    const one = await ask("list_transactions", { account: "checking", count: 1 });
    expect(three).toMatchObject({
      value: { transactions: [{ text: "Corner Bakery" }, { text: "Salary" }, { text: "Rent" }] },
    });
    expect(one).toMatchObject({
      value: { transactions: [{ date: "2026-11-20", text: "Corner Bakery", amount: -8.4 }] },
    });
  });

  it.each([
    [{ account: "gold" }],
    [{}],
    [{ account: "checking", count: 0 }],
    [{ account: "checking", count: 1.5 }],
  ])("asks again when the details do not fit: %j", async (args) => {
    const { ask } = await call("ann");
    expect(await ask("list_transactions", args)).toMatchObject({ status: "failed", reason: "bad_arguments" });
  });

  it("moves money between a caller's accounts, and writes it down on both", async () => {
    const { ask } = await call("mover");
    expect(await ask("transfer", { from: "checking", to: "savings", amount: 0.1 })).toEqual({
      status: "ok",
      value: { moved: 0.1, currency: "USD", balances: { checking: 1284.4, savings: 9420.1 } },
    });
    const booked = await ask("list_transactions", { account: "savings", count: 1 });
    expect(booked).toMatchObject({ value: { transactions: [{ text: "From checking", amount: 0.1 }] } });
  });

  it("moves it once when the same call is made twice", async () => {
    const { ask } = await call("repeater");
    const order = { from: "savings", to: "checking", amount: 20 };
    const once = await ask("transfer", order, "t9");
    expect(await ask("transfer", order, "t9")).toEqual(once);
    expect(await ask("get_balance", { account: "savings" })).toMatchObject({ value: { balance: 9400 } });
  });

  it.each([
    [{ from: "checking", to: "savings", amount: 5_000 }, "There is not enough money in checking."],
    [{ from: "checking", to: "checking", amount: 5 }, "Those are the same account."],
  ])("says why it will not move money: %j", async (order, say) => {
    const { ask } = await call("poor");
    expect(await ask("transfer", order)).toEqual({ status: "failed", reason: "refused", say });
    expect(await ask("get_balance", { account: "checking" })).toMatchObject({ value: { balance: 1284.5 } });
  });

  it("keeps callers' books apart, also from who did not say who they are", async () => {
    const [bob, nobody, imitator] = [await call("bob"), await call(null), await call("anonymous")];
    await bob.ask("transfer", { from: "checking", to: "savings", amount: 100 });
    await nobody.ask("transfer", { from: "checking", to: "savings", amount: 200 });
    const balances = await Promise.all(
      [bob, nobody, imitator].map(({ ask }) => ask("get_balance", { account: "checking" })),
    );
    expect(balances).toMatchObject([
      { value: { balance: 1184.5 } },
      { value: { balance: 1084.5 } },
      { value: { balance: 1284.5 } },
    ]);
  });
});
