/**
 * Full houses in several regions: new callers, slow regions, lost objects, and an AWS that bears less than was thought.
 */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { type Upgrade, upgrade } from "../../../src/aws/upgrade.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { randomIds } from "../../../src/base/ids.ts";
import { err } from "../../../src/base/result.ts";
import type { ModelEvent } from "../../../src/conversation/events.ts";
import { capacityLedgers } from "../../../src/durable/capacity-rpc.ts";
import { speechModels } from "../../../src/model/doors.ts";
import { SessionPlaces } from "../../../src/model/leased.ts";
import { createRegionHealth } from "../../../src/model/region-health.ts";
import { Arrivals } from "../../workerd/arrivals.ts";
import { api, Call, emulator, type makeSession, orderFault } from "../../workerd/call.ts";
import { whileLimits, withLimits } from "../../workerd/limits.ts";

// The ledger's word counts, however long it takes; and no region is slow but the one that a test makes so.
withLimits({ placeAskMs: 60_000, hedgeMs: 60_000 });

const EAST = "us-east-1";
const WEST = "us-west-2";
const NORTH = "eu-north-1";
const TOKYO = "ap-northeast-1";
const MODEL = "amazon.nova-2-sonic-v1:0";

interface Count {
  readonly region: string;
  readonly places: number;
  readonly believed: number;
  readonly used: number;
  readonly waiting: number;
  readonly free: number;
}

const capacity = async (region: string): Promise<Count | undefined> => {
  const { models } = (await (await api("/v1/capacity")).json()) as { models: readonly Count[] };
  return models.find((it) => it.region === region);
};

/** Nothing tells that a place is given back; each question is a round trip to the emulator, so that this is no busy loop. */
const untilUsed = async (used: number, region: string): Promise<void> => {
  while ((await capacity(region))?.used !== used) await emulator("/streams");
};

const untilWaiting = async (waiting: number, region: string): Promise<void> => {
  while ((await capacity(region))?.waiting !== waiting) await emulator("/streams");
};

/** Regions of the streams that run, oldest first. */
const running = async (): Promise<readonly string[]> => {
  const { streams } = (await emulator("/streams")) as { streams: { region: string; running: boolean }[] };
  return streams.filter((it) => it.running).map(({ region }) => region);
};

const ask = (body: object): Promise<Response> =>
  api("/v1/sessions", { method: "POST", body: JSON.stringify(body) });

const ledgerIn = (region: string) => env.CAPACITY.getByName(`default ${region} ${MODEL}`);

/** Whoever held a place there has died, and what was learned is forgotten. */
const empty = async (region: string): Promise<void> => {
  await runInDurableObject(ledgerIn(region), (_, state) => {
    state.storage.sql.exec("DELETE FROM place");
    state.storage.sql.exec("DELETE FROM lesson");
  });
  await runInDurableObject(ledgerIn(region), (_, state) => state.abort("emptied by a test")).catch(
    () => undefined,
  );
};

const open: Call[] = [];
const call = async (body: object): Promise<Call> => {
  const fresh = await Call.ready(body);
  open.push(fresh);
  return fresh;
};

const answers = async (it: Call): Promise<void> => {
  it.send({ type: "text", text: "Can you hear me?" });
  expect((await it.until("transcript", { role: "agent", final: true })).text).not.toBe("");
};

afterEach(async () => {
  for (const it of open.splice(0)) if (!it.closed) it.hangUp();
  for (const region of [EAST, WEST, NORTH, TOKYO]) await untilUsed(0, region);
});

describe("a full first region", () => {
  it("sends a new caller to the second, who waits for nobody", async () => {
    await call({ agent: "north" });
    const caller = await call({ agent: "north-or-tokyo" });
    await answers(caller);
    expect(await running()).toEqual([NORTH, TOKYO]);
    expect(await capacity(NORTH)).toMatchObject({ used: 1, waiting: 0 });
    expect(await capacity(TOKYO)).toMatchObject({ used: 1, waiting: 0 });
  });

  it("and a full second refuse with words that name both", async () => {
    await call({ agent: "north-or-tokyo" });
    await call({ agent: "north-or-tokyo" });
    const refused = await ask({ agent: "north-or-tokyo" });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      error: { detail: expect.stringContaining(`in ${NORTH} and ${TOKYO} are in use; ask again in`) },
    });
    expect([await capacity(NORTH), await capacity(TOKYO)]).toMatchObject([{ waiting: 0 }, { waiting: 0 }]);
  });

  it("and a full second let in whoever waits when a place falls free in either", async () => {
    await call({ agent: "north-or-tokyo" });
    const second = await call({ agent: "north-or-tokyo" });
    await whileLimits({ placeWaitMs: 60_000 }, async () => {
      const waiting = ask({ agent: "north-or-tokyo" });
      await untilWaiting(1, NORTH);
      second.send({ type: "bye" });
      const made = await waiting;
      expect(made.status).toBe(201);
      const { session } = (await made.json()) as { session: string };
      expect(await capacity(TOKYO)).toMatchObject({ used: 1 });
      await untilWaiting(0, NORTH);
      await api(`/v1/sessions/${session}`, { method: "DELETE" });
    });
  });
});

