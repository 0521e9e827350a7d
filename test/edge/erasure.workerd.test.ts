/**
 * A caller's everything is gone: asked for over the HTTP API, looked for in the objects' storage.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import type { CallerKey } from "../../src/memory/caller-store.ts";
import { api, Call, endSessions, makeSession } from "../workerd/call.ts";

afterEach(endSessions);

let callers = 0;
const someone = (): CallerKey & { tenant: string } => ({
  tenant: "acme",
  caller: `frida+${++callers}@example.com`,
});
const objectOf = (who: CallerKey) => env.MEMORY.getByName(callerObjectName(who));
const address = (who: CallerKey & { tenant: string }, path = ""): string =>
  `/v1/callers${path}?${new URLSearchParams({ ...who })}`;

/** Enters a session with its caller, and leaves something of it there. */
const leave = async (who: CallerKey, session: string, text: string): Promise<void> => {
  const at = Date.now();
  await objectOf(who).sessionBegins(who, { session, agent: "first", startedAt: at });
  const source = { by: "rule", agent: "first", session } as const;
  const entry = { kind: "fact", key: null, text, confidence: 0.9, source, at, expiresAt: null } as const;
  expect(
    await objectOf(who).keep({
      id: crypto.randomUUID(),
      session,
      agent: "first",
      entries: [entry],
      turns: [],
    }),
  ).toBe(true);
};

/** Everything that lies in an object's storage: tables, and an alarm. */
const storageOf = (object: DurableObjectStub): Promise<unknown> =>
  runInDurableObject(object, async (_, { storage }) => ({
    tables: storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => name),
    alarm: await storage.getAlarm(),
  }));
const EMPTY = { tables: [], alarm: null };

describe("a caller who wants to be forgotten", () => {
  it("is: nothing is left in the memory's storage, in the sessions', or to be read", async () => {
    const who = someone();
    const other = { ...who, tenant: "other" };
    const over = await Call.ready(who);
    over.send({ type: "text", text: "hello" });
    await over.until("answer", { state: "ended" });
    over.send({ type: "bye" });
    await over.untilClosed();
    const talking = await Call.ready(who);
    const waiting = await makeSession(who);
    const sessions = [over.made.session, talking.made.session, waiting.session];
    for (const [index, session] of sessions.entries()) await leave(who, session, `Thing ${index}.`);
    const others = (await makeSession(other)).session;
    await leave(other, others, "Somebody else's.");

    const told = (await (await api(address(who))).json()) as { entries: unknown[]; sessions: unknown[] };
    expect([told.entries.length, told.sessions.length]).toEqual([3, 3]);
    const file = (await (await api(address(who, "/export"))).json()) as {
      sessions: { session: string; transcript: { text: string }[] }[];
    };
    const kept = file.sessions.find(({ session }) => session === over.made.session);
    expect(kept?.transcript.map(({ text }) => text)).toContain("hello");

    expect((await api(address(who), { method: "DELETE" })).status).toBe(204);
    await talking.until("closing", { reason: "deleted" });
    await talking.untilClosed();
    expect(await storageOf(objectOf(who))).toEqual(EMPTY);
    for (const session of sessions) {
      expect(await storageOf(env.SESSIONS.getByName(session))).toEqual(EMPTY);
      expect((await api(`/v1/sessions/${session}`)).status).toBe(404);
      expect((await api(`/v1/sessions/${session}/transcript`)).status).toBe(404);
    }
    expect((await api(address(who))).status).toBe(404);
    expect((await api(address(who, "/export"))).status).toBe(404);
    // Once more, as somebody does who did not get the answer.
    expect((await api(address(who), { method: "DELETE" })).status).toBe(404);
    for (const session of sessions) await env.SESSIONS.getByName(session).erase();

    expect(await (await api(address(other))).json()).toMatchObject({
      caller: who.caller,
      tenant: "other",
      entries: [{ text: "Somebody else's." }],
    });
    expect((await api(`/v1/sessions/${others}`)).status).toBe(200);
  });

  it("is not forgotten by halves: the object keeps what it knows while a session is known that was not erased", async () => {
    const who = someone();
    const [first, second] = [await makeSession(who), await makeSession(who)];
    await leave(who, first.session, "Is called Frida.");
    await leave(who, second.session, "Prefers letters.");
    expect(await objectOf(who).erase([first.session])).toBe(false);
    expect((await objectOf(who).record())?.entries).toHaveLength(2);
    expect(await objectOf(who).erase([second.session, first.session])).toBe(true);
    expect(await storageOf(objectOf(who))).toEqual(EMPTY);
  });

  it("may have one thing corrected, and another erased", async () => {
    const who = someone();
    const { session } = await makeSession(who);
    await leave(who, session, "Is called Fritz.");
    await leave(who, session, "Is called Fritz, too.");
    const [entry] = (await objectOf(who).record())?.entries ?? [];
    const of = (id: string) => address(who, `/entries/${id}`);
    const corrected = await api(of(entry?.id ?? ""), {
      method: "PATCH",
      body: '{"text":"Is called Frida."}',
    });
    expect(await corrected.json()).toMatchObject({ text: "Is called Frida.", source: { by: "operator" } });
    expect((await api(of(entry?.id ?? ""), { method: "DELETE" })).status).toBe(204);
    expect((await api(of(entry?.id ?? ""), { method: "DELETE" })).status).toBe(404);
  });
});
