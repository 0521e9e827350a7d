import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { InlineRun, ToolSource } from "../../src/agent/agent.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { clientTool, fn } from "../../src/agent/tool-list.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { DescriptionCache } from "../../src/tools/description-cache.ts";
import { systemTimers, type Timers } from "../../src/tools/time-limit.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import { bindingTo, boxOver, CONTEXT, callIn, describes, from } from "../workerd/tools/bindings.ts";
import { asked, DESCRIPTIONS } from "../workerd/tools/worker.ts";

const names = (box: { readonly specs: readonly { readonly name: string }[] }): string[] =>
  box.specs.map(({ name }) => name);

/** Who is asked for a description first gets no longer than a moment; the others have their time. */
const impatient = (): Timers => {
  let asked = 0;
  return {
    after: (ms, run) => systemTimers.after(ms === LIMITS.toolDescribeMs && asked++ === 0 ? 30 : ms, run),
  };
};

/** Named apart, so that nothing here is a promise by accident. */
const THEN = "then";

/** A tool made without `fn`, as JavaScript would let a builder do it. */
const functions = (name: string, run: InlineRun, timeoutMs = 20_000): ToolSource => ({
  type: "functions",
  tools: [{ name, description: name, inputSchema: { type: "object" }, timeoutMs, run }],
});

