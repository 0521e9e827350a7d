import { runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ToolBinding, ToolReply } from "../../src/index.ts";

const { BankTools } = exports as unknown as { readonly BankTools: ToolBinding };
const { DOORS } = env as unknown as { readonly DOORS: DurableObjectNamespace };

const ANA = { number: "10025518", savings: "10025526", born: "1988-03-14", customer: "cus_8Q2M4T" };
const CHECKING = { account: "checking" };
const BEN = { number: "20045518", born: "1975-11-02", customer: "cus_3V7XKD" };

let sessions = 0;

/** A session in a bank of its own, so that no test finds what another has left. */
const call = (facts: Record<string, string | boolean> = {}, tenant = `bank ${++sessions}`) => {
  let calls = 0;
  return (name: string, args: Record<string, string | number> = {}, id = `t${++calls}`): Promise<ToolReply> =>
    BankTools.invoke({
      name,
      arguments: args,
      context: { session: "s1", agent: "bank", caller: null, tenant, segment: "main", facts },
      call: id,
      timeoutMs: 5_000,
    });
};
const signedIn = (customer: string, tenant?: string) => call({ verified: true, customer }, tenant);

const signIn = (number: string, born: string) => ({ account_number: number, date_of_birth: born });
const refused = (say: string | RegExp) => ({
  status: "failed",
  reason: "refused",
  say: typeof say === "string" ? say : expect.stringMatching(say),
});

describe("signing in", () => {
  it("tells the name to the model, and who it is to the session only", async () => {
    expect(await call()("verify_identity", signIn(ANA.number, ANA.born))).toEqual({
      status: "ok",
      value: { status: "verified", name: "Ana" },
      word: { facts: { verified: true, customer: ANA.customer, name: "Ana" } },
    });
  });

  it("is done once in a call: another customer, though rightly named, has to make another", async () => {
    const ask = signedIn(ANA.customer);
    for (const { number, born } of [BEN, ANA])
      expect(await ask("verify_identity", signIn(number, born))).toEqual(refused(/signed in already/));
  });

  it("works with any of the caller's accounts, however its number is written", async () => {
    const ask = call();
    for (const number of [ANA.savings, "1002 5518", "1002-5518"])
      expect(await ask("verify_identity", signIn(number, ANA.born))).toMatchObject({ status: "ok" });
  });

  it("says how many tries are left, and locks the account with the third wrong one, also for the right date", async () => {
    const ask = call();
    const wrong = () => ask("verify_identity", signIn(ANA.number, "1988-03-15"));
    expect(await wrong()).toEqual(refused(/do not belong together\. There are 2 more tries/));
    expect(await wrong()).toEqual(refused(/There is one more try/));
    expect(await wrong()).toEqual(refused(/locked/));
    expect(await ask("verify_identity", signIn(ANA.number, ANA.born))).toEqual(refused(/locked/));
    // Another customer's door is not touched by it.
    expect(await ask("verify_identity", signIn(BEN.number, BEN.born))).toMatchObject({ status: "ok" });
  });

  it("counts wrong tries over all sessions of a bank, and over no other bank's", async () => {
    const one = call({}, "north");
    const other = call({}, "north");
    for (const ask of [one, other, one]) await ask("verify_identity", signIn(BEN.number, "1990-01-01"));
    expect(await other("verify_identity", signIn(BEN.number, BEN.born))).toEqual(refused(/locked/));
    const elsewhere = call({}, "south");
    expect(await elsewhere("verify_identity", signIn(BEN.number, BEN.born))).toMatchObject({ status: "ok" });
  });

  it("forgets wrong tries after one that was right", async () => {
    const ask = call();
    for (const born of ["1988-01-01", "1988-01-02", ANA.born, "1988-01-03", "1988-01-04"])
      await ask("verify_identity", signIn(ANA.number, born));
    expect(await ask("verify_identity", signIn(ANA.number, ANA.born))).toMatchObject({ status: "ok" });
  });

  it("opens again when the time is over", async () => {
    const ask = call({}, "later");
    for (const born of ["1988-01-01", "1988-01-02", "1988-01-03"])
      await ask("verify_identity", signIn(ANA.number, born));
    expect(await ask("verify_identity", signIn(ANA.number, ANA.born))).toEqual(refused(/locked/));
    expect(await runDurableObjectAlarm(DOORS.getByName(JSON.stringify(["later", ANA.number])))).toBe(true);
    expect(await ask("verify_identity", signIn(ANA.number, ANA.born))).toMatchObject({ status: "ok" });
  });

  it("does not tell an account that is nobody's from one that is somebody's", async () => {
    const [real, none] = [call(), call()];
    for (let tries = 0; tries < 4; tries++)
      expect(await none("verify_identity", signIn("99999999", "1990-01-01"))).toEqual(
        await real("verify_identity", signIn(ANA.number, "1990-01-01")),
      );
  });

  it.each([["the fourteenth of March"], ["1988-02-30"], [""]])(
    "asks again for a date that is none: %s",
    async (born) => {
      const reply = await call()("verify_identity", signIn(ANA.number, born));
      expect(reply).toMatchObject({ reason: "bad_arguments" });
    },
  );
});

