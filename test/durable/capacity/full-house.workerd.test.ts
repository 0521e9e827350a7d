import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../../../src/base/limits.ts";
import { api, Call, emulator, makeSession } from "../../workerd/call.ts";
import { whileLimits, withLimits } from "../../workerd/limits.ts";

// The ledger's word counts, however long it takes; and what an alarm does is done when a test rings it.
withLimits({ placeAskMs: 60_000, endLookMs: 600_000 });

interface Capacity {
  readonly counted: boolean;
  readonly models: readonly { readonly region: string; readonly used: number; readonly free: number }[];
}

const capacity = async (region = "us-east-1") => {
  const { models } = (await (await api("/v1/capacity")).json()) as Capacity;
  return models.find((it) => it.region === region);
};

/** Nothing tells that a place is given back; each question is a round trip to the emulator, so that this is no busy loop. */
const untilUsed = async (used: number, region?: string): Promise<void> => {
  while ((await capacity(region))?.used !== used) await emulator("/streams");
};

const ask = (body: object): Promise<Response> =>
  api("/v1/sessions", { method: "POST", body: JSON.stringify({ agent: "first", ...body }) });

const end = async (session: string): Promise<void> => {
  expect((await api(`/v1/sessions/${session}`, { method: "DELETE" })).status).toBe(204);
};

const MODEL = "amazon.nova-2-sonic-v1:0";
const ledger = () => env.CAPACITY.getByName(`default us-east-1 ${MODEL}`);

/** The ledger's object dies, and nothing else does. */
const restartLedger = (): Promise<void> =>
  runInDurableObject(ledger(), (_, state) => state.abort("restarted by a test")).catch(() => undefined);

const open: Call[] = [];
const call = async (): Promise<Call> => {
  const fresh = await Call.ready();
  open.push(fresh);
  return fresh;
};

afterEach(async () => {
  for (const it of open.splice(0)) if (!it.closed) it.hangUp();
  await untilUsed(0);
});

describe("a house of three places", () => {
  it("serves three callers, tells the fourth when to come again, and lets one in after a hang-up", async () => {
    const [first] = [await call(), await call(), await call()];
    expect(await capacity()).toMatchObject({ places: 3, used: 3, free: 0, waiting: 0 });

    const refused = await ask({});
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(LIMITS.placeRetryMs / 1000);
    expect(await refused.json()).toEqual({
      error: {
        code: "model_busy",
        message: "The speech model is at capacity; try again shortly.",
        detail: expect.stringMatching(
          /^all streams to amazon\.nova\S+ in us-east-1 are in use; ask again in \d+ s$/,
        ),
      },
    });

    await whileLimits({ placeWaitMs: 60_000 }, async () => {
      first?.hangUp();
      const late = await call();
      late.send({ type: "text", text: "Hello?" });
      expect((await late.until("transcript", { role: "agent", final: true })).text).not.toBe("");
      expect(await capacity()).toMatchObject({ used: 3 });
    });
  });

  it("lets in whoever asks while another hangs up", async () => {
    const [first] = [await call(), await call(), await call()];
    await whileLimits({ placeWaitMs: 60_000 }, async () => {
      const waiting = ask({});
      first?.send({ type: "bye" });
      const made = await waiting;
      expect(made.status).toBe(201);
      await end(((await made.json()) as { session: string }).session);
    });
  });

  it("has the rest of the house's rooms open when one region is full", async () => {
    const north = await ask({ agent: "north" });
    expect(north.status).toBe(201);
    expect((await ask({ agent: "north" })).status).toBe(503);
    expect(await capacity("eu-north-1")).toMatchObject({ places: 1, used: 1, free: 0 });
    await call();
    const { session } = (await north.json()) as { session: string };
    await end(session);
    await untilUsed(0, "eu-north-1");
  });

  it("counts a session's stream once, from its making on", async () => {
    const made = await makeSession();
    expect(await capacity()).toMatchObject({ used: 1 });
    await end(made.session);
  });
});

