import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { subAgent, worker } from "../../src/agent/sub-agent-list.ts";
import { binding } from "../../src/agent/tool-list.ts";
import { DescriptionCache } from "../../src/tools/description-cache.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import type { ToolBox } from "../../src/tools/tool-runner.ts";
import { bindingTo, CONTEXT, callIn } from "../workerd/tools/bindings.ts";
import { SUB_AGENT_LIES } from "../workerd/tools/worker.ts";

/** What answers has all the time that a busy machine takes. */
const PATIENT_MS = 20_000;
const CALL = { call: "t1", segment: "main", facts: {} };

let log: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  log = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => log.mockRestore());

const open = (entrypoint: string): Promise<ToolBox> => {
  const tools = [
    subAgent({
      name: "ask_loans",
      description: "Loans.",
      agent: worker("LOANS"),
      timeoutMs: PATIENT_MS,
      supersede: true,
    }),
  ];
  return openToolBox(defineAgent({ name: "first", prompt: "x", tools }), { LOANS: bindingTo(entrypoint) });
};

const ask = async (
  box: ToolBox,
  question: string,
  session = "s1",
  progress: (words: string) => void = () => {},
  timeoutMs = PATIENT_MS,
) => {
  const call = { ...CALL, name: "ask_loans", arguments: { question }, timeoutMs };
  const { outcome } = await box.run(call, { ...CONTEXT, session }, new AbortController().signal, progress);
  return outcome;
};

describe("a Worker that is a sub-agent", () => {
  it("knows who asks, remembers the session, and is heard in words for the ear", async () => {
    const box = await open("Loans");
    const progress: string[] = [];
    expect(await ask(box, "rates", "s2", (words) => progress.push(words))).toEqual({
      status: "ok",
      value: { status: "done", say: "ann. You asked nothing before." },
    });
    expect(progress).toEqual(["Looking at your file."]);
    expect(await ask(box, "terms", "s2")).toMatchObject({ value: { say: "ann. You asked rates before." } });
    expect(await ask(box, "terms", "s3")).toMatchObject({ value: { say: "ann. You asked nothing before." } });
  });

  it("may ask something back, and refuse in its own words", async () => {
    const box = await open("Loans");
    expect(await ask(box, "back")).toMatchObject({ value: { status: "needs_input", say: "For how long?" } });
    expect(await ask(box, "refuse")).toEqual({
      status: "failed",
      reason: "threw",
      say: "There is no such loan.",
    });
  });

  it("tells what it threw to its own log only", async () => {
    const outcome = await ask(await open("Loans"), "fail");
    expect(outcome).toMatchObject({ status: "failed", reason: "threw" });
    expect(JSON.stringify(outcome)).not.toContain("password");
    expect(log).toHaveBeenCalledWith(
      "The sub-agent failed:",
      expect.objectContaining({ message: "password 1234" }),
    );
  });

  it("is not waited for beyond its time, nor past a changed mind", async () => {
    const box = await open("Loans");
    const first = ask(box, "hang");
    expect(await ask(box, "back")).toMatchObject({ status: "ok" });
    expect(await first).toMatchObject({ status: "failed", reason: "cancelled" });
    expect(await ask(box, "hang", "s1", undefined, 100)).toMatchObject({
      status: "failed",
      reason: "timeout",
    });
  });

  it.each([...Object.keys(SUB_AGENT_LIES), "throws", "is_dead"])(
    "comes to an outcome with words, whatever it answers: %s",
    async (lie) => {
      const outcome = await ask(await open("LyingSubAgent"), lie);
      expect(outcome).toEqual({
        status: "failed",
        reason: expect.stringMatching(/^(bad_result|too_large|threw|timeout)$/),
        say: expect.stringMatching(/^[A-Z][^{}]{10,60}\.$/),
      });
      expect(JSON.stringify(outcome)).not.toMatch(/password|db\.internal/);
    },
  );

  it("answers whoever calls it wrongly", async () => {
    const bound = bindingTo("Loans") as { ask(question: unknown): Promise<object> };
    expect(await bound.ask({ question: 5 })).toMatchObject({ status: "failed" });
    expect(await bound.ask(null)).toMatchObject({ status: "failed" });
  });
});

describe("a tool of another Worker", () => {
  it("is called by its own name when it is offered under another", async () => {
    const tools = [
      binding("MANNERS", {
        only: ["echo"],
        rename: { echo: "repeat" },
        calls: { echo: { timeoutMs: PATIENT_MS } },
      }),
    ];
    const box = await openToolBox(
      defineAgent({ name: "first", prompt: "x", tools }),
      { MANNERS: bindingTo("Manners") },
      { cache: new DescriptionCache(Date) },
    );
    expect(box.specs).toMatchObject([{ name: "repeat", timeoutMs: PATIENT_MS }]);
    expect(await callIn(box, "repeat", { count: 2 })).toMatchObject({ value: { count: 2 } });
    expect(await callIn(box, "echo", { count: 2 })).toMatchObject({ reason: "unknown_tool" });
  });

  it("may say itself that its answers are good for a while, and whose they outdate", async () => {
    const box = await openToolBox(
      defineAgent({
        name: "first",
        prompt: "x",
        tools: [binding("COUNTER", { rename: { count: "how_many" } })],
      }),
      { COUNTER: bindingTo("Counter") },
      { cache: new DescriptionCache(Date) },
    );
    const run = (name: string) => callIn(box, name);
    const before = await run("how_many");
    expect(await run("how_many")).toEqual(before);
    await run("reset");
    expect(await run("how_many")).not.toEqual(before);
    expect(await run("once")).toEqual(await run("once"));
  });
});
