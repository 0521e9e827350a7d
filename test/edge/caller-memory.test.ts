import { beforeEach, describe, expect, it, vi } from "vitest";
import { callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import { StandInStore, said } from "./callers.ts";
import { AGENTS, ENV, errorOf, type House, KEY, NOW, openHouse } from "./house.ts";

const FRIDA = "frida@example.com";
const SECOND = "00000000-0000-4000-8000-000000000003";

/** Names that stand for all that can go wrong between a name and an address. */
const NAMES = [
  FRIDA,
  "+49 170 1234567",
  "Frida Kowalski",
  "a/b//c",
  "..",
  ".",
  "%2F",
  "100%",
  "a&tenant=b",
  "a=b=c",
  "?#;",
  "naïve 🎈 نص",
  "null",
  "__proto__",
  "x".repeat(256),
  "🎈".repeat(128),
  '"],["',
] as const;

const query = (caller: string, tenant?: string): string =>
  new URLSearchParams({ caller, ...(tenant === undefined ? {} : { tenant }) }).toString();

/** Has `caller` talk once, and leave `texts`; the session's id. */
const talked = async (
  house: House,
  texts: readonly string[],
  { caller = FRIDA, tenant }: { caller?: string; tenant?: string } = {},
): Promise<string> => {
  const made = await house.post({ agent: "bank", caller, ...(tenant === undefined ? {} : { tenant }) });
  const { session } = (await made.json()) as { session: string };
  const entries = texts.map((text) => said(text, session, NOW));
  expect(
    await house.callers
      .of(caller, tenant ?? null)
      .keep({ id: "b1", session, agent: "bank", entries, turns: [] }),
  ).toBe(true);
  return session;
};

interface Told {
  readonly caller: string;
  readonly tenant: string | null;
  readonly entries: readonly { readonly id: string; readonly text: string; readonly store: string }[];
  readonly sessions: readonly { readonly session: string }[];
  readonly unread: readonly string[];
}
const look = async (house: House, caller = FRIDA, tenant?: string): Promise<Told> => {
  const response = await house.askWithKey(`/v1/callers?${query(caller, tenant)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Told;
};
const textsOf = ({ entries }: Told) => entries.map(({ text }) => text).toSorted();

const refusal = async (response: Response): Promise<readonly [number, string, string]> => {
  const { code, detail = "" } = await errorOf(response);
  return [response.status, code, detail];
};

describe("what is remembered of a caller", () => {
  let house: House;
  let session: string;
  beforeEach(async () => {
    house = openHouse();
    session = await talked(house, ["Is called Frida.", "Prefers letters."]);
  });

  it("is read with where it comes from, and with the sessions that can still be read", async () => {
    expect(await look(house)).toEqual({
      caller: FRIDA,
      tenant: null,
      entries: [
        { ...said("Is called Frida.", session, NOW), id: "e1", since: NOW - 3_600_000, store: "caller" },
        { ...said("Prefers letters.", session, NOW), id: "e2", since: NOW - 3_600_000, store: "caller" },
      ],
      sessions: [{ session, agent: "bank", startedAt: NOW }],
      unread: [],
    });
  });

  it.each(NAMES)("is found for a caller named %j, alone and with a tenant of that name", async (name) => {
    await talked(house, ["Without tenant."], { caller: name });
    await talked(house, ["With tenant."], { caller: name, tenant: name });
    const without = await look(house, name);
    expect([without.caller, without.tenant]).toEqual([name, null]);
    expect(textsOf(without)).toContain("Without tenant.");
    const within = await look(house, name, name);
    expect([within.caller, within.tenant, textsOf(within)]).toEqual([name, name, ["With tenant."]]);
    // However a client encodes it.
    const encoded = encodeURIComponent(name);
    const response = await house.askWithKey(`/v1/callers?tenant=${encoded}&caller=${encoded}`);
    expect(await response.json()).toEqual(within);
    expect((await house.askWithKey(`/v1/callers?${query(name, `${name.slice(0, 9)}!`)}`)).status).toBe(404);
  });

  it("is nobody else's of that name: a tenant is never guessed", async () => {
    await talked(house, ["Is called Bob."], { tenant: "acme" });
    expect(textsOf(await look(house))).toEqual(["Is called Frida.", "Prefers letters."]);
    expect(textsOf(await look(house, FRIDA, "acme"))).toEqual(["Is called Bob."]);
    expect(await refusal(await house.askWithKey(`/v1/callers?${query(FRIDA, "other")}`))).toEqual([
      404,
      "caller_unknown",
      "",
    ]);
  });

  it.each([
    ["GET", "/v1/callers"],
    ["GET", "/v1/callers/export"],
    ["DELETE", "/v1/callers"],
  ])("is not there for %s %s where nobody of that name has called", async (method, path) => {
    const response = await house.askWithKey(`${path}?${query("nobody")}`, { method });
    expect(await refusal(response)).toEqual([404, "caller_unknown", ""]);
  });

  it("is not there in a gateway that remembers nobody, which says so", async () => {
    const bare = openHouse(ENV, { remembers: false });
    expect(await refusal(await bare.askWithKey(`/v1/callers?${query(FRIDA)}`))).toEqual([
      404,
      "caller_unknown",
      "this gateway remembers nobody: MEMORY is not bound",
    ]);
  });

  const CALLS = [
    ["GET", "/v1/callers"],
    ["DELETE", "/v1/callers"],
    ["GET", "/v1/callers/export"],
    ["PATCH", "/v1/callers/entries/e1"],
    ["DELETE", "/v1/callers/entries/e1"],
  ] as const;
  const body = (method: string) => (method === "PATCH" ? { body: '{"text":"Is called Bob."}' } : {});
  const json = { "content-type": "application/json" };

  it.each(CALLS)("is closed to strangers: %s %s", async (method, path) => {
    const response = await house.ask(`${path}?${query(FRIDA)}`, { method, headers: json, ...body(method) });
    expect(await refusal(response)).toEqual([401, "unauthorized", "send Authorization: Bearer <API key>"]);
    expect(textsOf(await look(house))).toEqual(["Is called Frida.", "Prefers letters."]);
  });

  it("is open to the console in development, without a key, and to no other page there", async () => {
    const home = openHouse({ ...ENV, ENVIRONMENT: "development" });
    await talked(home, ["Is called Frida."]);
    const from = (site: string) =>
      home.ask(`http://127.0.0.1:8787/v1/callers?${query(FRIDA)}`, { headers: { "sec-fetch-site": site } });
    expect((await from("same-origin")).status).toBe(200);
    expect((await from("cross-site")).status).toBe(401);
  });

  it.each(CALLS)(
    "is asked for strictly: %s %s takes no query that may mean something else",
    async (method, path) => {
      const objects = house.callers.objects.size;
      for (const [wrong, detail] of [
        ["", "query.caller: missing; expected a string"],
        ["tenant=acme", "query.caller: missing; expected a string"],
        ["caller=", "query.caller: too small: expected string to have >=1 characters"],
        [`${query(FRIDA)}&tenant=`, "query.tenant: too small: expected string to have >=1 characters"],
        [`${query(FRIDA)}&tennant=acme`, 'query: unknown member "tennant"'],
        [`${query(FRIDA)}&caller=bob`, 'query: "caller" stands there twice'],
        [`${query(FRIDA)}&tenant=a&tenant=b`, 'query: "tenant" stands there twice'],
        ["caller=%FF", "query: not valid percent-encoding of UTF-8"],
        ["caller=%ED%A0%80", "query: not valid percent-encoding of UTF-8"],
        ["caller=100%", "query: not valid percent-encoding of UTF-8"],
        ["caller=a%00b", "query.caller: expected text without control characters"],
        ["caller=a%0Ab", "query.caller: expected text without control characters"],
        [`caller=${"x".repeat(257)}`, "query.caller: too big: expected string to have <=256 characters"],
      ] as const) {
        const response = await house.askWithKey(`${path}?${wrong}`, {
          method,
          headers: { authorization: `Bearer ${KEY}`, ...json },
          ...body(method),
        });
        expect([wrong, ...(await refusal(response))]).toEqual([wrong, 400, "bad_request", detail]);
      }
      expect(house.callers.objects.size).toBe(objects);
      expect(textsOf(await look(house))).toEqual(["Is called Frida.", "Prefers letters."]);
    },
  );

  it("comes with what stores beside it tell, each entry once, with where it is kept", async () => {
    const store = new StandInStore();
    const both = openHouse(ENV, { beside: [store, store] });
    const of = await talked(both, ["Is called Frida."]);
    const record = { ...said("Lives by the sea.", of, NOW, { at: NOW }), id: "agentcore:m1", since: NOW };
    store.known.set(callerObjectName({ tenant: null, caller: FRIDA }), [record]);
    const told = await look(both);
    expect(told.entries.map(({ text, store: place }) => [place, text])).toEqual([
      ["agent_core", "Lives by the sea."],
      ["caller", "Is called Frida."],
    ]);
    expect(told.unread).toEqual([]);
    store.trouble = { type: "unreachable", cause: "no route" };
    const part = await look(both);
    expect([textsOf(part), part.unread]).toEqual([["Is called Frida."], ["agent_core"]]);
    expect((await look(both, "nobody")).unread).toEqual(["agent_core"]);
  });

  it("is read without a store that does not answer in time", async () => {
    const store = new StandInStore();
    const both = openHouse(ENV, { beside: [store] });
    await talked(both, ["Is called Frida."]);
    store.silent = true;
    vi.useFakeTimers();
    try {
      const asked = look(both);
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await asked).unread).toEqual(["agent_core"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is never named in the log, whatever is done to it", async () => {
    const secrets = [FRIDA, encodeURIComponent(FRIDA), "Kowalski", "Prefers"];
    await house.askWithKey(`/v1/callers/entries/e1?${query(FRIDA)}`, { method: "DELETE" });
    await house.askWithKey(`/v1/callers/export?${query(FRIDA)}`);
    const object = house.sessions.objects.get(session);
    if (object !== undefined) object.clings = new Error("Network connection lost.");
    expect((await house.askWithKey(`/v1/callers?${query(FRIDA)}`, { method: "DELETE" })).status).toBe(503);
    if (object !== undefined) object.clings = null;
    await house.askWithKey(`/v1/callers?${query(FRIDA)}`, { method: "DELETE" });
    house.callers.of(FRIDA).asked = () =>
      Promise.reject(Object.assign(new Error("busy"), { overloaded: true }));
    expect((await house.askWithKey(`/v1/callers?${query(FRIDA)}`)).status).toBe(503);
    house.callers.of(FRIDA).asked = () => Promise.reject(new Error("a bug"));
    expect((await house.askWithKey(`/v1/callers?${query(FRIDA)}`)).status).toBe(500);
    expect(house.lines.map((line) => JSON.parse(line).event)).toEqual([
      "caller_entry_erased",
      "caller_erasure_incomplete",
      "caller_erased",
      "object_overloaded",
      "request_failed",
    ]);
    expect(secrets.filter((secret) => house.lines.some((line) => line.includes(secret)))).toEqual([]);
  });
});

