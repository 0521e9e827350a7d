import { describe, expect, it } from "vitest";
import { LIMITS as EMULATED } from "../../emulator/limits.ts";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { systemClock } from "../../src/base/clock.ts";
import { gatewayError } from "../../src/base/errors.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { type Fare, LedgerOverALine, LedgersOverLines, TARGET } from "../model/leased-stage.ts";
import { AGENTS, ENV, errorOf, openHouse } from "./house.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";

const EAST = "us-east-1";
const WEST = "us-west-2";
const NORTH = "eu-north-1";
const NEWCOMER = { tenant: null, wanted: "newcomer", forMs: LIMITS.placeLeaseMs } as const;
const ROAMING = defineAgent({ name: "roaming", prompt: "You help.", regions: [EAST, NORTH, WEST] });

/** A ledger for each region, of 20 places unless it says otherwise. */
const manyRegions = (
  places: Readonly<Record<string, number>>,
  env: object = ENV,
  agents: readonly AgentDefinition[] = [ROAMING],
) => {
  const everywhere = { [EAST]: 20, [NORTH]: 20, [WEST]: 20, "ap-northeast-1": 20, ...places };
  const ledgers = new LedgersOverLines(systemClock, everywhere);
  return { ledgers, ...openHouse({ ...env }, { capacity: ledgers, agents }) };
};

const housesOf = (places: number, fare: Fare = { ms: 0 }) => {
  const ledger = new LedgerOverALine(systemClock, places);
  ledger.fare = () => fare;
  return { ledger, ...openHouse(ENV, { capacity: ledger }) };
};

/** A session holds the one place, and so many wait that nobody else may. */
const fullHouse = async () => {
  const house = housesOf(1);
  const request = { wanted: "newcomer", forMs: LIMITS.placeLeaseMs } as const;
  for (let i = 0; i <= LIMITS.placeQueue; i++)
    await house.ledger.take(TARGET, { ...request, lease: `x${i}`, session: `x${i}`, tenant: null });
  return house;
};

describe("admission", () => {
  it("takes a new session's place before the session is made, under the name it will ask by", async () => {
    const { ledger, post } = housesOf(20);
    expect((await post({ agent: "bank", tenant: "acme" })).status).toBe(201);
    expect(ledger.calls).toEqual([`take ${FIRST} newcomer`]);
    const entry = ledger.book.get(FIRST);
    expect(entry).toMatchObject({ session: FIRST, tenant: "acme", state: "held" });
    expect((entry?.until ?? 0) - systemClock.now()).toBeLessThanOrEqual(LIMITS.placeClaimMs);
  });

  it("refuses with 503, words, and when to come again, and makes no session", async () => {
    const { post, sessions, lines } = await fullHouse();
    const response = await post({ agent: "bank" });
    expect(response.status).toBe(503);
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(LIMITS.placeRetryMs / 1000);
    expect(await errorOf(response)).toEqual({
      code: "model_busy",
      message: "The speech model is at capacity; try again shortly.",
      detail: `all streams to ${TARGET.model} in us-east-1 are in use; ask again in ${seconds} s`,
    });
    expect(sessions.objects.size).toBe(0);
    await post({ agent: "bank" });
    expect(lines.filter((line) => line.includes("house_full"))).toHaveLength(1);
  });

  it("says so where it is the tenant's own share that is used up", async () => {
    const ledger = new LedgerOverALine(systemClock, 20);
    const request = { tenant: "acme", wanted: "newcomer", forMs: LIMITS.placeLeaseMs } as const;
    // What it may hold while others can still come, and as many in wait as may be.
    for (let i = 0; i < 15 + LIMITS.placeQueue; i++)
      await ledger.take(TARGET, { ...request, lease: `x${i}`, session: `x${i}` });
    const { post } = openHouse(ENV, { capacity: ledger });
    const response = await post({ agent: "bank", tenant: "acme" });
    expect(response.status).toBe(503);
    expect((await errorOf(response)).detail).toMatch(/^this tenant holds its share of the streams to /);
    expect((await post({ agent: "bank", tenant: "brown" })).status).toBe(201);
  });

  it.each<[string, Fare]>([
    ["does not answer in time", { ms: 60_000 }],
    ["fails", { ms: 0, fails: "before" }],
  ])("lets everybody in when the ledger %s, and tells the operator once in a while", async (_name, fare) => {
    const { post, lines } = housesOf(1, fare);
    for (let i = 0; i < 2; i++) expect((await post({ agent: "bank" })).status).toBe(201);
    expect(lines.filter((line) => line.includes("capacity_absent"))).toHaveLength(1);
  });

  it("gives the place back when the session could not be made", async () => {
    const { ledger, post, sessions } = housesOf(20);
    sessions.getByName(FIRST).refuses = gatewayError("not_configured");
    expect((await post({ agent: "bank" })).status).toBe(503);
    expect(ledger.calls).toEqual([`take ${FIRST} newcomer`, `give ${FIRST}`]);
    expect(ledger.used).toBe(0);
  });

  it("asks nobody before the request itself is in order", async () => {
    const { ledger, post, ask } = housesOf(20);
    await post({ agent: "nobody" });
    await post({ agent: "bank", caller: 5 });
    await ask("/v1/sessions", { method: "POST", body: "{}" });
    expect(ledger.calls).toEqual([]);
  });
});

