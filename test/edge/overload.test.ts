import { describe, expect, it } from "vitest";
import { overloadOf } from "../../src/edge/overload.ts";
import { ENV, errorOf, type House, openHouse } from "./house.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";

/** As the platform throws it. */
const marked = (marks: object): Error => Object.assign(new Error("Durable Object is overloaded."), marks);

const CALLS: readonly (readonly [what: string, ask: (house: House) => Promise<Response>])[] = [
  ["looking at a session", ({ askWithKey }) => askWithKey(`/v1/sessions/${FIRST}`)],
  ["reading its transcript", ({ askWithKey }) => askWithKey(`/v1/sessions/${FIRST}/transcript`)],
  ["ending it", ({ askWithKey }) => askWithKey(`/v1/sessions/${FIRST}`, { method: "DELETE" })],
  ["making one", ({ post }) => post({ agent: "bank" })],
];

/** A house whose session objects throw `thrown` at whoever asks them anything, upgrades too. */
const troubled = (thrown: unknown, env: Readonly<Record<string, unknown>> = ENV): House => {
  const house = openHouse(env);
  const fail = () => Promise.reject(thrown);
  const real = house.sessions.getByName.bind(house.sessions);
  house.sessions.getByName = (name, options) =>
    Object.assign(real(name, options), {
      create: fail,
      status: fail,
      transcript: fail,
      end: fail,
      fetch: fail,
    });
  return house;
};

describe("a session's object that cannot be asked just now", () => {
  it.each(CALLS)("is told to whoever was %s, with when to come again", async (_what, ask) => {
    for (const marks of [
      { overloaded: true },
      { retryable: true },
      { overloaded: true, retryable: false },
      { durableObjectReset: true },
    ]) {
      const house = troubled(marked(marks));
      const response = await ask(house);
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
      expect(await errorOf(response)).toEqual({
        code: "overloaded",
        message: "The gateway cannot take this just now; try again shortly.",
      });
      expect(house.lines.map((line) => JSON.parse(line))).toMatchObject([
        { level: "warn", event: "object_overloaded", cause: expect.stringContaining("overloaded") },
      ]);
    }
  });

  it("is told to a client that connects, whose ticket is not spent by it", async () => {
    const house = openHouse();
    const { ticket } = (await (await house.post({ agent: "bank" })).json()) as { ticket: string };
    const object = house.sessions.objects.get(FIRST);
    if (object === undefined) throw new Error("there is no such object");
    const real = object.fetch.bind(object);
    const connect = () =>
      house.ask(`/v1/sessions/${FIRST}/connect?ticket=${ticket}`, { headers: { upgrade: "websocket" } });
    object.fetch = () => Promise.reject(marked({ overloaded: true }));
    expect((await connect()).status).toBe(503);
    object.fetch = real;
    await connect();
    expect(object.upgrades).toHaveLength(1);
  });

  it("is told to pages of allowed origins in a way that they can read", async () => {
    const origin = "https://app.example.com";
    const { askWithKey } = troubled(marked({ overloaded: true }), { ...ENV, ALLOWED_ORIGINS: origin });
    const response = await askWithKey(`/v1/sessions/${FIRST}`, {
      headers: { authorization: `Bearer ${ENV.API_KEYS.split(",")[0]}`, origin },
    });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([503, origin]);
    expect(response.headers.get("access-control-expose-headers")).toContain("retry-after");
  });

  it.each([
    new Error("a bug"),
    marked({ overloaded: false, retryable: false }),
    marked({ overloaded: "true" }),
    marked({ remote: true }),
  ])("is not mistaken for a fault of ours: %o", async (thrown) => {
    const house = troubled(thrown);
    const response = await house.askWithKey(`/v1/sessions/${FIRST}`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([500, null]);
    expect(house.lines.join()).toContain("request_failed");
  });

  it("may throw anything at all", () => {
    for (const thrown of [null, undefined, "overloaded", 503, Symbol("overloaded"), [], () => 0])
      expect(overloadOf(thrown)).toBeNull();
    expect(overloadOf({ overloaded: true })).toMatchObject({ code: "overloaded" });
  });
});
