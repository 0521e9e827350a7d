/**
 * The chapter on limits tells the truth: its settings and numbers are those of the code.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { LIMITS } from "../../src/base/limits.ts";

const page = readFileSync(new URL("../../docs/agents-and-tools.md", import.meta.url), "utf8");
const start = page.indexOf("\n### Limits");
const chapter = page.slice(start, page.indexOf("\n## ", start));

describe("the chapter on limits", () => {
  it("lists every limit there is", () => {
    const rows = chapter.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(named).toEqual(Object.keys(defineAgent({ name: "a", prompt: "Hi." }).limits));
  });

  it("tells the numbers there are", () => {
    const minutes = [LIMITS.rotateAtTurnEndMs, LIMITS.rotateAtSilenceMs].map((ms) => `${ms / 60_000} min`);
    expect(chapter).toContain(`${minutes.join(", ")}, 7 min 40 s`);
    const hosted = [
      LIMITS.runtimeRotateAtTurnEndMs,
      LIMITS.runtimeRotateAtSilenceMs,
      LIMITS.runtimeRotateAtOnceMs,
    ].map((ms) => ms / 60_000);
    expect(chapter).toContain(`${hosted.join(", ")} min`);
    expect(chapter).toContain(
      `${LIMITS.answerWatchMs / 1000} s; ${LIMITS.runtimeAnswerWatchMs / 1000} s with an agent on AgentCore`,
    );
    expect(chapter).toContain(
      `${LIMITS.sessionMs / 60_000} minutes; ${LIMITS.sessionMaxMs / 3_600_000} hours are the most there is`,
    );
    expect(chapter).toContain(`${LIMITS.endWarningMs / 1000} s before the longest time`);
    expect(chapter).toContain(`${LIMITS.endWarningShare * 100} % of the tokens`);
    expect(chapter).toContain(`for ${LIMITS.goodbyeMs / 1000} s at most`);
    expect(chapter).toContain(`by ${(LIMITS.goodbyeWaitMs + LIMITS.goodbyeMs) / 1000} s at most`);
    expect(chapter).toContain(`${LIMITS.goodbyeWaitMs / 1000} s of waiting`);
  });

  it("tells the numbers of long talks", () => {
    expect(chapter).toContain(`A stream takes ${LIMITS.historyBytes / 1024} KiB of history`);
    expect(chapter).toContain(`in its prompt: at most ${LIMITS.compactedBytes / 1024} KiB`);
    expect(chapter).toContain(`another ${LIMITS.summaryGrowthBytes / 1024} KiB no longer fit`);
    expect(chapter).toContain(`in ${LIMITS.summaryBytes / 1024} KiB at most`);
    expect(chapter).toContain(`The model has ${LIMITS.textModelMs / 1000} s`);
    expect(chapter).toContain(`left alone for ${LIMITS.summaryRetryMs / 1000} s, twice as long each time`);
    expect([LIMITS.summaryAttempts, chapter.includes("after four in a row")]).toEqual([4, true]);
  });
});
