/**
 * What `npm run talk` prints of a conversation.
 */
import { expect, it } from "vitest";
import { describeMessage } from "../../scripts/lib/talk-log.ts";
import type { ServerMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";

const segment = { type: "segment", seq: 1, name: "banking", from: null, by: null, gapMs: 0 } as const;
const ended = { type: "tool_ended", seq: 1, call: "c", name: "transfer", status: "failed", ms: 12 } as const;

const lines: readonly (readonly [what: string, message: ServerMessage, printed: readonly string[]])[] = [
  ["the segment it starts in", { ...segment, reason: "start" }, ["segment", "banking"]],
  ["nothing of the only segment there is", { ...segment, name: "main", reason: "start" }, []],
  [
    "a move, with who wished it",
    { ...segment, reason: "transition", from: "front_desk", by: "fact", gapMs: 40 },
    ["segment", "front_desk → banking, by fact, gap 40 ms"],
  ],
  ["a fresh stream", { ...segment, reason: "recovery", gapMs: 800 }, ["stream", "recovery, gap 800 ms"]],
  [
    "a return",
    { type: "resumed", seq: 8, from: 9, lost: 0, lostMs: 0 },
    ["line", "back, and nothing was lost"],
  ],
  [
    "a return after too long",
    { type: "resumed", seq: 8, from: 9, lost: 12, lostMs: 480 },
    ["line", "back; 12 messages were lost, with 480 ms of the agent's voice"],
  ],
  ["nothing of a ping", { type: "ping", seq: 4 }, []],
  [
    "a tool that was refused",
    { ...ended, reason: "not_allowed" },
    ["tool", "transfer was not run: it is not allowed here and now"],
  ],
  ["a tool that failed", { ...ended, reason: "timeout" }, ["tool", "transfer failed after 12 ms: timeout"]],
];

it.each(lines)("tells %s", (_what, message, printed) => {
  expect(describeMessage(message)).toEqual(printed.length === 0 ? [] : [printed]);
});
