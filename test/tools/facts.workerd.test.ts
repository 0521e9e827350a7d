import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FactDefinition } from "../../src/agent/facts.ts";
import { subAgent, worker } from "../../src/agent/sub-agent-list.ts";
import { toolSources } from "../../src/agent/tool-sources.ts";
import type { ToolBinding } from "../../src/tools/contract.ts";
import { DescriptionCache } from "../../src/tools/description-cache.ts";
import type { SubAgentBinding } from "../../src/tools/sub-agent-contract.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import { answerIn, bindingTo, CONTEXT, from } from "../workerd/tools/bindings.ts";
import { WORDS } from "../workerd/tools/worker.ts";

const fact = (...setBy: string[]): FactDefinition => ({ description: null, secret: false, setBy });
const FACTS = { verified: fact("sign_in", ...Object.keys(WORDS)), customer: fact("sign_in", "ask_loans") };

let troubles: string[];
let log: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  troubles = [];
  log = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => log.mockRestore());

const open = (entrypoint: string) =>
  openToolBox(
    { tools: [from("DESK")], facts: FACTS },
    { DESK: bindingTo(entrypoint) },
    {
      cache: new DescriptionCache(Date),
      trouble: (tool, cause) => troubles.push(`${tool}: ${String(cause)}`),
    },
  );

describe("a tool of another Worker", () => {
  it("tells the session facts and where to go on, beside its answer, and knows those before it", async () => {
    const box = await open("Desk");
    expect(await answerIn(box, "sign_in", { tries: 1 })).toEqual({
      outcome: { status: "ok", value: { segment: "main", known: ["tries"] } },
      word: { facts: { verified: true, customer: "c-1" }, next: "banking" },
    });
    expect((await answerIn(box, "balance", { customer: "c-1" })).outcome).toEqual({
      status: "ok",
      value: "of c-1",
    });
    expect(troubles).toEqual([]);
  });

  it("says itself what it requires", async () => {
    const box = await open("Desk");
    expect(box.specs.find(({ name }) => name === "balance")?.requires).toEqual({ verified: true });
  });

  it("tells its own log which of its words will not do", async () => {
    const box = await open("Desk");
    expect(await answerIn(box, "rubbish")).toEqual({ outcome: { status: "ok", value: "ok" } });
    expect(log).toHaveBeenCalledWith(
      expect.stringMatching(/^Tool rubbish: .* left out: .*"customer": it is no text, number or boolean/),
    );
    expect(troubles).toEqual([expect.stringContaining("its setBy does not name this tool")]);
  });

  it("tells nothing by what it throws", async () => {
    expect(await answerIn(await open("Desk"), "throws")).toEqual({
      outcome: expect.objectContaining({ reason: "threw" }),
    });
  });

  it.each(Object.keys(WORDS))(
    "may tell the session rubbish: its answer counts all the same: %s",
    async (lie) => {
      const { outcome, word } = await answerIn(await open("LyingDesk"), lie);
      expect(outcome).toEqual({ status: "ok", value: 1 });
      expect(word).toEqual(
        { facts_of_others: { facts: { verified: true } }, another_segment: { next: "vault" } }[lie],
      );
      if (!["nothing", "another_segment"].includes(lie)) expect(troubles).not.toEqual([]);
      expect(troubles.join().length).toBeLessThan(1_000);
    },
  );

  it("is understood by a gateway, and understands one, that knows of no facts yet", async () => {
    const desk = bindingTo("Desk") as unknown as ToolBinding;
    const { session, agent, caller, tenant } = CONTEXT;
    const old = { session, agent, caller, tenant };
    const call = { name: "sign_in", arguments: {}, call: "t1", timeoutMs: 1_000 };
    const reply = await desk.invoke({ ...call, context: old as typeof CONTEXT });
    expect(reply).toMatchObject({ status: "ok", value: { segment: "main", known: [] } });
    const newer = { ...CONTEXT, mood: "good", facts: { tries: 2 } };
    expect(await desk.invoke({ ...call, context: newer })).toMatchObject({ value: { known: ["tries"] } });
  });
});

describe("a sub-agent in a Worker", () => {
  it("tells the session what it has found out, and knows what is known", async () => {
    const agent = worker("LOANS");
    const tools = toolSources([subAgent({ name: "ask_loans", description: "Loans.", agent })], []);
    const box = await openToolBox({ tools, facts: FACTS }, { LOANS: bindingTo("Loans") });
    expect(await answerIn(box, "ask_loans", {}, { question: "sign" })).toEqual({
      outcome: { status: "ok", value: { status: "done", say: "You are known now.", next: "Go on." } },
      word: { facts: { customer: "c-1" }, next: "loans" },
    });
    expect(await answerIn(box, "ask_loans", { customer: "c-1" }, { question: "known" })).toEqual({
      outcome: { status: "ok", value: { status: "done", say: "I know customer in main." } },
    });
  });

  it("understands a gateway that knows of no facts yet", async () => {
    const loans = bindingTo("Loans") as unknown as SubAgentBinding;
    const context = { session: "s1", agent: "first", caller: null, tenant: null } as typeof CONTEXT;
    const question = { question: "known", input: {}, context, call: "t1", timeoutMs: 1_000 };
    expect(await loans.ask(question, () => {})).toMatchObject({ say: "I know  in main." });
  });
});
