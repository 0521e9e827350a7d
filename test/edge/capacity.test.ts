import { describe, expect, it } from "vitest";
import { LIMITS as EMULATED } from "../../emulator/limits.ts";
import { systemClock } from "../../src/base/clock.ts";
import { gatewayError } from "../../src/base/errors.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { type Fare, LedgerOverALine, TARGET } from "../model/leased-stage.ts";
import { AGENTS, ENV, errorOf, openHouse } from "./house.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";

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

describe("what an operator sees of the places", () => {
  it("is each model and region that an agent leads to, once", async () => {
    const { post, askWithKey } = housesOf(20);
    await post({ agent: "bank" });
    const counts = { places: 20, reserved: 2, used: 1, standby: 0, waiting: 0, free: 17 };
    expect(await (await askWithKey("/v1/capacity")).json()).toEqual({
      counted: true,
      models: [
        { model: TARGET.model, region: "us-east-1", ...counts },
        { model: TARGET.model, region: "eu-north-1", ...counts },
      ],
    });
  });

  it("is for those with a key", async () => {
    expect((await housesOf(20).ask("/v1/capacity")).status).toBe(401);
  });

  it("says that it does not know where the ledger does not answer, and where nobody counts", async () => {
    const unknown = { places: 20, reserved: null, used: null, standby: null, waiting: null, free: null };
    const { askWithKey } = housesOf(20, { ms: 0, fails: "before" });
    expect(await (await askWithKey("/v1/capacity")).json()).toMatchObject({
      counted: true,
      models: [unknown, {}],
    });
    const uncounted = openHouse(ENV, { agents: AGENTS.slice(0, 1) });
    expect(await (await uncounted.askWithKey("/v1/capacity")).json()).toEqual({
      counted: false,
      models: [{ model: TARGET.model, region: "us-east-1", ...unknown }],
    });
  });
});

describe("the usual number of places", () => {
  it("is what the emulator bears, as AWS does", () => {
    expect(LIMITS.streamPlaces).toBe(EMULATED.concurrentStreams);
  });
});