describe("finding an agent's tools", () => {
  it("brings together what bindings, the client and the gateway have, in the agent's order", async () => {
    const agent = defineAgent({
      name: "first",
      prompt: "You are kind.",
      tools: [
        clientTool({ name: "show_card", description: "Shows.", input: z.object({}) }),
        fn({ name: "now", description: "Tells the time.", input: z.object({}), run: () => "noon" }),
      ],
    });
    const tools = [...agent.tools, from("GOOD"), from("OTHER")];
    const box = await openToolBox(
      { tools },
      { GOOD: describes("good"), OTHER: describes("other") },
      { cache: new DescriptionCache(Date) },
    );
    expect(box.specs.map(({ name, runs }) => `${runs}: ${name}`)).toEqual([
      "client: show_card",
      "gateway: now",
      "gateway: good",
      "gateway: other",
    ]);
    expect(box.missing).toEqual([]);
  });

  it.each<[string, string]>([
    ["hangs", "did not answer within"],
    ["is_dead", "describe() threw"],
    ["throws", "describe() threw: Error: out of order"],
    ["throws_text", "describe() threw: Error: out of order"],
    ["nothing", "no list"],
    ["null", "no list"],
    ["a_text", "no list"],
    ["an_object", "no list"],
    ["a_function", "answered badly"],
    ["a_list_of_functions", "answered badly"],
    ["ten_megabytes", `more than ${LIMITS.toolDescribeBytes} bytes`],
    ["too_many", `more than ${LIMITS.toolsOffered} tools`],
  ])("reports a Worker whose description %s, and has the others' tools", async (what, cause) => {
    const timers = what === "hangs" ? impatient() : systemTimers;
    const box = await boxOver({ BAD: describes(what), GOOD: describes("good") }, { timers });
    expect(box.missing).toEqual([{ source: "BAD", cause: expect.stringContaining(cause) }]);
    expect(names(box)).toEqual(["good"]);
    expect(await callIn(box, "good")).toEqual({ status: "ok", value: "good" });
  });

  it("has a case for every description there is", () => {
    expect(Object.keys(DESCRIPTIONS).sort()).toEqual(
      [
        ...["good", "bound", "other", "none", "half_good"],
        ...[
          "hangs",
          "is_dead",
          "throws",
          "throws_text",
          "nothing",
          "null",
          "a_text",
          "an_object",
          "a_function",
          "a_list_of_functions",
        ],
        ...["ten_megabytes", "too_many"],
      ].sort(),
    );
  });

  it("leaves out single tools that cannot be offered, and says which and why", async () => {
    const box = await boxOver({ HALF: describes("half_good") });
    expect(names(box)).toEqual(["good"]);
    expect(box.missing.map(({ source }) => source)).toEqual([
      "HALF.good",
      "HALF.get balance",
      "HALF.",
      `HALF.${"x".repeat(64)}`,
      "HALF.#3",
      "HALF.mute",
      "HALF.wordless",
      "HALF.listed",
      "HALF.schemaless",
      "HALF.slow",
      "HALF.negative",
      "HALF.#10",
      "HALF.#11",
    ]);
    expect(box.missing.find(({ source }) => source === "HALF.get balance")?.cause).toContain(
      "a tool's name is 1 to 64 letters, digits, _ and -",
    );
  });

  it.each<[string, unknown, string]>([
    ["is not there", undefined, "there is no binding BANK; is it under [[services]] in wrangler.toml?"],
    ["is null", null, "not a service binding"],
    ["is a text", "antiphon-bank-tools", "not a service binding"],
    ["is a number", 5, "not a service binding"],
    ["is a store, not a Worker", { get: () => 1, put: () => 1 }, "not a service binding"],
    ["is half a tool Worker", { describe: async () => [] }, "not a service binding"],
  ])("reports a binding that %s", async (_, binding, cause) => {
    const box = await boxOver({ BANK: binding, GOOD: describes("good") });
    expect(box.missing).toEqual([{ source: "BANK", cause: expect.stringContaining(cause) }]);
    expect(names(box)).toEqual(["good"]);
  });

  it("reports a Worker that is no tool Worker", async () => {
    const box = await boxOver({ SITE: bindingTo("NoTools"), GOOD: describes("good") });
    expect(box.missing).toEqual([
      { source: "SITE", cause: expect.stringMatching(/describe\(\) threw: TypeError.*"describe"/) },
    ]);
    expect(names(box)).toEqual(["good"]);
  });

  it("finds no tools in what every object has", async () => {
    const box = await openToolBox({ tools: [from("constructor"), from("__proto__"), from("toString")] }, env);
    expect(box.specs).toEqual([]);
    expect(box.missing).toHaveLength(3);
  });

  it("gives a name that two offer to the first in the agent's list", async () => {
    const box = await openToolBox(
      { tools: [functions("good", () => "mine"), from("GOOD")] },
      { GOOD: describes("good") },
      { cache: new DescriptionCache(Date) },
    );
    expect(box.missing).toEqual([{ source: "GOOD.good", cause: "the gateway offers that name already" }]);
    expect(await callIn(box, "good")).toEqual({ status: "ok", value: "mine" });
  });

  it("narrows a binding to the tools the agent asked for, and reports those it does not have", async () => {
    const box = await openToolBox(
      { tools: [from("MANNERS", ["env", "echo", "sing"])] },
      { MANNERS: bindingTo("Manners") },
      { cache: new DescriptionCache(Date) },
    );
    expect(names(box)).toEqual(["echo", "env"]);
    expect(box.missing).toEqual([{ source: "MANNERS.sing", cause: "it is not offered" }]);
    expect(await callIn(box, "nothing")).toMatchObject({ reason: "unknown_tool" });
  });

  it("offers no more tools than the model can choose from", async () => {
    const many = Array.from({ length: LIMITS.toolsOffered + 1 }, (_, index) =>
      functions(`t${index}`, () => index),
    );
    const box = await openToolBox({ tools: many }, {});
    expect(box.specs).toHaveLength(LIMITS.toolsOffered);
    expect(box.missing).toEqual([
      {
        source: `the gateway.t${LIMITS.toolsOffered}`,
        cause: `there are ${LIMITS.toolsOffered} tools already`,
      },
    ]);
  });

  it("asks all bindings at once: ten that hang cost no more time than one", async () => {
    const limits: number[] = [];
    const rings: (() => void)[] = [];
    const timers: Timers = {
      after: (ms, run) => {
        limits.push(ms);
        rings.push(run);
        // Nobody is rung for before all ten are asked: one after the other would wait here for ever.
        if (rings.length === 10) queueMicrotask(() => rings.map((ring) => ring()));
        return () => {};
      },
    };
    const hanging = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`B${index}`, describes("hangs")]),
    );
    const box = await boxOver(hanging, { timers });
    expect(box.missing).toHaveLength(10);
    expect(limits).toEqual(Array.from({ length: 10 }, () => LIMITS.toolDescribeMs));
  });
});

describe("what a binding said of its tools", () => {
  it("is believed for a while, so that the next session does not wait, and then asked again", async () => {
    const clock = { time: 1_000, now: () => clock.time };
    const cache = new DescriptionCache(clock);
    const bindings = { NONE: describes("none") };
    const before = asked.get("none") ?? 0;
    await boxOver(bindings, { cache });
    await boxOver(bindings, { cache });
    clock.time += LIMITS.toolDescribeCacheMs - 1;
    await boxOver(bindings, { cache });
    expect((asked.get("none") ?? 0) - before).toBe(1);
    clock.time += 1;
    await boxOver(bindings, { cache });
    expect((asked.get("none") ?? 0) - before).toBe(2);
  });

  it("is shared by the requests of an isolate, and used by a request that did not ask", async () => {
    const worker = exports.default as unknown as Fetcher;
    for (let request = 0; request < 3; request++) {
      const response = await worker.fetch("https://gateway.example/");
      expect(await response.json()).toEqual({ status: "ok", value: "bound" });
    }
    expect(asked.get("bound")).toBe(1);
  });

  it("is asked again at once when it could not be had", async () => {
    const cache = new DescriptionCache(Date);
    const bindings = { THROWS: describes("throws") };
    const before = asked.get("throws") ?? 0;
    await boxOver(bindings, { cache });
    await boxOver(bindings, { cache });
    expect((asked.get("throws") ?? 0) - before).toBe(2);
  });
});

