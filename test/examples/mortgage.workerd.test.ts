import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readQuestion } from "../../examples/bank/mortgage/src/read-question.ts";
import type { SubAgentBinding, SubAgentReply } from "../../src/index.ts";

const { MortgageAdviser } = exports as unknown as { readonly MortgageAdviser: SubAgentBinding };

let sessions = 0;
/** A session's line to the adviser. */
const session = (
  facts: Record<string, string | boolean> = { verified: true, customer: "cus_8Q2M4T" },
): ((question: string, progress?: (words: string) => void) => Promise<SubAgentReply>) => {
  const id = `m${++sessions}`;
  return (question, progress) =>
    MortgageAdviser.ask(
      {
        question,
        input: { question },
        context: { session: id, agent: "bank", caller: null, tenant: null, segment: "mortgage", facts },
        call: "t1",
        timeoutMs: 5_000,
      },
      progress,
    );
};

describe("the mortgage adviser", () => {
  it("tells today's rates", async () => {
    expect(await session()("What are your rates?")).toEqual({
      status: "done",
      say: expect.stringMatching(/5\.1 percent over 10 years.* and 6\.2 percent over 30 years\.$/),
    });
  });

  it("asks back what it has to know, and remembers what it was told", async () => {
    const ask = session();
    expect(await ask("What would a mortgage cost me?")).toMatchObject({ status: "needs_input" });
    expect(await ask("300,000 dollars over 30 years")).toMatchObject({
      say: "300,000 dollars over 30 years, at 6.2 percent, costs about 1,837 dollars a month.",
    });
    expect(await ask("And over 15 years?")).toMatchObject({
      say: expect.stringContaining("over 15 years, at 5.4"),
    });
  });

  it("remembers no other session's wish", async () => {
    await session()("250,000 dollars");
    expect(await session()("What would it cost?")).toMatchObject({ status: "needs_input" });
  });

  it("leaves a matter open until the caller has decided", async () => {
    const ask = session();
    expect(await ask("300,000 dollars over 20 years")).toMatchObject({
      word: { facts: { open_matter: "a mortgage of 300,000 dollars over 20 years" } },
    });
    expect(await ask("I have decided against the mortgage.")).toMatchObject({
      status: "done",
      word: { facts: { open_matter: null } },
    });
    expect(await ask("What would it cost?")).toMatchObject({ status: "needs_input" });
  });

  it("judges by the income of whoever is signed in, and of nobody else", async () => {
    const question = "Could I get 300 thousand dollars?";
    const [ana, chloe] = [session(), session({ verified: true, customer: "cus_B5NL0R" })];
    expect(await ana(question)).toMatchObject({ say: expect.stringContaining("too much for your income") });
    expect(await chloe(question)).toMatchObject({ say: expect.stringContaining("you could have it") });
    expect(await session({})(question)).toEqual({ status: "failed", say: "Please sign in first." });
  });

  it("says what it is about while it works", async () => {
    const told: string[] = [];
    await session()("What does 200k cost?", (words) => told.push(words));
    expect(told).toEqual(["I am working that out."]);
  });
});

describe("a question about a mortgage", () => {
  it.each([
    ["What does 300,000 dollars cost over 15 years?", "payment", { amount: 300_000, years: 15 }],
    ["And over twenty?", "payment", { years: 20 }],
    ["Could I afford a 30-year mortgage of $1.2 million?", "eligibility", { amount: 1_200_000, years: 30 }],
    ["How much interest for ten years?", "rates", { years: 10 }],
  ])("is read for what it is about: %s", (question, about, wish) => {
    expect(readQuestion(question)).toEqual({ about, wish });
  });
});
