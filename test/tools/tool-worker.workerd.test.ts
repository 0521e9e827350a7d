import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { ToolBox } from "../../src/tools/tool-runner.ts";
import { bindingTo, boxOver, CONTEXT, callIn } from "../workerd/tools/bindings.ts";

let box: ToolBox;
let log: ReturnType<typeof vi.spyOn>;

beforeEach(async () => {
  // The tool Worker's own log, where its builder finds what its callers are not told.
  log = vi.spyOn(console, "error").mockImplementation(() => {});
  box = await boxOver({ MANNERS: bindingTo("Manners"), RUBBISH: bindingTo("Rubbish") });
});
afterEach(() => log.mockRestore());

describe("a tool Worker", () => {
  it("describes its tools with their schemas and time limits", () => {
    expect(box.missing).toEqual([]);
    expect(box.specs[0]).toEqual({
      name: "echo",
      description: "Gives back what it got.",
      inputSchema: {
        type: "object",
        properties: {
          count: { type: "integer", minimum: 1 },
          word: { type: "string", pattern: "^[a-z]+$", default: "hi" },
        },
        required: ["count"],
      },
      runs: "gateway",
      timeoutMs: LIMITS.toolMs,
    });
    expect(box.specs.find(({ name }) => name === "hangs")?.timeoutMs).toBe(40);
  });

  it("runs a tool with checked arguments, defaults and the session's trusted context", async () => {
    expect(await callIn(box, "echo", { count: 3 })).toEqual({
      status: "ok",
      value: {
        count: 3,
        word: "hi",
        context: { ...CONTEXT, call: "t1" },
        aborted: false,
      },
    });
  });

  it("does not let the model say who is asking", async () => {
    const outcome = await callIn(box, "echo", { count: 1, caller: "bob", context: { caller: "bob" } });
    expect(outcome).toMatchObject({ status: "ok", value: { context: { caller: "ann" } } });
  });

  it("checks arguments with its own schema, which knows more than the gateway's check", async () => {
    const outcome = await callIn(box, "echo", { count: 1, word: "NO" });
    expect(outcome).toMatchObject({
      status: "failed",
      reason: "bad_arguments",
      say: expect.stringContaining("arguments.word"),
    });
  });

  it("mends what a model gets wrong before the call", async () => {
    expect(await callIn(box, "echo", '{"count":"3"}')).toMatchObject({ status: "ok", value: { count: 3 } });
  });

  it("reaches its own env", async () => {
    expect(await callIn(box, "env")).toEqual({ status: "ok", value: "hello from env" });
  });

  it("answers null for a tool that gives nothing back", async () => {
    expect(await callIn(box, "nothing")).toEqual({ status: "ok", value: null });
  });

  it.each(["throws", "throws_text", "throws_nothing", "throws_null_proxy"])(
    "turns a throw into an outcome that says nothing of it: %s",
    async (name) => {
      const outcome = await callIn(box, name);
      expect(outcome).toMatchObject({ status: "failed", reason: "threw" });
      expect(JSON.stringify(outcome)).not.toMatch(/password|1234|db\.internal|at /);
    },
  );

  it("tells its own log what was thrown", async () => {
    await callIn(box, "throws");
    expect(log).toHaveBeenCalledWith(
      "Tool throws failed:",
      expect.objectContaining({ message: "password 1234 at db.internal" }),
    );
  });

  it("says its own words when its builder chose them, and not more than can be spoken", async () => {
    expect(await callIn(box, "speaks")).toEqual({
      status: "failed",
      reason: "refused",
      say: "There is no such account.",
    });
    const long = await callIn(box, "speaks_long");
    expect(long.status === "failed" && long.say.length).toBe(LIMITS.toolSayChars);
  });

  it.each([
    ["a_function", "bad_result"],
    ["a_function_inside", "bad_result"],
    ["a_cycle", "bad_result"],
    ["a_bigint", "bad_result"],
    ["a_symbol", "bad_result"],
    ["not_a_number", "bad_result"],
    ["infinity", "bad_result"],
    ["a_map", "bad_result"],
    ["a_set", "bad_result"],
    ["an_error", "bad_result"],
    ["a_response", "bad_result"],
    ["a_stream", "bad_result"],
    ["bytes", "bad_result"],
    ["a_class", "bad_result"],
    ["an_invalid_date", "bad_result"],
    ["a_getter_that_throws", "bad_result"],
    ["ten_megabytes", "too_large"],
    ["a_million_numbers", "too_large"],
    ["deep", "bad_result"],
  ])("turns an answer that is no JSON into an outcome: %s is %s", async (name, reason) => {
    const outcome = await callIn(box, name);
    expect(outcome).toEqual({
      status: "failed",
      reason,
      say: expect.stringMatching(/^[A-Z][^{}]{10,60}\.$/),
    });
    expect(log).toHaveBeenCalledWith(`Tool ${name} failed:`, expect.anything());
  });

  it.each([
    ["a tool it does not have", { name: "drop_table" }],
    ["a member every object has", { name: "constructor" }],
    ["nothing", null],
    ["a text", "echo"],
    ["a call without context", { name: "echo", context: undefined }],
    [
      "a caller that is an object",
      { name: "echo", context: { session: "s", agent: "a", caller: {}, tenant: null } },
    ],
    ["a negative time limit", { name: "echo", timeoutMs: -1 }],
  ])("answers whoever calls it wrongly: %s", async (_, invocation) => {
    const whole = {
      name: "",
      arguments: {},
      call: "t1",
      timeoutMs: 20_000,
      context: { session: "s", agent: "a", caller: null, tenant: null },
    };
    const sent =
      typeof invocation === "object" && invocation !== null ? { ...whole, ...invocation } : invocation;
    const binding = bindingTo("Manners") as { invoke(invocation: unknown): Promise<object> };
    expect(await binding.invoke(sent)).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^(unknown_tool|bad_arguments)$/),
    });
  });

  it("says what it is to whoever opens its address, and nothing else", async () => {
    const binding = bindingTo("Manners") as { fetch(url: string): Promise<Response> };
    const text = await (await binding.fetch("https://tools.example/")).text();
    expect(text).toContain("through a service binding");
    expect(text).not.toContain("echo");
  });

  it("does not give its tools away over RPC", async () => {
    const binding = bindingTo("Manners") as { tools: Promise<unknown> };
    await expect(Promise.resolve(binding.tools)).rejects.toThrow();
  });

  it("with a schema that cannot be told to a model is missing, with the mend", async () => {
    const { missing, specs } = await boxOver({ DIARY: bindingTo("Unspeakable") });
    expect(specs).toEqual([]);
    expect(missing).toEqual([
      { source: "DIARY", cause: expect.stringContaining('The input of tool "remind" cannot be described') },
    ]);
  });
});