describe("an account", () => {
  it("tells its balance, by its kind or its number", async () => {
    const ask = signedIn(ANA.customer);
    const checking = { status: "ok", value: { account: "checking", balance: 1284.5, currency: "USD" } };
    expect(await ask("get_balance", CHECKING)).toEqual(checking);
    expect(await ask("get_balance", { account: "Checking" })).toEqual(checking);
    expect(await ask("get_balance", { account: ANA.number })).toEqual(checking);
    expect(await ask("get_balance", { account: "savings" })).toMatchObject({ value: { balance: 9420 } });
  });

  it("lists its latest transactions, three unless told how many", async () => {
    const ask = signedIn(ANA.customer);
    expect(await ask("list_transactions", CHECKING)).toMatchObject({
      value: { transactions: [{ text: "Corner Bakery" }, { text: "Salary" }, { text: "Rent" }] },
    });
    expect(await ask("list_transactions", { account: "checking", count: 1 })).toMatchObject({
      value: { transactions: [{ date: "2026-11-20", text: "Corner Bakery", amount: -8.4 }] },
    });
    expect(await ask("list_transactions", { ...CHECKING, count: 0 })).toMatchObject({
      reason: "bad_arguments",
    });
  });

  it("has what the bank wants its customer to know", async () => {
    expect(await signedIn(BEN.customer)("list_alerts")).toMatchObject({
      value: { alerts: [{ text: "Your checking account is below one hundred dollars." }] },
    });
  });

  it.each([
    ["get_balance", { account: BEN.number }],
    ["list_transactions", { account: BEN.number }],
    ["transfer", { from: BEN.number, to: "checking", amount: 1 }],
    ["transfer", { from: "checking", to: BEN.number, amount: 1 }],
    ["get_balance", { account: "12345678" }],
    ["get_balance", { account: "' OR 1=1 --" }],
    ["get_balance", { account: "%" }],
  ])("that is not the customer's is refused, whosever it is: %s %j", async (name, args) => {
    expect(await signedIn(ANA.customer)(name, args)).toEqual(refused("That is not one of your accounts."));
  });

  it.each<[string, Record<string, string | boolean>]>([
    ["nobody has signed in", {}],
    ["the session says so without a customer", { verified: true }],
    ["there is a customer without a sign-in", { customer: ANA.customer }],
    ["a sign-in was taken back", { verified: false, customer: ANA.customer }],
  ])("is not told when %s", async (_, facts) => {
    const ask = call(facts);
    for (const name of ["get_balance", "list_transactions", "list_alerts", "check_eligibility"])
      expect(await ask(name, { ...CHECKING, amount: 1000 })).toEqual(refused("Please sign in first."));
    const order = { from: "checking", to: "savings", amount: 1 };
    expect(await ask("transfer", order)).toEqual(refused("Please sign in first."));
  });

  it("of a customer who does not exist is nobody's", async () => {
    const ask = signedIn("cus_NOBODY");
    expect(await ask("get_balance", CHECKING)).toEqual(refused("That is not one of your accounts."));
  });
});