describe("admission to an agent with several regions", () => {
  it("takes the place in the first, and nobody's time in the others", async () => {
    const { ledgers, post, sessions } = manyRegions({});
    expect((await post({ agent: "roaming" })).status).toBe(201);
    expect([EAST, NORTH, WEST].map((region) => ledgers.of(region).used)).toEqual([1, 0, 0]);
    expect(ledgers.of(NORTH).calls).toEqual([]);
    expect(sessions.objects.get(FIRST)?.init?.route).toEqual({ home: EAST });
    expect(sessions.hints).toEqual(["enam"]);
  });

  it("sends the session to the next where the first is full, with its object beside it", async () => {
    const { ledgers, post, sessions } = manyRegions({ [EAST]: 1 });
    await ledgers.of(EAST).fill();
    expect((await post({ agent: "roaming" })).status).toBe(201);
    expect(ledgers.of(EAST).calls).toEqual([`take ${FIRST} newcomer`]);
    expect(ledgers.of(EAST).entries).toBe(1);
    expect(ledgers.of(NORTH).book.get(FIRST)).toMatchObject({ session: FIRST, state: "held" });
    expect(sessions.objects.get(FIRST)?.init?.route).toEqual({ home: NORTH });
    expect(sessions.hints).toEqual(["eeur"]);
  });

  it("keeps its object beside the segments that are served elsewhere, where those are more", async () => {
    const tokyo = { region: "ap-northeast-1" } as const;
    const agents = [
      defineAgent({
        name: "roaming",
        prompt: "You help.",
        regions: [EAST, NORTH],
        segments: { desk: { goesTo: ["a", "b"] }, a: tokyo, b: tokyo },
      }),
    ];
    const { ledgers, post, sessions } = manyRegions({ [EAST]: 1 }, ENV, agents);
    await ledgers.of(EAST).fill();
    await post({ agent: "roaming" });
    expect(sessions.objects.get(FIRST)?.init?.route).toEqual({ home: NORTH });
    expect(sessions.hints).toEqual(["apac-ne"]);
  });

  it("waits in all where all are full, and takes what falls free first", async () => {
    const { ledgers, post, sessions } = manyRegions({ [EAST]: 1, [NORTH]: 1, [WEST]: 1 });
    for (const region of [EAST, NORTH, WEST]) await ledgers.of(region).fill();
    const made = post({ agent: "roaming" });
    while (ledgers.of(WEST).entries < 2) await new Promise((resolve) => setImmediate(resolve));
    await ledgers.of(NORTH).give(TARGET, "other-0");
    expect((await made).status).toBe(201);
    expect(sessions.objects.get(FIRST)?.init?.route).toEqual({ home: NORTH });
    // The turns in the other queues are given up.
    await new Promise((resolve) => setImmediate(resolve));
    expect(ledgers.of(WEST).calls.at(-1)).toBe(`give ${FIRST}`);
    expect(ledgers.of(EAST).entries).toBe(1);
    expect([EAST, NORTH, WEST].map((region) => ledgers.of(region).used)).toEqual([1, 1, 1]);
  });

  it("refuses with the shortest time to wait when all stay full, and names what is full and why", async () => {
    const { ledgers, post, sessions, lines } = manyRegions({ [EAST]: 1, [NORTH]: 20, [WEST]: 2 });
    for (const region of [EAST, WEST]) await ledgers.of(region).fill();
    // In the north a tenant's own share is used up, and as many wait as may be.
    for (const [region, tenant] of [
      [EAST, "brown"],
      [WEST, "brown"],
      [NORTH, "acme"],
    ] as const)
      for (let i = 0; i < (region === NORTH ? 15 : 0) + LIMITS.placeQueue; i++)
        await ledgers.of(region).take(TARGET, { ...NEWCOMER, lease: `x${i}`, session: `x${i}`, tenant });
    const response = await post({ agent: "roaming", tenant: "acme" });
    expect(response.status).toBe(503);
    const seconds = Number(response.headers.get("retry-after"));
    // The queue is as long in each; that of twenty places moves the fastest.
    expect(seconds).toBe(Math.ceil((LIMITS.placeRetryMs * (1 + LIMITS.placeQueue / 20)) / 1000));
    const { model } = TARGET;
    expect((await errorOf(response)).detail).toBe(
      `all streams to ${model} in ${EAST} and ${WEST} are in use; ` +
        `this tenant holds its share of the streams to ${model} in ${NORTH}; ask again in ${seconds} s`,
    );
    expect(sessions.objects.size).toBe(0);
    expect(lines.find((line) => line.includes("house_full"))).toContain(`["${EAST}","${NORTH}","${WEST}"]`);
  });

  it("lets the session in where a ledger does not answer, without asking all the others", async () => {
    const { ledgers, post, sessions } = manyRegions({});
    ledgers.of(EAST).fare = () => ({ ms: 0, fails: "before" });
    expect((await post({ agent: "roaming" })).status).toBe(201);
    expect(sessions.objects.get(FIRST)?.init?.route).toEqual({ home: EAST });
    expect(ledgers.of(NORTH).calls).toEqual([]);
  });

  it("asks the one region that AWS_REGION names", async () => {
    const { ledgers, post, sessions } = manyRegions({}, { ...ENV, AWS_REGION: WEST });
    await post({ agent: "roaming" });
    expect([EAST, NORTH, WEST].map((region) => ledgers.of(region).used)).toEqual([0, 0, 1]);
    expect(sessions.hints).toEqual(["wnam"]);
  });
});