describe("a region that is slow", () => {
  withLimits({ hedgeMs: 1_000 });

  it("gets its place back when another has opened: a hedged dial leaves none behind", async () => {
    const session = "a-hedged-session";
    await runInDurableObject(env.SESSIONS.getByName(session), async () => {
      const dial: Upgrade = async (request) => {
        if (!request.url.includes(`%2F${NORTH}%2F`)) return upgrade(request);
        await new Promise((gone) => request.signal.addEventListener("abort", gone));
        return err({ type: "unreachable", cause: "given up" });
      };
      const parts = { session, clock: systemClock, log: () => {} };
      const ledger = capacityLedgers(env.CAPACITY, () => null);
      const settings = [{ model: null, region: null, places: 1 }];
      const credentials = { accessKeyId: "AKIDEMULATOR", secretAccessKey: "emulator-secret-key-not-for-aws" };
      const told = new Arrivals<ModelEvent>();
      const door = speechModels({
        ...parts,
        config: { endpoint: env.EMULATOR_URL, agentcoreEndpoint: null },
        credentials: { get: () => credentials },
        ids: randomIds,
        dial,
        health: createRegionHealth(() => 0),
        places: new SessionPlaces({ ...parts, ledger, settings, tenant: null }),
      })(MODEL);
      const stream = door.open({ model: MODEL, region: NORTH, regions: [NORTH, TOKYO] }, (event) =>
        told.push(event),
      );
      while ((await capacity(TOKYO))?.used !== 1) await emulator("/streams");
      expect(await told.first(({ type }) => type === "opened")).toMatchObject({ region: TOKYO });
      await untilUsed(0, NORTH);
      expect(await capacity(TOKYO)).toMatchObject({ used: 1 });
      stream.abort();
      await untilUsed(0, TOKYO);
    });
  });
});

describe("a session whose object is lost", () => {
  it("finds its place in the second region again, and goes on there", async () => {
    await call({ agent: "north" });
    const caller = await call({ agent: "north-or-tokyo" });
    await answers(caller);
    await abortAllDurableObjects();
    // The region has one place: it must be the same one.
    const back = await caller.back(caller.seen);
    open.push(back);
    await back.until("resumed");
    await answers(back);
    expect((await running()).at(-1)).toBe(TOKYO);
    expect([await capacity(NORTH), await capacity(TOKYO)]).toMatchObject([{ used: 1 }, { used: 1 }]);
    // Of the caller in the north nobody has come back.
    await empty(NORTH);
  });

  it("asks its regions in the order that its caller's place gave them", async () => {
    const caller = await call({ agent: "nearest", near: { latitude: 35.7, longitude: 139.7 } });
    expect(await running()).toEqual([TOKYO]);
    await abortAllDurableObjects();
    const back = await caller.back(caller.seen);
    open.push(back);
    await back.until("resumed");
    await answers(back);
    expect((await running()).at(-1)).toBe(TOKYO);
    expect([await capacity(WEST), await capacity(TOKYO)]).toMatchObject([{ used: 0 }, { used: 1 }]);
  });

  it("asks them as they are listed when it was made by older code, which knew no other order", async () => {
    const caller = await call({ agent: "nearest", near: { latitude: 35.7, longitude: 139.7 } });
    await runInDurableObject(env.SESSIONS.getByName(caller.made.session), (_, state) => {
      state.storage.sql.exec("UPDATE session SET init = json_remove(init, '$.route')");
    });
    await abortAllDurableObjects();
    const back = await caller.back(caller.seen);
    open.push(back);
    await back.until("resumed");
    await answers(back);
    expect((await running()).at(-1)).toBe(WEST);
    // What it held elsewhere it gives up, since it is served here.
    await untilUsed(0, TOKYO);
  });
});

describe("a caller's place", () => {
  const placed = async (body: object, cf?: IncomingRequestCfProperties): Promise<readonly string[]> => {
    const request = new Request("https://gateway.test/v1/sessions", {
      method: "POST",
      headers: { authorization: "Bearer a-key-for-the-tests", "content-type": "application/json" },
      body: JSON.stringify({ agent: "nearest", ...body }),
      ...(cf && { cf }),
    });
    const made = (await (await exports.default.fetch(request)).json()) as Awaited<
      ReturnType<typeof makeSession>
    >;
    const caller = await Call.join(made);
    open.push(caller);
    caller.hello();
    await caller.until("ready");
    return running();
  };

  it("is where Cloudflare sees the request come from", async () => {
    const cf = { latitude: "34.69370", longitude: "135.50220" } as IncomingRequestCfProperties;
    expect(await placed({}, cf)).toEqual([TOKYO]);
  });

  it("is unknown here otherwise, and the order is the agent's", async () => {
    expect(await placed({})).toEqual([WEST]);
  });
});

describe("an AWS that bears fewer streams than the setting says", () => {
  it("teaches the ledger, and its callers are served in the next region", async () => {
    await call({ agent: "first" });
    await orderFault({ fault: { type: "refuse", status: 429 } });
    const caller = await call({ agent: "east-or-tokyo" });
    await answers(caller);
    expect(await running()).toEqual([EAST, TOKYO]);
    expect(await capacity(EAST)).toMatchObject({ places: 3, believed: 1, used: 1, free: 0 });

    // Who comes now is not sent to be refused by AWS, and what was learned outlives the ledger's object.
    caller.hangUp();
    await untilUsed(0, TOKYO);
    await runInDurableObject(ledgerIn(EAST), (_, state) => state.abort("restarted by a test")).catch(
      () => undefined,
    );
    await answers(await call({ agent: "east-or-tokyo" }));
    expect(await running()).toEqual([EAST, TOKYO]);

    for (const it of open) it.hangUp();
    await untilUsed(0, EAST);
    await empty(EAST);
    expect(await capacity(EAST)).toMatchObject({ believed: 3, free: 3 });
  });
});