describe("a transfer", () => {
  it("moves money between the customer's accounts, to the cent, and writes it down on both", async () => {
    const ask = signedIn(ANA.customer);
    expect(await ask("transfer", { from: "checking", to: "savings", amount: 0.1 })).toEqual({
      status: "ok",
      value: { moved: 0.1, currency: "USD", balances: { checking: 1284.4, savings: 9420.1 } },
    });
    expect(await ask("list_transactions", { account: "savings", count: 1 })).toMatchObject({
      value: { transactions: [{ text: "From checking", amount: 0.1 }] },
    });
    expect(await ask("list_transactions", { account: "checking", count: 1 })).toMatchObject({
      value: { transactions: [{ text: "To savings", amount: -0.1 }] },
    });
  });

  it("is done once when the same call comes again, or twice at a time", async () => {
    const ask = signedIn(ANA.customer);
    const order = { from: "savings", to: "checking", amount: 20 };
    const [once, meanwhile] = await Promise.all([ask("transfer", order, "t9"), ask("transfer", order, "t9")]);
    expect(meanwhile).toEqual(once);
    expect(await ask("transfer", order, "t9")).toEqual(once);
    expect(await ask("get_balance", { account: "savings" })).toMatchObject({ value: { balance: 9400 } });
  });

  it("never spends the same money twice, however many come at a time", async () => {
    const ask = signedIn(ANA.customer);
    const order = { from: "checking", to: "savings", amount: 500 };
    const replies = await Promise.all(Array.from({ length: 5 }, () => ask("transfer", order)));
    expect(replies.filter(({ status }) => status === "ok")).toHaveLength(2);
    expect(await ask("get_balance", CHECKING)).toMatchObject({ value: { balance: 284.5 } });
  });

  it.each([
    [{ from: "checking", to: "savings", amount: 5_000 }, "There is not enough money in that account."],
    [{ from: "checking", to: ANA.number, amount: 5 }, "Those are the same account."],
  ])("says why it will not be done: %j", async (order, say) => {
    const ask = signedIn(ANA.customer);
    expect(await ask("transfer", order)).toEqual(refused(say));
    expect(await ask("get_balance", CHECKING)).toMatchObject({ value: { balance: 1284.5 } });
  });

  it.each([[0], [-5], [0.001], [1e9]])("is not done for %d dollars", async (amount) => {
    const order = { from: "checking", to: "savings", amount };
    expect(await signedIn(ANA.customer)("transfer", order)).toMatchObject({ reason: "bad_arguments" });
  });

  it("is in one bank's books only", async () => {
    const east = signedIn(ANA.customer, "east");
    await east("transfer", { from: "checking", to: "savings", amount: 100 });
    expect(await east("get_balance", CHECKING)).toMatchObject({ value: { balance: 1184.5 } });
    expect(await signedIn(ANA.customer, "west")("get_balance", CHECKING)).toMatchObject({
      value: { balance: 1284.5 },
    });
  });
});

describe("a mortgage", () => {
  it("has rates that anybody may know", async () => {
    expect(await call()("get_mortgage_rates")).toMatchObject({
      value: { rates: [{}, {}, {}, { percent: 6.2 }] },
    });
  });

  it("costs what a loan paid back in equal parts does", async () => {
    // 300000 × r / (1 − (1 + r)^−360), where r = 0.062 / 12
    const loan = { amount: 300_000, years: 30 };
    expect(await signedIn(ANA.customer)("calculate_payment", loan)).toMatchObject({
      value: { payment: 1837.41, percent: 6.2 },
    });
  });

  it("is within reach or not, by what the customer earns", async () => {
    const loan = { amount: 300_000, years: 30 };
    const [ana, chloe] = [signedIn(ANA.customer), signedIn("cus_B5NL0R")];
    expect(await ana("check_eligibility", loan)).toMatchObject({ value: { eligible: false } });
    expect(await chloe("check_eligibility", loan)).toMatchObject({ value: { eligible: true } });
  });
});

it("each tool of the bank tells what it requires and what may be kept of it", async () => {
  const tools = await BankTools.describe();
  const open = tools.filter(({ requires }) => requires === undefined).map(({ name }) => name);
  expect(open).toEqual(["verify_identity", "get_mortgage_rates"]);
  expect(tools.find(({ name }) => name === "transfer")).toMatchObject({
    idempotent: false,
    invalidates: ["get_balance", "list_transactions"],
  });
});
