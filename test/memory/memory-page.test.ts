/**
 * The page on memory tells the truth: its settings, numbers and log events are those of the code.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { MEMORY_KINDS, REDACTIONS } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { rememberedWords } from "../../src/conversation/words.ts";
import { memoryOffers } from "../../src/tools/memory-tools.ts";
import { listFiles, readFiles } from "../house/source-files.ts";

const page = readFileSync(new URL("../../docs/memory.md", import.meta.url), "utf8");
const chapter = (heading: string): string => {
  const from = page.indexOf(`\n## ${heading}\n`);
  return page.slice(from, page.indexOf("\n## ", from + 1));
};
/** The names in code in the first cells of a chapter's table. */
const rowsOf = (heading: string): readonly string[] =>
  chapter(heading)
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name));

describe("the page on memory", () => {
  it("lists every setting there is, and its default", () => {
    const { memory } = defineAgent({ name: "a", prompt: "Hi.", memory: {} });
    if (!memory) throw new Error("the agent has no memory");
    const { store: _, recall, keep, ...others } = memory;
    const settings = [
      ...Object.keys(recall).map((name) => `recall.${name}`),
      ...Object.keys(keep).map((name) => `keep.${name}`),
      ...Object.keys(others),
      "agentCore",
    ];
    expect(rowsOf("Turn it on").toSorted()).toEqual(settings.toSorted());
    const table = chapter("Turn it on");
    expect(table).toContain(
      `| ${recall.bytes} | of all that is told then, in UTF-8; at most ${LIMITS.recallBytesMost}`,
    );
    expect(table).toContain(
      `| ${memory.days} | how long an entry is kept without being said again; at most ${LIMITS.memoryDaysMost}`,
    );
  });

  it("tells the numbers there are", () => {
    const seconds = (ms: number): string => `${ms / 1000} s`;
    const limits = chapter("Limits");
    for (const words of [
      `${LIMITS.recallMs} ms; told to the next stream within ${seconds(LIMITS.recallLateMs)}`,
      `${LIMITS.recallEntries} entries, ${LIMITS.recallBytes / 1024} KiB (\`recall.bytes\`, ${LIMITS.recallBytesMost / 1024} KiB at most)`,
      `| ${LIMITS.memoryTextChars} characters`,
      `${LIMITS.memoryEntries} entries, ${LIMITS.memoryBytes / 1024} KiB of text, ${LIMITS.memorySummaries} summaries`,
      `| ${LIMITS.memorySessions} |`,
      `| ${LIMITS.memoryForgotten} |`,
      `| ${seconds(LIMITS.recallToolMs)} |`,
      `${seconds(LIMITS.memoryKeepMs)} an attempt, ${LIMITS.memoryKeepAttempts} attempts`,
      `${LIMITS.memoryDays} days (\`days\`, ${LIMITS.memoryDaysMost} at most)`,
      `${LIMITS.memoryHalfLifeMs / 86_400_000} days older`,
    ])
      expect(limits).toContain(words);
    expect([LIMITS.memoryKeepAgainMs, limits.includes("a minute apart")]).toEqual([60_000, true]);
    expect(page).toContain(`the last ${LIMITS.memoryExtractBytes / 1024} KiB of the talk`);
    expect(page).toContain(`most ${LIMITS.memoryExtracted} notes`);
    expect(page).toContain(`${LIMITS.agentCoreRecallShare * 100} % of the ${LIMITS.recallMs} ms`);
    expect(page).toContain(`of at most ${LIMITS.agentCoreMessages / 2} turns`);
    expect([LIMITS.agentCoreAttempts, page.includes("made up to four times")]).toEqual([4, true]);
  });

  it("shows the frame as it is", () => {
    const [frame] = rememberedWords(["x"]).split("\n- x\n");
    const shown = page.replaceAll("\n", " ");
    expect(shown).toContain(frame);
    expect(shown).toContain(rememberedWords([]).split("\n").at(-1));
  });

  it("names the tools, kinds and redactions that there are", () => {
    const desk = { requires: {} } as Parameters<typeof memoryOffers>[0];
    expect(rowsOf("Three tools").filter((name) => /^[a-z]+$/.test(name))).toEqual(
      memoryOffers(desk).map(({ spec }) => spec.name),
    );
    expect(rowsOf("What is kept").toSorted()).toEqual([...MEMORY_KINDS].toSorted());
    expect(page).toContain(`redact: [${REDACTIONS.map((kind) => `"${kind}"`).join(", ")}]`);
  });

  it("explains every event of memory in the log", () => {
    const sources = readFiles(listFiles("src", (name) => name.endsWith(".ts")));
    const logged = new Set(
      sources.flatMap(({ text }) =>
        [...text.matchAll(/(?:log\(\s*"\w+",\s*|note\(|event: )"(memory_\w+)"/g)].map(([, event]) => event),
      ),
    );
    expect(new Set(rowsOf("What the log says"))).toEqual(logged);
  });
});
