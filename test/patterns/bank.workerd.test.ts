/**
 * The bank in its four shapes, each in a whole call.
 */
import { exports } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import scenario from "../../emulator/scenarios/bank.json";
import type { ToolBinding } from "../../src/index.ts";
import { ANA, Caller, play, playNothing, SIGN_IN, WRONG_SIGN_IN } from "../workerd/bank/talk.ts";
import { emulator } from "../workerd/call.ts";

afterEach(playNothing);

/** Another session of the same customer's, in the same bank. */
async function moveMoney({ tenant }: Caller): Promise<void> {
  const { BankTools } = exports as unknown as { readonly BankTools: ToolBinding };
  const facts = { verified: true, customer: ANA.customer };
  const moved = await BankTools.invoke({
    name: "transfer",
    arguments: { from: "checking", to: "savings", amount: 500 },
    context: { session: "another", agent: "bank", caller: null, tenant, segment: "banking", facts },
    call: "t1",
    timeoutMs: 5_000,
  });
  expect(moved.status).toBe("ok");
}

describe("the bank with tools alone", () => {
  it("signs a caller in, tells a balance, moves money, and tells the new balance", async () => {
    const caller = await Caller.of("bank-tool-driven");
    expect(await caller.asks("What is the balance of my checking account?")).toMatchObject({
      tool: "get_balance",
      status: "failed",
      reason: "not_allowed",
    });
    const wrong = await caller.asks(WRONG_SIGN_IN);
    expect(wrong).toMatchObject({ tool: "verify_identity", status: "failed", reason: "refused" });
    expect(wrong.said).toContain("do not belong together");
    expect(await caller.asks(SIGN_IN)).toMatchObject({ tool: "verify_identity", status: "ok" });
    const before = await caller.asks("What is the balance of my checking account?");
    expect(before).toMatchObject({
      tool: "get_balance",
      status: "ok",
      said: expect.stringContaining("1,284.50"),
    });
    expect(await caller.asks("Transfer 100 dollars from checking to savings.")).toMatchObject({
      tool: "transfer",
      status: "ok",
    });
    const after = await caller.asks("What is the balance of my checking account?");
    expect(after.said).toContain("1,184.50");
    expect((await caller.asks("What are today's mortgage rates?")).said).toContain("5.1 percent");
    await caller.hangsUp();
  });
});

describe("the bank with sub-agents", () => {
  it("asks its specialists, and goes on with one while the other takes its time", async () => {
    const caller = await Caller.of("bank-sub-agent");
    expect(await caller.asks(WRONG_SIGN_IN)).toMatchObject({ status: "failed", reason: "refused" });
    expect(await caller.asks(SIGN_IN)).toMatchObject({ tool: "verify_identity", status: "ok" });
    const savings = await caller.asks("What is the balance of my savings account?");
    expect(savings).toMatchObject({
      tool: "ask_banking",
      status: "ok",
      said: expect.stringContaining("9,420"),
    });
    expect(await caller.asks("Transfer 100 dollars from checking to savings.")).toMatchObject({
      tool: "ask_banking",
      status: "ok",
    });

    await emulator("/faults", {
      method: "POST",
      body: JSON.stringify({ service: "converse", fault: { type: "slow_first_byte", ms: 8_000 } }),
    });
    const from = caller.call.messages.length;
    caller.says("What is the balance of my savings account?");
    await caller.call.until("tool_started", { name: "ask_banking" });
    caller.says("No, wait: what does a mortgage of 300,000 dollars cost?");
    await caller.call.until("tool_started", { name: "ask_mortgage_adviser" });
    // What was asked first is told as well, whenever it comes, with the money that was moved meanwhile.
    await caller.hearsAll(["1,837", "9,520"], from);
    await caller.hangsUp();
  });
});

