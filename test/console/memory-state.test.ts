/**
 * What the console knows of a caller's memory, and how it tells of it.
 */
import { describe, expect, it } from "vitest";
import { recordOf } from "../../console/src/gateway/kept-session.ts";
import {
  changeMemory,
  kindWords,
  type MemoryChange,
  type MemoryState,
  noMemory,
  type RememberedEntry,
  sourceWords,
} from "../../console/src/state/memory.ts";
import { problem } from "../../console/src/state/problems.ts";
import { initialState, reduce } from "../../console/src/state.ts";

const entry = (id: string, more: Partial<RememberedEntry> = {}): RememberedEntry => ({
  id,
  kind: "fact",
  text: `Thing ${id}.`,
  confidence: 0.9,
  source: { by: "rule", agent: "bank", session: "5b0c6d1e-2f3a-4b5c-8d7e-9f0a1b2c3d4e" },
  at: 1000,
  expiresAt: null,
  store: "caller",
  ...more,
});
const change = (from: MemoryState, ...changes: readonly MemoryChange[]): MemoryState =>
  changes.reduce(changeMemory, from);
const known = change(noMemory, {
  type: "told",
  record: { entries: [entry("a"), entry("b")], sessions: 2, unread: [] },
});
const idsOf = ({ record }: MemoryState) => record?.entries.map(({ id }) => id);

describe("what is remembered of a caller", () => {
  it("is corrected in its place in time, which is now", () => {
    const working = change(known, { type: "begun", work: { entry: "b" } });
    expect(working.work).toEqual({ entry: "b" });
    const corrected = change(working, { type: "corrected", entry: entry("b", { text: "Other.", at: 2000 }) });
    expect([idsOf(corrected), corrected.record?.entries[0]?.text]).toEqual([["b", "a"], "Other."]);
    expect([corrected.work, corrected.done]).toEqual([null, "Corrected."]);
  });

  it("is erased one by one, and all at once", () => {
    expect(idsOf(change(known, { type: "erased", entry: "a" }))).toEqual(["b"]);
    expect(change(known, { type: "erased_all" }).record).toEqual({ entries: [], sessions: 0, unread: [] });
  });

  it("stays, where something could not be done, and why is told until something else is tried", () => {
    const failed = change(
      known,
      { type: "begun", work: "erase" },
      { type: "failed", problem: problem("unreachable") },
    );
    expect([idsOf(failed), failed.work, failed.problem?.id]).toEqual([["a", "b"], null, "unreachable"]);
    const looked = change(failed, {
      type: "told",
      record: known.record ?? { entries: [], sessions: 0, unread: [] },
    });
    expect(looked.problem?.id).toBe("unreachable");
    expect(change(looked, { type: "begun", work: "export" }).problem).toBeNull();
  });

  it("stays as it was told last while it cannot be told anew", () => {
    const untold = change(known, { type: "untold", problem: problem("unreachable") });
    expect([idsOf(untold), untold.untold?.id]).toEqual([["a", "b"], "unreachable"]);
    const told = change(untold, { type: "told", record: { entries: [], sessions: 0, unread: [] } });
    expect([idsOf(told), told.untold]).toEqual([[], null]);
  });

  it("is put away with the session it was shown beside, and not kept in the tab", () => {
    const who = { caller: "frida", tenant: null };
    const started = reduce(initialState, { type: "started", at: 1, agent: "bank", who });
    const told = reduce(started, {
      type: "memory",
      change: { type: "told", record: { entries: [entry("a")], sessions: 1, unread: [] } },
    });
    expect([told.who, idsOf(told.memory)]).toEqual([who, ["a"]]);
    expect(JSON.stringify(recordOf(told))).not.toContain("Thing a.");
    const next = reduce(told, { type: "started", at: 2, agent: "bank", who: null });
    expect([next.who, next.memory]).toEqual([null, noMemory]);
  });

  it.each([
    [{}, "bank · by a rule · in session 5b0c6d1e · 90\u00a0%\u00a0sure"],
    [
      { source: { by: "caller", agent: "bank", session: "here" }, confidence: 1 },
      "bank · as the caller wished · in this session",
    ],
    [
      { source: { by: "operator", agent: "bank", session: null }, confidence: 1 },
      "bank · corrected by a person",
    ],
    [
      { source: { by: "model", agent: "bank", session: null }, store: "agent_core", confidence: 0.5 },
      "bank · kept in agent_core · 50\u00a0%\u00a0sure",
    ],
    [{ source: { by: "oracle", agent: "", session: null }, confidence: 1 }, "oracle"],
  ])("says from where it is: %j", (more, words) => {
    expect(sourceWords(entry("a", more), "here")).toBe(words);
  });

  it("says of what kind it is, also of one that this console does not know", () => {
    expect(kindWords(entry("a", { kind: "summary" }))).toBe("Earlier call");
    expect(kindWords(entry("a", { kind: "omen" }))).toBe("omen");
  });
});
