import { expect, it } from "vitest";
import { initialState, type State } from "../../console/src/state.ts";
import { clockTime, transcriptJson, transcriptText } from "../../console/src/transcript-file.ts";

const at = Date.UTC(2026, 10, 22, 22, 0, 0);
const state: State = {
  ...initialState,
  session: { id: "s1", agent: "bank", startedAt: at, endedAt: null },
  entries: [
    { kind: "caller", key: "c", at: at + 1_000, turn: 1, text: "My balance?", final: true },
    {
      kind: "tool",
      key: "t",
      at: at + 2_000,
      turn: 1,
      call: "t",
      name: "balance",
      arguments: { account: "1" },
      state: "ok",
      reason: null,
      result: { euros: 12 },
      ms: 80.4,
    },
    {
      kind: "agent",
      key: "a",
      at: at + 63_000,
      turn: 1,
      answer: 1,
      items: [{ item: "i", planned: "You have twelve euros.", text: "You have", final: true }],
      interruption: { heardMs: 840, heardText: "You have", by: "caller" },
    },
  ],
};

it("writes the conversation as lines that can be read aloud", () => {
  expect(transcriptText(state)).toBe(
    [
      "Antiphon, session s1, agent bank, 2026-11-22T22:00:00.000Z",
      "",
      "[00:01] You: My balance?",
      '[00:02] Tool: balance({"account":"1"}) ok {"euros":12} in 80 ms',
      "[01:03] Agent: You have [interrupted after 0.8 s; not heard: twelve euros.]",
      "",
    ].join("\n"),
  );
});

it("writes everything as JSON", () => {
  expect(transcriptJson(state)).toMatchObject({
    session: { id: "s1" },
    entries: [{ kind: "caller" }, { kind: "tool", result: { euros: 12 } }, { unheardText: "twelve euros." }],
  });
});

it("counts minutes past the hour, and nothing before the beginning", () => {
  expect(clockTime(61 * 60_000 + 5_900)).toBe("61:05");
  expect(clockTime(-5)).toBe("00:00");
});
