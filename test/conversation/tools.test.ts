import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

const TEN = { status: "ok", value: { balance: 10 } } as const;

describe("a tool call", () => {
  it("is run, and its result goes to the model that asked", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    expect(stage.of("tool.run")).toMatchObject([
      { call: { call: "t1", name: "get_balance", arguments: { account: "checking" } } },
    ]);
    stage.pass(120).play({ type: "tool_result", call: "t1", outcome: TEN });
    expect(stage.of("stream.tool_result")).toEqual([
      { type: "stream.tool_result", generation: 1, use: "u1", outcome: TEN },
    ]);
    expect(stage.notices("tool_started")).toMatchObject([{ call: "t1", name: "get_balance" }]);
    expect(stage.notices("tool_ended")).toMatchObject([{ call: "t1", outcome: TEN, ms: 120 }]);
    expect(stage.record.at(-1)).toMatchObject({ type: "tool", name: "get_balance", outcome: TEN });
  });

  it("is answered with a time-out, cancelled, and its late result dropped", () => {
    const stage = Stage.talking();
    stage.useTool("u1");
    stage.pass(10_000);
    expect(stage.of("tool.cancel")).toEqual([{ type: "tool.cancel", call: "t1" }]);
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    expect(stage.of("stream.tool_result")).toMatchObject([{ use: "u1", outcome: { reason: "timeout" } }]);
  });

  it("runs once when the model announces it twice", () => {
    const stage = Stage.talking();
    stage.useTool("u1");
    stage.useTool("u1");
    expect(stage.of("tool.run")).toHaveLength(1);
  });

  it("is refused in words when the model makes a tool up", () => {
    const stage = Stage.talking();
    stage.useTool("u1", "rob_bank");
    expect(stage.of("tool.run")).toEqual([]);
    expect(stage.of("stream.tool_result")).toMatchObject([
      { use: "u1", outcome: { reason: "unknown_tool" } },
    ]);
  });

  it.each([
    ["not JSON", "{account:"],
    ["a string that holds no JSON", '"checking"'],
    ["larger than allowed", JSON.stringify({ account: "x".repeat(LIMITS.toolArgumentBytes) })],
  ])("is refused in words when its arguments are %s", (_, text) => {
    const stage = Stage.talking();
    stage.useTool("u1", "get_balance", text);
    expect(stage.of("stream.tool_result")).toMatchObject([
      { use: "u1", outcome: { reason: "bad_arguments" } },
    ]);
  });

  it("is understood when its arguments are JSON within a JSON string", () => {
    const stage = Stage.talking();
    stage.useTool("u1", "get_balance", JSON.stringify('{"account":"savings"}'));
    expect(stage.of("tool.run")[0]?.call.arguments).toEqual({ account: "savings" });
  });

  it("is refused when too many run at once, and the others go on", () => {
    const stage = Stage.talking();
    for (let i = 0; i <= LIMITS.toolsRunning; i++) stage.useTool(`u${i}`);
    expect(stage.of("tool.run")).toHaveLength(LIMITS.toolsRunning);
    expect(stage.of("stream.tool_result")).toMatchObject([{ outcome: { reason: "too_many" } }]);
  });

  it("gives results in the order they come, while the talk goes on", () => {
    const stage = Stage.talking();
    stage.useTool("u1");
    stage.useTool("u2");
    stage.callerSays("Are you still there?");
    stage.say("Yes.", 300);
    stage.play({ type: "tool_result", call: "t2", outcome: TEN });
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    expect(stage.of("stream.tool_result").map((effect) => effect.use)).toEqual(["u2", "u1"]);
  });

  it("is put to the client when the client runs it", () => {
    const stage = Stage.talking();
    stage.useTool("u1", "pick_colour", "{}");
    expect(stage.notices("client_tool_call")).toMatchObject([{ call: "t1", name: "pick_colour" }]);
    expect(stage.of("tool.run")).toEqual([]);
    stage.command({ type: "client_tool_result", call: "t1", result: { status: "ok", value: "red" } });
    expect(stage.of("stream.tool_result")).toMatchObject([{ use: "u1", outcome: { value: "red" } }]);
  });

  it("cannot be answered by the client when the gateway runs it", () => {
    const stage = Stage.talking();
    stage.useTool("u1");
    stage.command({
      type: "client_tool_result",
      call: "t1",
      result: { status: "ok", value: { balance: 1e9 } },
    });
    expect(stage.of("stream.tool_result")).toEqual([]);
    expect(stage.notices("error")).toMatchObject([{ error: { code: "bad_message" } }]);
  });

  it("is cancelled when the session ends", () => {
    const stage = Stage.talking();
    stage.useTool("u1");
    stage.command({ type: "bye" });
    expect(stage.of("tool.cancel")).toEqual([{ type: "tool.cancel", call: "t1" }]);
  });
});