describe("the bank in segments", () => {
  it("knows nothing of accounts until the caller has signed in, and goes on by itself then", async () => {
    const caller = await Caller.of("bank-segmented");
    caller.says("What is the balance of my checking account?");
    expect(await caller.hears()).not.toMatch(/\d/);
    expect(await caller.asks(WRONG_SIGN_IN)).toMatchObject({ tool: "verify_identity", reason: "refused" });
    expect(await caller.movesBy(SIGN_IN)).toEqual({ to: "banking", by: "fact" });
    const balance = await caller.asks("What is the balance of my checking account?");
    expect(balance).toMatchObject({ tool: "get_balance", said: expect.stringContaining("1,284.50") });
    expect(await caller.asks("Transfer 100 dollars from checking to savings.")).toMatchObject({
      status: "ok",
    });
    expect((await caller.asks("What is the balance of my checking account?")).said).toContain("1,184.50");
    expect(await caller.movesBy("I would like a mortgage.")).toEqual({ to: "mortgage", by: "model" });
    await caller.hearsOf("get_mortgage_rates");
    await caller.hears();
    const payment = await caller.asks("Work out the payment for 300,000 dollars over 30 years.");
    expect(payment).toMatchObject({
      tool: "calculate_payment",
      said: expect.stringContaining("1,837.41"),
    });
    expect((await caller.movesBy("And the balance of my savings account?")).to).toBe("banking");
    await caller.hearsOf("get_balance");
    expect(await caller.hears()).toContain("9,520");
    expect(await caller.status()).toMatchObject({
      segment: "banking",
      facts: { verified: true, name: "Ana" },
    });
    await caller.hangsUp();
  });
});

describe("the bank, whole", () => {
  it("goes from the sign-in to banking, to the mortgage adviser and back, and forgets nothing on the way", async () => {
    const caller = await Caller.of("bank");
    expect(await caller.asks(WRONG_SIGN_IN)).toMatchObject({ tool: "verify_identity", reason: "refused" });
    expect(await caller.movesBy(SIGN_IN)).toEqual({ to: "banking", by: "fact" });
    expect((await caller.asks("What is the balance of my checking account?")).said).toContain("1,284.50");
    expect(await caller.asks("Transfer 100 dollars from checking to savings.")).toMatchObject({
      status: "ok",
    });
    expect((await caller.asks("What is the balance of my checking account?")).said).toContain("1,184.50");

    expect(await caller.movesBy("I would like a mortgage of 300,000 dollars.")).toEqual({
      to: "mortgage",
      by: "model",
    });
    // The wish that led here is answered here, by the sub-agent.
    await caller.hearsOf("ask_mortgage_adviser");
    expect(await caller.hears()).toContain("1,837");

    // A changed mind: back to the account, where everything is as it was left.
    expect(await caller.movesBy("Actually, rather the balance of my savings account.")).toEqual({
      to: "banking",
      by: "model",
    });
    await caller.hearsOf("get_balance");
    expect(await caller.hears()).toContain("9,520");

    const status = await caller.status();
    expect(status).toMatchObject({
      segment: "banking",
      path: [{ segment: "sign_in" }, { segment: "banking" }, { segment: "mortgage" }, { segment: "banking" }],
      facts: { verified: true, name: "Ana" },
    });
    expect(JSON.stringify(status)).not.toContain("cus_");
    await caller.hangsUp();
  });

  it("plays as its scenario tells it, from a wrong birthday to a goodbye", async () => {
    await play(scenario);
    const caller = await Caller.of("bank");
    const said: string[] = [];
    const moves: unknown[] = [];
    for (const [index, words] of scenario.heard.entries()) {
      caller.says(words);
      // The sign-in, the mortgage and the way back lead elsewhere, and somebody else answers there.
      if ([2, 7, 9].includes(index)) moves.push((await caller.moved()).to);
      if (index === 7) await caller.hearsOf("ask_mortgage_adviser");
      if (index === 9) await caller.hearsOf("get_balance");
      said.push(await caller.hears());
    }
    expect(moves).toEqual(["banking", "mortgage", "banking"]);
    expect(said).toEqual([
      expect.stringContaining("First tell me your account number"),
      expect.stringContaining("2 more tries"),
      expect.stringContaining("Ana"),
      "There are 1284.50 dollars in checking.",
      "100 dollars from checking to savings: is that right?",
      "Done. There are 1184.50 dollars left in checking.",
      "There are 1184.50 dollars in checking.",
      expect.stringContaining("over 30 years, at 6.2 percent, costs about 1,837 dollars a month"),
      expect.stringContaining("over 15 years, at 5.4 percent"),
      "There are 9520 dollars in savings.",
      "You are welcome. Goodbye!",
    ]);
    await caller.hangsUp();
  });

  it("has the balance and the alerts before anybody asks for them", async () => {
    const caller = await Caller.of("bank");
    await caller.movesBy(SIGN_IN);
    await caller.hears();
    // Money that somebody else moves meanwhile is not seen: this answer was fetched with the sign-in.
    await moveMoney(caller);
    expect((await caller.asks("What is the balance of my checking account?")).said).toContain("1,284.50");
    expect(await caller.asks("Any alerts about my accounts?")).toMatchObject({
      tool: "list_alerts",
      status: "ok",
    });
    await caller.hangsUp();
  });
});