describe("a caller's place on the map", () => {
  const nearest = [{ ...ROAMING, regionOrder: "nearest" as const }];
  const BERLIN = { latitude: "52.52000", longitude: "13.40500", country: "DE" };
  const PORTLAND = { latitude: 45.5, longitude: -122.7 };
  const asked = async (body: object, cf?: object, agents: readonly AgentDefinition[] = nearest) => {
    const { post, sessions } = manyRegions({}, ENV, agents);
    const { status } = await post({ agent: "roaming", ...body }, cf);
    return { status, route: sessions.objects.get(FIRST)?.init?.route, hint: sessions.hints[0] };
  };

  it("is where Cloudflare sees the request come from", async () => {
    expect(await asked({}, BERLIN)).toEqual({
      status: 201,
      route: { order: [NORTH, EAST, WEST], home: NORTH },
      hint: "eeur",
    });
  });

  it("is what the server says that makes the session for somebody else", async () => {
    expect(await asked({ near: PORTLAND }, BERLIN)).toMatchObject({
      route: { order: [WEST, EAST, NORTH], home: WEST },
      hint: "wnam",
    });
  });

  it.each([
    ["is not known in development", undefined],
    ["is not known of addresses on no map", { country: "T1" }],
    ["is not believed when it is none", { latitude: "95", longitude: "13" }],
    ["is not believed when it is no number", { latitude: "north", longitude: "" }],
    ["is not believed in half", { latitude: "52.5" }],
  ])("%s: the order is the agent's", async (_why, cf) => {
    expect(await asked({}, cf)).toMatchObject({ status: 201, route: { home: EAST } });
  });

  it("is nothing to an agent whose regions are in order", async () => {
    expect((await asked({ near: PORTLAND }, BERLIN, [ROAMING])).route).toEqual({ home: EAST });
  });

  it("goes by nearness past a full region to the next nearest", async () => {
    const { ledgers, post, sessions } = manyRegions({ [NORTH]: 1 }, ENV, nearest);
    await ledgers.of(NORTH).fill();
    await post({ agent: "roaming" }, BERLIN);
    expect(sessions.objects.get(FIRST)?.init?.route).toEqual({ order: [NORTH, EAST, WEST], home: EAST });
  });

  it.each([
    { latitude: 91, longitude: 0 },
    { latitude: 0, longitude: -180.1 },
    { latitude: "52.5", longitude: "13.4" },
    { latitude: 52.5 },
    { latitude: 52.5, longitude: 13.4, city: "Berlin" },
    { lat: 52.5, lng: 13.4 },
    "DE",
    null,
  ])("is refused as %j", async (near) => {
    expect(await asked({ near })).toMatchObject({ status: 400 });
  });
});

