import { beforeEach, describe, expect, it, vi } from "vitest";
import { callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import { StandInStore, said } from "./callers.ts";
import { ENV, errorOf, type House, NOW, openHouse } from "./house.ts";

const WHO = { tenant: "acme", caller: "frida@example.com" };
const QUERY = new URLSearchParams(WHO);

describe("the erasure of a caller", () => {
  let store: StandInStore;
  let house: House;
  beforeEach(() => {
    store = new StandInStore();
    house = openHouse(ENV, { beside: [store] });
  });

  const begin = async (of = house): Promise<string> => {
    const made = (await (await of.post({ agent: "bank", ...WHO })).json()) as { session: string };
    return made.session;
  };
  const talked = async (text: string, of = house): Promise<string> => {
    const session = await begin(of);
    const batch = { id: "b1", session, agent: "bank", entries: [said(text, session, NOW)], turns: [] };
    await of.callers.of(WHO.caller, WHO.tenant).keep(batch);
    return session;
  };
  const object = (of = house) => of.callers.of(WHO.caller, WHO.tenant);
  const sessionOf = (id: string) => {
    const session = house.sessions.objects.get(id);
    if (session === undefined) throw new Error(`there is no session ${id}`);
    return session;
  };
  const erase = (of = house) => of.askWithKey(`/v1/callers?${QUERY}`, { method: "DELETE" });
  const expectNothingLeft = async (...sessions: readonly string[]) => {
    expect(await object().record()).toBeNull();
    expect(store.known.get(callerObjectName(WHO))).toBeUndefined();
    for (const id of sessions)
      expect((await house.askWithKey(`/v1/sessions/${id}/transcript`)).status).toBe(404);
  };
  const expectIncomplete = async (response: Response, left: string, retryAfter = "60") => {
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, retryAfter]);
    expect(await errorOf(response)).toEqual({
      code: "erasure_incomplete",
      message: "Not everything of this caller could be erased yet; ask again.",
      detail: `left: ${left}`,
    });
  };

  it("leaves nothing: not in the object, not in its stores, not in a session, and not of anybody else's", async () => {
    const sessions = [await talked("Is called Frida."), await talked("Prefers letters.")];
    const other = { agent: "bank", caller: WHO.caller, tenant: "other" };
    const kept = ((await (await house.post(other)).json()) as { session: string }).session;
    const response = await erase();
    expect([response.status, await response.text()]).toEqual([204, ""]);
    await expectNothingLeft(...sessions);
    expect(store.erased).toEqual([WHO]);
    expect((await house.askWithKey(`/v1/sessions/${kept}/transcript`)).status).toBe(200);
    expect(house.lines.map((line) => JSON.parse(line))).toEqual([
      { level: "info", event: "caller_erased", entries: 2, sessions: 2, stores: 1 },
    ]);
  });

  it("goes from the sessions to the stores to the object, which knows what there is to erase", async () => {
    const session = await talked("Is called Frida.");
    const order: string[] = [];
    const real = sessionOf(session);
    const eraseSession = real.erase.bind(real);
    real.erase = async () => {
      order.push("session");
      await eraseSession();
    };
    const of = store.of;
    store.of = (who) => ({
      ...of(who),
      erase: async (signal) => {
        order.push("store");
        return of(who).erase(signal);
      },
    });
    object().asked = (question) => void order.push(question);
    await erase();
    expect(order).toEqual(["record", "forget", "session", "store", "erase", "record"]);
  });

  it("that failed half-way says what is left, tells nobody anything meanwhile, and is finished by asking again", async () => {
    const sessions = [
      await talked("Is called Frida."),
      await talked("Prefers letters."),
      await talked("One."),
    ];
    for (const id of sessions.slice(0, 2)) sessionOf(id).clings = new Error("Network connection lost.");
    store.trouble = { type: "busy", cause: "throttled by AgentCore" };
    // A store that is busy may still be making something of what it was given.
    await expectIncomplete(await erase(), "2 sessions, agent_core", "300");
    expect(await object().record()).toMatchObject({ entries: [], sessions: [{}, {}, {}] });
    expect(house.lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: "error",
        event: "caller_erasure_incomplete",
        left: "2 sessions, agent_core",
        cause: expect.stringMatching(/^session .*Network connection lost[\s\S]*; throttled by AgentCore$/),
      },
    ]);
    for (const id of sessions) sessionOf(id).clings = null;
    store.trouble = { type: "unreachable", cause: "no route to AgentCore" };
    await expectIncomplete(await erase(), "agent_core");
    store.trouble = null;
    expect((await erase()).status).toBe(204);
    await expectNothingLeft(...sessions);
  });

  it("is not finished where the object itself could not be erased", async () => {
    const session = await talked("Is called Frida.");
    object().asked = (question) => {
      if (question === "erase") throw new Error("the object was moved");
    };
    await expectIncomplete(await erase(), "what is remembered");
    object().asked = () => {};
    expect((await erase()).status).toBe(204);
    await expectNothingLeft(session);
  });

  it.each(["record", "erase"] as const)(
    "does not miss a session that begins just before the object's %s",
    async (moment) => {
      const sessions = [await talked("Is called Frida.")];
      let passed = 0;
      object().asked = async (question) => {
        // The first record is what the erasure begins with; a session that begins before it is no session made meanwhile.
        if (question !== moment || ++passed !== (moment === "record" ? 2 : 1)) return;
        sessions.push(await talked("Called again."));
      };
      expect((await erase()).status).toBe(204);
      expect(sessions).toHaveLength(2);
      await expectNothingLeft(...sessions);
      // It may have sent something to the store before it was erased.
      expect(store.erased).toEqual([WHO, WHO]);
    },
  );

  it("comes to an end where sessions never cease to begin", async () => {
    object().asked = async (question) => {
      if (question === "record") await begin();
    };
    await expectIncomplete(await erase(), "sessions that began meanwhile");
  });

  it("waits for a store as long as it is worth", async () => {
    await talked("Is called Frida.");
    store.silent = true;
    vi.useFakeTimers();
    try {
      const asked = erase();
      await vi.advanceTimersByTimeAsync(25_000);
      await expectIncomplete(await asked, "agent_core");
    } finally {
      vi.useRealTimers();
    }
  });

  it("reaches stores that know a caller of whom the object has forgotten all", async () => {
    store.known.set(callerObjectName(WHO), []);
    expect((await erase()).status).toBe(204);
    await expectNothingLeft();
  });

  it("of a hundred sessions asks a few at once", async () => {
    let running = 0;
    let most = 0;
    const sessions = await Promise.all(Array.from({ length: 100 }, () => begin()));
    for (const id of sessions) {
      const session = sessionOf(id);
      const real = session.erase.bind(session);
      session.erase = async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        await real();
        running -= 1;
      };
    }
    expect((await erase()).status).toBe(204);
    await expectNothingLeft(...sessions);
    expect(most).toBe(8);
  });
});