describe("calling a tool whose Worker lies", () => {
  it.each([
    ["nothing", "bad_result"],
    ["null", "bad_result"],
    ["a_number", "bad_result"],
    ["a_text", "bad_result"],
    ["a_list", "bad_result"],
    ["an_empty_object", "bad_result"],
    ["a_function", "bad_result"],
    ["no_value", "bad_result"],
    ["a_value_undefined", "bad_result"],
    ["another_status", "bad_result"],
    ["a_status_that_is_a_list", "bad_result"],
    ["no_words", "bad_result"],
    ["words_that_are_none", "bad_result"],
    ["no_reason", "bad_result"],
    ["a_cycle", "bad_result"],
    ["a_cycle_as_value", "bad_result"],
    ["a_bigint", "bad_result"],
    ["a_map", "bad_result"],
    ["a_map_as_value", "bad_result"],
    ["a_function_as_value", "bad_result"],
    ["not_a_number", "bad_result"],
    ["bytes", "bad_result"],
    ["an_error", "bad_result"],
    ["a_response", "bad_result"],
    ["ten_megabytes", "too_large"],
    ["ten_megabytes_of_words", "too_large"],
    ["a_promise_inside", "threw"],
    ["hangs", "timeout"],
    ["is_dead", "threw"],
    ["throws", "threw"],
    ["throws_text", "threw"],
  ])("has one outcome that can be spoken: %s is %s", async (name, reason) => {
    const trouble = vi.fn();
    const box = await boxOver({ LIAR: bindingTo("Liar") }, { trouble });
    const outcome = await callIn(box, name);
    expect(outcome).toEqual({
      status: "failed",
      reason,
      say: expect.stringMatching(/^[A-Z][^{}]{10,60}\.$/),
    });
    expect(JSON.stringify(outcome)).not.toMatch(/password|1234|db\.internal/);
    expect(trouble).toHaveBeenCalledTimes(reason === "timeout" ? 0 : 1);
  });

  it("has a case for every lie there is", async () => {
    const box = await boxOver({ LIAR: bindingTo("Liar") });
    expect(box.specs).toHaveLength(31);
  });

  it("takes what is odd but true", async () => {
    const box = await boxOver({ ODD: bindingTo("Odd") });
    expect(await callIn(box, "a_reason_nobody_knows")).toEqual({
      status: "failed",
      reason: "threw",
      say: "I would rather not.",
    });
    expect(await callIn(box, "more_members")).toEqual({ status: "ok", value: { balance: 1 } });
    expect(await callIn(box, "a_date")).toEqual({ status: "ok", value: { at: "1970-01-01T00:00:00.000Z" } });
    const speech = await callIn(box, "a_speech");
    expect(speech.status === "failed" && speech.say.length).toBe(LIMITS.toolSayChars);
  });
});

describe("a call's time", () => {
  it("ends a tool that hangs, in another Worker and in the gateway alike", async () => {
    const box = await openToolBox(
      { tools: [from("MANNERS"), functions("waits", () => new Promise(() => {}), 30)] },
      { MANNERS: bindingTo("Manners") },
      { cache: new DescriptionCache(Date) },
    );
    expect(await callIn(box, "hangs")).toMatchObject({ status: "failed", reason: "timeout" });
    expect(await callIn(box, "waits")).toMatchObject({ status: "failed", reason: "timeout" });
  });

  it("ends when the session calls it off, and the answer that comes later is nobody's", async () => {
    const box = await boxOver({ LIAR: bindingTo("Liar") });
    const off = new AbortController();
    const outcomes: unknown[] = [];
    const running = callIn(box, "ten_megabytes", {}, off.signal).then((outcome) => outcomes.push(outcome));
    off.abort();
    await running;
    // By the time another call over the same binding is done, the first answer has come as well.
    await callIn(box, "a_number");
    expect(outcomes).toEqual([{ status: "failed", reason: "cancelled", say: expect.any(String) }]);
  });

  it("is up before it begins when the session has called it off already", async () => {
    const run = vi.fn(() => 1);
    const box = await openToolBox({ tools: [functions("counts", run)] }, {});
    expect(await callIn(box, "counts", {}, AbortSignal.abort())).toMatchObject({ reason: "cancelled" });
    expect(run).not.toHaveBeenCalled();
  });

  it("tells a function in the gateway that nobody waits any more", async () => {
    const told = Promise.withResolvers<boolean>();
    const waits: InlineRun = (_, { signal }) => {
      signal.addEventListener("abort", () => told.resolve(true));
      return new Promise(() => {});
    };
    const box = await openToolBox({ tools: [functions("waits", waits, 30)] }, {});
    expect(await callIn(box, "waits")).toMatchObject({ reason: "timeout" });
    expect(await told.promise).toBe(true);
  });
});