describe("a ledger that restarts", () => {
  it("forgets nobody's place and drops nobody's call", async () => {
    const calls = [await call(), await call(), await call()];
    await restartLedger();
    expect(await capacity()).toMatchObject({ used: 3, free: 0 });
    expect((await ask({})).status).toBe(503);
    for (const it of calls) {
      it.send({ type: "text", text: "Are you still there?" });
      await it.until("transcript", { role: "agent", final: true });
    }
    await restartLedger();
    calls[0]?.hangUp();
    await untilUsed(2);
  });

  it("gets back the places of sessions that died without a word, by its alarm", async () => {
    await call();
    await call();
    open.length = 0;
    await abortAllDurableObjects();
    expect(await capacity()).toMatchObject({ used: 2 });
    await runInDurableObject(ledger(), (_, state) => {
      state.storage.sql.exec("UPDATE place SET until = until - ?", LIMITS.placeLeaseMs);
    });
    await restartLedger();
    expect(await runDurableObjectAlarm(ledger())).toBe(true);
    const rows = await runInDurableObject(ledger(), (_, state) =>
      state.storage.sql.exec("SELECT * FROM place").toArray(),
    );
    expect(rows).toEqual([]);
    // Nothing is left to look after.
    expect(await runDurableObjectAlarm(ledger())).toBe(false);
  });
});

describe("a session whose object was lost", () => {
  const session = () => env.SESSIONS.getByName(open[0]?.made.session ?? "");
  const alarm = async (): Promise<void> => {
    expect(await runDurableObjectAlarm(session())).toBe(true);
  };
  /** A question of an earlier life that reached the ledger when its asker was gone. */
  const strayPlace = async (of: string): Promise<void> => {
    const target = { model: MODEL, region: "us-east-1" };
    const request = { lease: `${of}/9`, session: of, tenant: null, wanted: "talk" } as const;
    await ledger().take(target, { ...request, forMs: LIMITS.placeLeaseMs });
  };

  it("gives its place back when nobody comes back to it in time", async () => {
    await call();
    await abortAllDurableObjects();
    await alarm();
    expect(await capacity()).toMatchObject({ used: 1 });
    const now = Date.now() + LIMITS.resumeMs;
    vi.spyOn(Date, "now").mockReturnValue(now);
    await alarm();
    await untilUsed(0);
    vi.restoreAllMocks();
  });

  it("gives it back when it is deleted, though nothing runs there any more", async () => {
    const { made } = await call();
    await abortAllDurableObjects();
    await end(made.session);
    await untilUsed(0);
  });

  it("gives back what an earlier life of it took, when it is brought back and ends", async () => {
    const lost = await call();
    await abortAllDurableObjects();
    await lost.untilClosed();
    const again = await lost.back(lost.seen);
    await again.until("answer", { state: "started" });
    await strayPlace(lost.made.session);
    expect(await capacity()).toMatchObject({ used: 2 });
    again.send({ type: "bye" });
    await again.untilClosed();
    await untilUsed(0);
  });

  it("gives it back by its alarm when it was lost just after its end", async () => {
    const ended = await call();
    ended.send({ type: "bye" });
    await ended.untilClosed();
    await untilUsed(0);
    await strayPlace(ended.made.session);
    await abortAllDurableObjects();
    expect(await capacity()).toMatchObject({ used: 1 });
    await alarm();
    await untilUsed(0);
    expect((await api(`/v1/sessions/${ended.made.session}/transcript`)).status).toBe(200);
  });
});

describe("a ledger that cannot work", () => {
  it("keeps nobody out and stops no call", async () => {
    await runInDurableObject(ledger(), (_, state) => void state.storage.sql.exec("DROP TABLE place"));
    const calls = [await call(), await call(), await call(), await call()];
    for (const it of calls) {
      it.send({ type: "text", text: "Can you hear me?" });
      await it.until("transcript", { role: "agent", final: true });
    }
    for (const it of open.splice(0)) {
      it.send({ type: "bye" });
      expect(await it.untilClosed()).toEqual({ code: 1000, reason: "bye" });
    }
    await restartLedger();
    expect(await capacity()).toMatchObject({ used: 0 });
  });
});

describe("the usual number of places", () => {
  it("keeps a rush of callers below what the model bears", async () => {
    const rush = await Promise.all(Array.from({ length: 24 }, () => ask({ agent: "west" })));
    const made = await Promise.all(
      rush.filter(({ status }) => status === 201).map(async (it) => (await it.json()) as { session: string }),
    );
    expect(made).toHaveLength(18);
    expect(rush.filter(({ status }) => status === 503)).toHaveLength(6);
    const { streams } = (await emulator("/streams")) as { streams: { running: boolean }[] };
    expect(streams.filter(({ running }) => running).length).toBeLessThanOrEqual(20);
    for (const { session } of made) await end(session);
    await untilUsed(0, "us-west-2");
  });
});