describe("what an operator sees of the places", () => {
  it("is each model and region that an agent leads to, once", async () => {
    const { post, askWithKey } = housesOf(20);
    await post({ agent: "bank" });
    const counts = { places: 20, believed: 20, reserved: 2, used: 1, standby: 0, waiting: 0, free: 17 };
    expect(await (await askWithKey("/v1/capacity")).json()).toEqual({
      counted: true,
      shares: [{ tenant: null, share: LIMITS.placeTenantShare }],
      models: [
        { model: TARGET.model, region: "us-east-1", ...counts },
        { model: TARGET.model, region: "eu-north-1", ...counts },
      ],
    });
  });

  it("is every region that an agent may be served from, but for the one that AWS_REGION names", async () => {
    const { askWithKey } = manyRegions({});
    const regionsOf = async (ask: typeof askWithKey) => {
      const { models } = (await (await ask("/v1/capacity")).json()) as { models: { region: string }[] };
      return models.map(({ region }) => region);
    };
    expect(await regionsOf(askWithKey)).toEqual([EAST, NORTH, WEST]);
    const moved = openHouse({ ...ENV, AWS_REGION: NORTH }, { agents: [ROAMING] });
    expect(await regionsOf(moved.askWithKey)).toEqual([NORTH]);
  });

  it("tells what AWS has taught the ledger, and what each tenant may hold", async () => {
    const { ledgers, ...house } = manyRegions({}, { ...ENV, TENANT_SHARES: "acme=0.8, *=0.25" });
    for (const session of ["a", "b", "c"])
      await ledgers.of(EAST).take(TARGET, { ...NEWCOMER, session, lease: session });
    await ledgers.of(EAST).crowded(TARGET, "c");
    const told = (await (await house.askWithKey("/v1/capacity")).json()) as { models: unknown[] };
    expect(told).toMatchObject({
      shares: [
        { tenant: null, share: 0.25 },
        { tenant: "acme", share: 0.8 },
      ],
    });
    expect(told.models[0]).toMatchObject({ region: EAST, places: 20, believed: 10, used: 2 });
    expect(told.models[1]).toMatchObject({ region: NORTH, places: 20, believed: 20 });
  });

  it("is for those with a key", async () => {
    expect((await housesOf(20).ask("/v1/capacity")).status).toBe(401);
  });

  it("says that it does not know where the ledger does not answer, and where nobody counts", async () => {
    const counts = { reserved: null, used: null, standby: null, waiting: null, free: null };
    const unknown = { places: 20, believed: null, ...counts };
    const { askWithKey } = housesOf(20, { ms: 0, fails: "before" });
    expect(await (await askWithKey("/v1/capacity")).json()).toMatchObject({
      counted: true,
      models: [unknown, {}],
    });
    const uncounted = openHouse(ENV, { agents: AGENTS.slice(0, 1) });
    expect(await (await uncounted.askWithKey("/v1/capacity")).json()).toEqual({
      counted: false,
      shares: [{ tenant: null, share: LIMITS.placeTenantShare }],
      models: [{ model: TARGET.model, region: "us-east-1", ...unknown }],
    });
  });
});

describe("the usual number of places", () => {
  it("is what the emulator bears, as AWS does", () => {
    expect(LIMITS.streamPlaces).toBe(EMULATED.concurrentStreams);
  });
});
