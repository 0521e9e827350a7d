import { describe, expect, it } from "vitest";
import { ENV, errorOf, KEY, openHouse } from "./house.ts";

const statusOf = async (
  env: Readonly<Record<string, unknown>>,
  url: string,
  headers: Record<string, string> = {},
) => (await openHouse(env).ask(url, { headers })).status;

describe("an API key", () => {
  const withAuthorization = async (authorization: string) => statusOf(ENV, "/v1/agents", { authorization });

  it("opens the API, whichever of the keys it is", async () => {
    for (const key of ENV.API_KEYS.split(",")) expect(await withAuthorization(`Bearer ${key}`)).toBe(200);
    expect(await withAuthorization(`bearer   ${KEY} `)).toBe(200);
  });

  it.each([
    "",
    KEY,
    "Bearer",
    "Bearer ",
    `Bearer ${KEY}x`,
    `Bearer ${KEY.slice(0, -1)}`,
    `Bearer ${KEY.toUpperCase()}`,
    `Bearer ${KEY} ${KEY}`,
    `Bearer ${ENV.API_KEYS}`,
    `Basic ${Buffer.from(`user:${KEY}`).toString("base64")}`,
    `Token ${KEY}`,
    "Bearer undefined",
  ])("is what opens it, and not %j", async (authorization) => {
    expect(await withAuthorization(authorization)).toBe(401);
  });

  it("is asked for in the way HTTP asks", async () => {
    const response = await openHouse().ask("/v1/agents");
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="antiphon"');
    expect(await errorOf(response)).toMatchObject({
      code: "unauthorized",
      detail: "send Authorization: Bearer <API key>",
    });
  });

  it("is asked for before anything is said about a session, an agent or a body", async () => {
    const { ask } = openHouse();
    expect((await ask("/v1/sessions/not-an-id")).status).toBe(401);
    expect((await ask("/v1/sessions", { method: "POST", body: "{" })).status).toBe(401);
    expect((await ask("/v1/sessions", { method: "POST", body: "x".repeat(100_000) })).status).toBe(401);
  });

  it("is asked for after the method, so that a wrong method needs no key", async () => {
    expect((await openHouse().ask("/v1/sessions", { method: "PUT" })).status).toBe(405);
  });
});

describe("a developer's machine", () => {
  const DEV = { ...ENV, API_KEYS: undefined, ENVIRONMENT: "development" };
  const HOME = "http://localhost:8787";
  type Case = readonly [who: string, url: string, headers: Record<string, string>, status: number];

  const cases: readonly Case[] = [
    ["its own page", HOME, { origin: HOME }, 200],
    ["its own page under its number", "http://127.0.0.1:8787", { origin: "http://127.0.0.1:8787" }, 200],
    ["its own page under its number in IPv6", "http://[::1]:8787", { origin: "http://[::1]:8787" }, 200],
    ["its own page, reading", HOME, { "sec-fetch-site": "same-origin" }, 200],
    [
      "its own page on the local network",
      "http://192.168.1.5:8787",
      { origin: "http://192.168.1.5:8787" },
      200,
    ],
    ["a program on the machine", HOME, {}, 200],
    ["a program on the machine, with its peer named", HOME, { "cf-connecting-ip": "127.0.0.1" }, 200],
    ["a person's address bar", HOME, { "sec-fetch-site": "none" }, 200],
    ["a program elsewhere that says localhost", HOME, { "cf-connecting-ip": "192.168.1.9" }, 401],
    ["a program on the local network", "http://192.168.1.5:8787", {}, 401],
    ["another page", HOME, { origin: "https://evil.example" }, 401],
    ["another page on the same machine", HOME, { origin: "http://localhost:3000" }, 401],
    ["another page over https", HOME, { origin: "https://localhost:8787" }, 401],
    ["a page without an origin", HOME, { origin: "null" }, 401],
    ["another page, reading", HOME, { "sec-fetch-site": "cross-site" }, 401],
    ["another page on the same machine, reading", HOME, { "sec-fetch-site": "same-site" }, 401],
    [
      "a stranger's name that leads here",
      "http://rebind.example:8787",
      { origin: "http://rebind.example:8787" },
      401,
    ],
    [
      "a stranger's name that leads here, reading",
      "http://rebind.example:8787",
      { "sec-fetch-site": "same-origin" },
      401,
    ],
    [
      "a name that looks like ours",
      "http://localhost.evil.example",
      { origin: "http://localhost.evil.example" },
      401,
    ],
    [
      "its own page with a wrong key",
      HOME,
      { origin: HOME, authorization: "Bearer wrong-key-0123456789" },
      401,
    ],
  ];
  it.each(cases)("in development meets %s as it should", async (_who, url, headers, status) => {
    expect(await statusOf(DEV, `${url}/v1/agents`, headers)).toBe(status);
  });

  it("takes its page under a name of its own where ALLOWED_ORIGINS says so", async () => {
    const named = "https://my-tunnel.example";
    expect(await statusOf({ ...DEV, ALLOWED_ORIGINS: named }, `${named}/v1/agents`, { origin: named })).toBe(
      200,
    );
    expect(await statusOf({ ...DEV, ALLOWED_ORIGINS: named }, `${HOME}/v1/agents`, { origin: named })).toBe(
      401,
    );
  });

  it.each(cases)("in production asks %s for a key", async (_who, url, headers) => {
    const env = { ...ENV, ENVIRONMENT: "production" };
    expect(await statusOf(env, `${url}/v1/agents`, headers)).toBe(401);
  });

  it("that does not say what it is counts as production", async () => {
    expect(await statusOf(ENV, `${HOME}/v1/agents`, { origin: HOME })).toBe(401);
  });
});

describe("a page of another origin", () => {
  const APP = "https://app.example.com";
  const env = { ...ENV, ALLOWED_ORIGINS: APP };
  const preflight = (origin: string, settings: Readonly<Record<string, unknown>>) =>
    openHouse(settings).ask("/v1/sessions", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
  const corsHeaders = (response: Response) =>
    [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));

  it("gets nothing by default", async () => {
    const response = await preflight(APP, ENV);
    expect([response.status, corsHeaders(response)]).toEqual([204, []]);
  });

  it("gets what it needs where ALLOWED_ORIGINS names it", async () => {
    const response = await preflight(APP, env);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(APP);
    expect(response.headers.get("access-control-allow-methods")).toBe("POST, OPTIONS");
    expect(response.headers.get("access-control-allow-headers")).toBe("authorization, content-type");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("vary")).toBe("origin");
  });

  it("can read errors too, but still needs a key", async () => {
    const response = await openHouse(env).ask("/v1/agents", { headers: { origin: APP } });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([401, APP]);
  });

  it("gets nothing where ALLOWED_ORIGINS names others, and caches are told that it might have", async () => {
    for (const origin of [
      "https://evil.example",
      "https://app.example.com.evil.example",
      "http://app.example.com",
      "null",
    ]) {
      const response = await preflight(origin, env);
      expect([origin, corsHeaders(response), response.headers.get("vary")]).toEqual([origin, [], "origin"]);
    }
  });
});
