/**
 * A caller who wants to be forgotten, after real calls with agents that remember: nothing is left anywhere.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { AgentCoreClient } from "../../src/memory/agent-core-client.ts";
import { actorOf } from "../../src/memory/agent-core-names.ts";
import type { CallerKey } from "../../src/memory/caller-store.ts";
import { Caller } from "../workerd/bank/talk.ts";
import { api } from "../workerd/call.ts";
import { entriesOf, hangsUp, objectOf, recordOf, someone } from "../workerd/memory/callers.ts";
import { noTrouble, trouble } from "../workerd/memory/trouble.ts";

afterEach(noTrouble);

const address = ({ caller, tenant }: CallerKey, path = ""): string =>
  `/v1/callers${path}?${new URLSearchParams({ caller, ...(tenant === null ? {} : { tenant }) })}`;
const erase = (who: CallerKey): Promise<Response> => api(address(who), { method: "DELETE" });

const EMPTY = { tables: [], alarm: null };
/** Everything that lies in an object's storage: tables, and an alarm. */
const storageOf = (object: DurableObjectStub): Promise<unknown> =>
  runInDurableObject(object, async (_, { storage }) => ({
    tables: storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => name),
    alarm: await storage.getAlarm(),
  }));
const expectNothingLeft = async (who: CallerKey, ...sessions: readonly string[]): Promise<void> => {
  expect(await storageOf(objectOf(who))).toEqual(EMPTY);
  for (const session of sessions) {
    expect(await storageOf(env.SESSIONS.getByName(session))).toEqual(EMPTY);
    expect((await api(`/v1/sessions/${session}/transcript`)).status).toBe(404);
  }
  expect((await api(address(who))).status).toBe(404);
};

/** A call in which `text` is said and answered. */
const says = async (agent: string, who: CallerKey, text: string): Promise<Caller> => {
  const caller = await Caller.joins(agent, who);
  caller.says(text);
  await caller.hears();
  return caller;
};
/** The session's object is lost, with all that it has in memory, while its client stays. */
const lose = (session: string): Promise<void> =>
  runInDurableObject(env.SESSIONS.getByName(session), (_, ctx) => ctx.abort("lost")).then(
    () => {},
    () => {},
  );
const idOf = (caller: Caller): string => caller.call.made.session;

describe("a caller who wants to be forgotten", () => {
  it("is, with calls that are over, one that goes on, and one whose object was lost meanwhile", async () => {
    const who = someone();
    const over = await says("notes", who, "hello, once");
    await hangsUp(over);
    expect(await entriesOf(who)).toHaveLength(1);
    const lost = await says("notes", who, "hello, twice");
    await lose(idOf(lost));
    const talking = await says("notes", who, "hello, thrice");
    expect((await recordOf(who))?.sessions).toHaveLength(3);
    trouble.sent = [];
    expect((await erase(who)).status).toBe(204);
    await talking.call.until("closing", { reason: "deleted" });
    await expectNothingLeft(who, idOf(over), idOf(lost), idOf(talking));
    // Nothing was on its way there that the erasure only happened to overtake.
    expect(trouble.sent).toEqual([]);
  });

  it("is, while what a session leaves could not be left yet", async () => {
    const who = someone();
    const caller = await Caller.joins("notes", who);
    caller.says("hello");
    await caller.hears();
    trouble.keepFails = true;
    await caller.hangsUp();
    await expect.poll(() => trouble.sent.length, { timeout: 60_000 }).toBeGreaterThan(0);
    expect((await erase(who)).status).toBe(204);
    trouble.keepFails = false;
    await expectNothingLeft(who, idOf(caller));
  });

  it("is in AgentCore, too: events and records", async () => {
    const who = someone();
    const caller = await says("notes-agent-core", who, "hello");
    await hangsUp(caller);
    const agentCore = new AgentCoreClient({
      memoryId: "callers-Ab12Cd34Ef",
      base: env.EMULATOR_URL,
      signing: {
        service: "bedrock-agentcore",
        region: "us-east-1",
        credentials: { accessKeyId: "AKIDEMULATOR", secretAccessKey: "emulator-secret-key-not-for-aws" },
      },
      clock: systemClock,
    });
    const soon = AbortSignal.timeout(60_000);
    const left = async () => {
      const events = await agentCore.listEvents(actorOf(who), idOf(caller), null, soon);
      const records = await agentCore.listRecordIds(`/facts/${actorOf(who)}/`, null, soon);
      if (!events.ok || !records.ok) throw new Error("AgentCore does not tell");
      return { events: events.value.items.length, records: records.value.items.length };
    };
    expect((await left()).events).toBe(1);
    const early = await erase(who);
    expect([early.status, early.headers.get("retry-after")]).toEqual([503, "300"]);
    expect((await recordOf(who))?.entries).toEqual([]);
    expect((await erase(who)).status).toBe(204);
    expect(await left()).toEqual({ events: 0, records: 0 });
    await expectNothingLeft(who, idOf(caller));
  });
});
