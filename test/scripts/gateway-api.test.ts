/**
 * Which agent `npm run talk` talks to, as the gateway lists them.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chooseAgent } from "../../scripts/lib/gateway-api.ts";

let agents: readonly object[] = [];
const server = createServer((_request, response) => void response.end(JSON.stringify({ agents })));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise<unknown>((resolve) => server.close(resolve)));

const choose = (wanted: string | null) =>
  chooseAgent({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: null }, wanted);

it("is the wanted one or the first, and whether it speaks first is known", async () => {
  agents = [
    { name: "bank", greets: true, voice: "tiffany" },
    { name: "weather", greets: false },
  ];
  expect(await choose(null)).toEqual({ ok: true, value: { name: "bank", greets: true } });
  expect(await choose("weather")).toEqual({ ok: true, value: { name: "weather", greets: false } });
});

it("may greet for all that an older gateway tells", async () => {
  agents = [{ name: "bank" }];
  expect(await choose("bank")).toEqual({ ok: true, value: { name: "bank", greets: true } });
});

it("is asked for again where there is none of that name, or none at all", async () => {
  agents = [{ name: "bank" }];
  expect(await choose("bnak")).toMatchObject({
    ok: false,
    error: expect.stringContaining("choose from bank"),
  });
  agents = [];
  expect(await choose(null)).toMatchObject({ ok: false, error: expect.stringContaining("no agents") });
});
