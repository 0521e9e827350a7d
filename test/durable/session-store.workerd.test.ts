/**
 * What a session leaves on disk, read as the next life of its object reads it.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Conversation } from "../../src/conversation/conversation.ts";
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
