/**
 * How `npm run talk` is asked, and what it prints.
 */
import { describe, expect, it } from "vitest";
import { describeMessage } from "../../scripts/lib/talk-log.ts";
import { parseTalkOptions } from "../../scripts/lib/talk-options.ts";

describe("the options of npm run talk", () => {
  it("need a WAV file, and know the gateway of npm start", () => {
    expect(parseTalkOptions(["question.wav"], {})).toMatchObject({
      value: {
        wav: "question.wav",
        url: "http://localhost:8787",
        agent: null,
        key: null,
        rate: 24000,
        limitMs: 60_000,
      },
    });
  });

  it("keep every question in writing, in the order in which they are given", () => {
    expect(parseTalkOptions(["--text", "A", "--agent", "bank", "--text", "B"], {})).toMatchObject({
      value: { texts: ["A", "B"], wav: null },
    });
  });

  it("say who calls, and whose customer that is", () => {
    expect(parseTalkOptions(["--text", "hi", "--caller", "+4930123", "--tenant", "north"], {})).toMatchObject(
      {
        value: { caller: "+4930123", tenant: "north" },
      },
    );
    expect(parseTalkOptions(["--text", "hi"], {})).toMatchObject({ value: { caller: null, tenant: null } });
  });

  it("take the key from the environment, and from the command line before it", () => {
    expect(parseTalkOptions(["--text", "hi"], { API_KEY: "a" })).toMatchObject({ value: { key: "a" } });
    expect(parseTalkOptions(["--text", "hi", "--key", "b"], { API_KEY: "a" })).toMatchObject({
      value: { key: "b" },
    });
  });

  it.each([
    ["both a file and text", ["a.wav", "--text", "hi"], "either"],
    ["two files", ["a.wav", "b.wav"], "b.wav"],
    ["a rate that is not spoken", ["a.wav", "--rate", "44100"], "--rate 44100"],
    ["a limit that is no time", ["a.wav", "--limit", "soon"], "--limit soon"],
    ["a WebSocket address", ["a.wav", "--url", "ws://localhost:8787"], "http://localhost:8787"],
    ["an unknown option", ["a.wav", "--loud"], "--help"],
  ])("refuse %s in one line", (_, args, words) => {
    const result = parseTalkOptions(args, {});
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) });
    expect(!result.ok && result.error).not.toContain("\n");
  });
});

describe("what npm run talk prints", () => {
  it("is that a client's tool cannot be run here", () => {
    const asked = {
      type: "tool_call",
      seq: 1,
      call: "c",
      name: "show_map",
      arguments: {},
      timeoutMs: 1,
    } as const;
    expect(describeMessage(asked)).toEqual([
      ["tool", "show_map is for a client that has it; this terminal cannot do that"],
    ]);
  });

  const said = (final: boolean) =>
    ({
      type: "transcript",
      seq: 1,
      role: "agent",
      turn: 1,
      answer: 1,
      item: "a1",
      text: "Hello.",
      final,
    }) as const;

  it("is what was said in the end, not what was planned", () => {
    expect(describeMessage(said(true))).toEqual([["agent", "Hello."]]);
    expect(describeMessage(said(false))).toEqual([]);
  });

  it("is how a tool failed, and where the caller barged in", () => {
    const failed = {
      type: "tool_ended",
      seq: 1,
      call: "c",
      name: "pay",
      status: "failed",
      reason: "timeout",
      ms: 10_000,
    } as const;
    expect(describeMessage(failed)).toEqual([["tool", "pay failed after 10.0 s: timeout"]]);
    const cut = {
      type: "interrupted",
      seq: 1,
      answer: 2,
      heardMs: 640,
      heardText: "Your",
      by: "caller",
    } as const;
    expect(describeMessage(cut)).toEqual([["barge-in", "by the caller after 640 ms of answer 2"]]);
  });

  it("keeps a long result on one line", () => {
    const long = {
      type: "tool_ended",
      seq: 1,
      call: "c",
      name: "list",
      status: "ok",
      result: "x".repeat(500),
      ms: 3,
    } as const;
    const [[, what = ""] = []] = describeMessage(long);
    expect(what.length).toBeLessThan(140);
    expect(what.endsWith("…")).toBe(true);
  });
});