describe("an entry", () => {
  let house: House;
  let session: string;
  beforeEach(async () => {
    house = openHouse();
    session = await talked(house, ["Is called Frida.", "Prefers letters."]);
  });

  const at = (id: string, caller = FRIDA) => `/v1/callers/entries/${encodeURIComponent(id)}?${query(caller)}`;
  const correct = (id: string, body: unknown, of = house, caller = FRIDA) =>
    of.askWithKey(at(id, caller), {
      method: "PATCH",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const erase = (id: string, of = house, caller = FRIDA) =>
    of.askWithKey(at(id, caller), { method: "DELETE" });

  it("is corrected by a person, who has the last word", async () => {
    const response = await correct("e2", { text: "Prefers e-mail." });
    expect(response.status).toBe(200);
    const corrected = {
      ...said("Prefers e-mail.", session, NOW, { at: NOW, confidence: 1 }),
      source: { by: "operator", agent: "bank", session: null },
      id: "e2",
      since: NOW - 3_600_000,
      store: "caller",
    };
    expect(await response.json()).toEqual(corrected);
    expect((await look(house)).entries[0]).toEqual(corrected);
  });

  it("is kept without what its agent wants taken out, whoever says it", async () => {
    const [bank, ...others] = AGENTS;
    if (bank === undefined) throw new Error("there is no bank");
    const careful = openHouse(ENV, { agents: [{ ...bank, redact: ["email"] }, ...others] });
    await talked(careful, ["Prefers letters."]);
    const told = (await (await correct("e1", { text: "Write to ada@example.com." }, careful)).json()) as {
      text: string;
    };
    expect(told.text).toBe("Write to [email].");
  });

  it.each([
    ["no text", {}, "body.text: missing; expected a string"],
    ["an empty text", { text: "" }, "body.text: too small"],
    ["a text without end", { text: "x".repeat(401) }, "body.text: too big"],
    ["a text of which nothing is left", { text: "\u0000 \u200b\n" }, "nothing is left of it"],
    ["more than a text", { text: "Is called Bob.", confidence: 2 }, 'unknown member "confidence"'],
    ["no JSON", "Is called Bob.", "not valid JSON"],
  ])("is not corrected with %s", async (_name, body, detail) => {
    const [status, code, told] = await refusal(await correct("e1", body));
    expect([status, code]).toEqual([400, "bad_request"]);
    expect(told).toContain(detail);
    expect(textsOf(await look(house))).toEqual(["Is called Frida.", "Prefers letters."]);
  });

  it("is erased alone", async () => {
    expect((await erase("e1")).status).toBe(204);
    expect(textsOf(await look(house))).toEqual(["Prefers letters."]);
    expect(await refusal(await erase("e1"))).toEqual([404, "entry_unknown", ""]);
  });

  it("is out of reach for whoever names another caller", async () => {
    await talked(house, ["Is called Bob.", "One.", "Two."], { caller: "bob" });
    expect((await refusal(await correct("e3", { text: "Mine." })))[1]).toBe("entry_unknown");
    expect((await refusal(await erase("e3")))[1]).toBe("entry_unknown");
    expect(textsOf(await look(house, "bob"))).toEqual(["Is called Bob.", "One.", "Two."]);
  });

  it.each(["nothing", "..%2F..", "__proto__", "🎈", "e1 "])("named %j is not there", async (id) => {
    expect((await refusal(await erase(id)))[1]).toBe("entry_unknown");
    expect((await refusal(await correct(id, { text: "Mine." })))[1]).toBe("entry_unknown");
  });

  it("of a store beside is erased there, and not corrected", async () => {
    const store = new StandInStore();
    const both = openHouse(ENV, { beside: [store] });
    const of = await talked(both, ["Is called Frida."]);
    const record = { ...said("Lives by the sea.", of, NOW), id: "agentcore:m/1", since: NOW };
    store.known.set(callerObjectName({ tenant: null, caller: FRIDA }), [record]);
    expect(await refusal(await correct("agentcore:m/1", { text: "In the hills." }, both))).toEqual([
      404,
      "entry_unknown",
      'only what is kept in store "caller" can be corrected',
    ]);
    store.trouble = { type: "busy", cause: "throttled" };
    expect((await refusal(await erase("agentcore:m/1", both)))[1]).toBe("overloaded");
    store.trouble = null;
    expect((await erase("agentcore:m/1", both)).status).toBe(204);
    expect(textsOf(await look(both))).toEqual(["Is called Frida."]);
  });
});

describe("an export", () => {
  it("is one file with entries, sessions and their transcripts", async () => {
    const house = openHouse();
    const first = await talked(house, ["Is called Frida."]);
    const second = await talked(house, []);
    // Its transcript's time is over.
    await house.sessions.objects.get(first)?.erase();
    const response = await house.askWithKey(`/v1/callers/export?${query(FRIDA)}`);
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="caller-memory.json"');
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const { entries } = await look(house);
    const of = (session: string) => ({ session, agent: "bank", startedAt: NOW });
    expect(await response.json()).toEqual({
      exportedAt: NOW,
      caller: FRIDA,
      tenant: null,
      entries,
      sessions: [
        {
          ...of(second),
          status: expect.objectContaining({ session: SECOND, facts: { language: "de" } }),
          transcript: [
            expect.objectContaining({ type: "caller", text: "Hello?" }),
            expect.objectContaining({ type: "transition" }),
          ],
        },
        { ...of(first), status: null, transcript: null },
      ],
    });
  });

  it("is whole or not at all", async () => {
    const store = new StandInStore();
    const house = openHouse(ENV, { beside: [store] });
    await talked(house, ["Is called Frida."]);
    const session = await talked(house, []);
    store.trouble = { type: "timeout", cause: "slow" };
    expect(await refusal(await house.askWithKey(`/v1/callers/export?${query(FRIDA)}`))).toEqual([
      503,
      "overloaded",
      "not whole: agent_core could not be read",
    ]);
    store.trouble = null;
    const object = house.sessions.objects.get(session);
    if (object !== undefined) object.transcript = () => Promise.reject(new Error("moved"));
    const broken = await house.askWithKey(`/v1/callers/export?${query(FRIDA)}`);
    await expect(broken.text()).rejects.toThrow("moved");
    expect(house.lines.map((line) => JSON.parse(line).event)).toEqual(["caller_export_broken_off"]);
  });
});
