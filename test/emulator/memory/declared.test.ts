/**
 * Memories that a scenario declares, and who is let in at all.
 */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Emulator } from "../../../emulator/emulator.ts";
import { parseScenario } from "../../../emulator/scenarios/scenario.ts";
import { type Asking, ask, control, startServices, told } from "../support/service-client.ts";

const page = readFileSync(new URL("../../../docs/emulator.md", import.meta.url), "utf8");
const [shown = ""] = [...page.matchAll(/```json\n(.*?)```/gs)]
  .map(([, json = ""]) => json)
  .filter((json) => json.includes('"memories": ['));

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startServices();
});
afterEach(async () => {
  await control(emulator, "DELETE", "calls");
  await control(emulator, "DELETE", "scenario");
});
afterAll(() => emulator.close());

const data = (path: string, body: unknown, asking: Asking = {}) =>
  told(
    ask(emulator, `/memories/callers-Ab12Cd34Ef/${path}`, { service: "bedrock-agentcore", body, ...asking }),
  );
const event = (text: string) => ({
  ...{ actorId: "ann", sessionId: "s-1", eventTimestamp: 1_795_348_800 },
  payload: [{ conversational: { role: "USER", content: { text } } }],
});
const namespaces = async () =>
  (await data("memoryRecords", { namespacePath: "/" })).body.memoryRecordSummaries.flatMap(
    (record: { readonly namespaces: readonly string[] }) => record.namespaces,
  );

test("a scenario says what becomes of what is said, and records come when the clock is turned on", async () => {
  expect(await control(emulator, "POST", "scenario", JSON.parse(shown))).toMatchObject({ status: 200 });
  await data("events", event("I like tea."));
  await control(emulator, "POST", "clock", { advanceMs: 1_000 });
  await expect.poll(namespaces).toEqual(["/shop/likes-1/ann/"]);
});

test("strategies that are declared later count from then on, and nothing is lost", async () => {
  await data("events", event("I like tea."));
  await control(emulator, "POST", "scenario", JSON.parse(shown));
  await data("events", event("I like coffee."));
  await control(emulator, "POST", "clock", { advanceMs: 20_000 });
  await expect
    .poll(async () => (await namespaces()).sort())
    .toEqual(["/preferences/ann/", "/shop/likes-1/ann/", "/summaries/ann/s-1/"]);
});

test.each([
  ["an id without its ten letters", { id: "callers", strategies: [] }],
  [
    "a strategy of another type",
    { id: "callers-Ab12Cd34Ef", strategies: [{ id: "a", type: "ELSE", namespace: "/" }] },
  ],
  [
    "a namespace with a star",
    { id: "callers-Ab12Cd34Ef", strategies: [{ id: "a", type: "SEMANTIC", namespace: "/*/" }] },
  ],
])("a scenario with %s is not right", (_, memory) => {
  expect(parseScenario({ name: "n", memories: [memory] }).ok).toBe(false);
});

test.each<readonly [string, Asking, number, string]>([
  ["without a signature", { service: "none" }, 403, "MissingAuthenticationTokenException"],
  ["with Bedrock's signature", { service: "bedrock" }, 403, "InvalidSignatureException"],
  [
    "with a token",
    { service: "none", headers: { authorization: "Bearer emulator-bearer-token-not-for-aws" } },
    403,
    "AccessDeniedException",
  ],
  [
    "with another body than was signed",
    { swappedBody: '{"maxResults":1}' },
    403,
    "InvalidSignatureException",
  ],
])("nobody is let in %s", async (_, asking, status, errorType) => {
  expect(await data("actors", {}, asking)).toMatchObject({ status, errorType });
});

test.each([
  ["a body that is no JSON", "actors", "{", 400, "SerializationException"],
  ["a body that is a list", "actors", "[]", 400, "ValidationException"],
  ["a path that is not encoded properly", "actor/%ff/sessions", "{}", 400, "ValidationException"],
  ["a token of nobody's", "actors", '{"nextToken":"x"}', 400, "ValidationException"],
  [
    "hostile names",
    "events",
    '{"actorId":"__proto__","metadata":{"__proto__":1}}',
    400,
    "ValidationException",
  ],
  ["a path that there is not", "nothing", "{}", 404, "UnknownOperationException"],
])("%s is refused", async (_, path, body, status, errorType) => {
  expect(await data(path, body)).toMatchObject({ status, errorType });
});