describe("a function in the gateway", () => {
  it("gets checked arguments and the session's trusted context", async () => {
    const agent = defineAgent({
      name: "first",
      prompt: "You are kind.",
      tools: [
        fn({
          name: "add",
          description: "Adds.",
          input: z.object({ a: z.number(), b: z.number().default(1) }),
          run: ({ a, b }, { caller, call }) => ({ sum: a + b, caller, call }),
        }),
      ],
    });
    const box = await openToolBox(agent, {});
    expect(await callIn(box, "add", { a: "2" })).toEqual({
      status: "ok",
      value: { sum: 3, caller: "ann", call: "t1" },
    });
    expect(await callIn(box, "add", { a: "two" })).toMatchObject({
      status: "failed",
      reason: "bad_arguments",
    });
  });

  it.each<[string, InlineRun, string]>([
    [
      "throws",
      () => {
        throw new Error("password 1234");
      },
      "threw",
    ],
    [
      "throws a text",
      () => {
        throw "password 1234";
      },
      "threw",
    ],
    [
      "throws nothing",
      () => {
        throw undefined;
      },
      "threw",
    ],
    [
      "rejects",
      async () => {
        throw new Error("password 1234");
      },
      "threw",
    ],
    ["gives a function", () => () => 1, "bad_result"],
    [
      "gives a class",
      () =>
        new (class {
          a = 1;
        })(),
      "bad_result",
    ],
    ["gives too much", () => "x".repeat(LIMITS.toolResultBytes), "too_large"],
    [
      "gives a promise that throws when it is looked at",
      () =>
        Object.defineProperty({}, THEN, {
          get: () => {
            throw new Error("password 1234");
          },
        }),
      "threw",
    ],
  ])("that %s has one outcome, and the log hears why", async (_, run, reason) => {
    const trouble = vi.fn();
    const box = await openToolBox({ tools: [functions("bad", run)] }, {}, { trouble });
    const outcome = await callIn(box, "bad");
    expect(outcome).toMatchObject({ status: "failed", reason });
    expect(JSON.stringify(outcome)).not.toMatch(/password|1234/);
    expect(trouble).toHaveBeenCalledExactlyOnceWith(
      "bad",
      expect.toSatisfy(() => true),
    );
  });
});

describe("a call that cannot be made", () => {
  it.each(["drop_table", "", "constructor", "__proto__", "good ", "GOOD"])(
    "to %j is an unknown tool",
    async (name) => {
      const box = await boxOver({ GOOD: describes("good") });
      expect(await callIn(box, name)).toEqual({
        status: "failed",
        reason: "unknown_tool",
        say: expect.any(String),
      });
    },
  );

  it("to a tool that the client runs is not made here", async () => {
    const agent = defineAgent({
      name: "first",
      prompt: "x",
      tools: [clientTool({ name: "show", description: "x", input: z.object({}) })],
    });
    expect(await callIn(await openToolBox(agent, {}), "show")).toMatchObject({
      status: "failed",
      reason: "unreachable",
    });
  });

  it("with arguments that do not fit never reaches the tool", async () => {
    const invoke = vi.fn();
    const describe = async () => [
      {
        name: "pay",
        description: "Pays.",
        inputSchema: { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] },
      },
    ];
    const box = await boxOver({ PAY: { describe, invoke } });
    expect(await callIn(box, "pay", { amount: "much" })).toMatchObject({
      reason: "bad_arguments",
      say: expect.stringContaining("arguments.amount"),
    });
    expect(invoke).not.toHaveBeenCalled();
  });
});

describe("sixteen calls at once", () => {
  it("have sixteen outcomes, each its own", async () => {
    const box = await boxOver({ MANNERS: bindingTo("Manners") });
    const counts = Array.from({ length: LIMITS.toolsRunning }, (_, index) => index + 1);
    const outcomes = await Promise.all(
      counts.map((count) =>
        box.run(
          {
            call: `t${count}`,
            name: "echo",
            arguments: { count },
            timeoutMs: 20_000,
            segment: "main",
            facts: {},
          },
          CONTEXT,
          new AbortController().signal,
        ),
      ),
    );
    expect(outcomes.map(({ outcome }) => outcome.status === "ok" && outcome.value)).toEqual(
      counts.map((count) =>
        expect.objectContaining({ count, context: expect.objectContaining({ call: `t${count}` }) }),
      ),
    );
  });
});
