/**
 * What a session leaves on disk, read as the next life of its object reads it.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Conversation } from "../../src/conversation/conversation.ts";
import type { TranscriptEntry } from "../../src/conversation/events.ts";
import { SessionStore } from "../../src/durable/session-store.ts";
import { AGENT, START, Stage } from "../conversation/stage.ts";

const INIT = {
  session: "on-disk",
  agent: AGENT.name,
  caller: null,
  tenant: null,
  inputRate: 16000,
  outputRate: 24000,
  ticket: { id: "t", expiresAt: 0 },
  toolDetails: true,
  resumeToken: "r",
} as const;
const OPTIONS = { session: INIT.session, agent: AGENT, inputRate: 16000, outputRate: 24000 } as const;

/** A session of that name, with one turn stored. */
const stored = (session: string, run: (store: SessionStore, rows: () => unknown[]) => void) =>
  runInDurableObject(env.SESSIONS.getByName(session), async (_, { storage }) => {
    const store = new SessionStore(storage.sql);
    store.create({ ...INIT, session }, START);
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.say("Hello there.", 300);
    const { conversation, record } = stage;
    store.keep(record, conversation.progress, conversation.snapshot());
    run(store, () => storage.sql.exec("SELECT id, result FROM call ORDER BY id").toArray());
  });

const life = (store: SessionStore): Conversation => {
  const snapshot = store.bringBack("main");
  if (!snapshot) throw new Error("nothing was stored");
  return Conversation.restore(OPTIONS, snapshot, START);
};

describe("a session whose object is lost again and again", () => {
  it("numbers its answers anew in each life, whether anything was stored in it or not", async () => {
    await stored("lives", (store) => {
      const answers = [1, 2, 3].map(() => life(store).snapshot().answers);
      const last = life(store);
      store.keep([], last.progress, last.snapshot());
      answers.push(last.snapshot().answers, life(store).snapshot().answers);
      const steps = answers.slice(1).map((number, index) => number - (answers[index] ?? 0));
      expect(steps.every((step) => step >= 100)).toBe(true);
    });
  });
});

describe("a tool call", () => {
  const CALL = { name: "transfer", arguments: { amount: 5 }, timeoutMs: 1000, segment: "main", facts: {} };
  const DONE = { outcome: { status: "ok", value: 1 }, word: {} } as const;
  const entryOf = (call: string, index: number): TranscriptEntry => ({
    type: "tool",
    index,
    turn: 1,
    at: START,
    segment: "main",
    call,
    name: "transfer",
    arguments: {},
    outcome: DONE.outcome,
    ms: 5,
  });

  it("is written down until it is on record, whether its result came or not", async () => {
    await stored("calls", (store, rows) => {
      for (const call of ["t1", "t2", "t3"]) store.callBegins({ ...CALL, call });
      store.callEnded("t1", DONE);
      const { conversation } = Stage.talking();
      const { progress } = conversation;
      const state = conversation.snapshot();
      store.keep([], progress, state);
      expect(rows()).toHaveLength(3);
      store.keep([entryOf("t1", 5), entryOf("t2", 6)], progress, state);
      expect(rows()).toEqual([{ id: "t3", result: null }]);
      store.callEnded("t2", DONE);
      expect(rows()).toHaveLength(1);
    });
  });

  it("whose result was lost with the object is on record, and written down no longer, from the next turn on", async () => {
    await stored("lost-call", (store, rows) => {
      store.callBegins({ ...CALL, call: "t1" });
      const talk = life(store);
      talk.on({ type: "start", tools: [] }, START);
      const kept = talk
        .on({ type: "command", command: { type: "hello", inputRate: 16000, outputRate: 24000 } }, START)
        .concat(talk.on({ type: "command", command: { type: "text", text: "Did that work?" } }, START));
      for (const effect of kept)
        if (effect.type === "keep") store.keep(effect.entries, talk.progress, talk.snapshot());
      expect(store.entries().filter(({ type }) => type === "tool")).toMatchObject([
        { call: "t1", outcome: { status: "failed" } },
      ]);
      expect(rows()).toEqual([]);
    });
  });

  it("is not written down any longer once its session is over", async () => {
    await stored("over", (store, rows) => {
      store.callBegins({ ...CALL, call: "t1" });
      store.end("bye", START, null);
      expect(rows()).toEqual([]);
    });
  });
});
