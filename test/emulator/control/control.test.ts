import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/emulator.ts";
import { type DoorStream, openWebSocket } from "../support/door-client.ts";
import { createDrivenClock } from "../support/driven-clock.ts";
import * as nova from "../support/events.ts";
import { say, scriptedMind, scriptedSenses } from "../support/senses.ts";

let emulator: Emulator;
/** Names of the scenarios that minds were made with. */
const scenarios: (string | undefined)[] = [];
let open: DoorStream[] = [];

beforeAll(async () => {
  emulator = await startEmulator({
    port: 0,
    h2Port: 0,
    firstAudioMs: 0,
    senses: {
      ...scriptedSenses(),
      createMind(scenario) {
        scenarios.push(scenario?.name);
        return scriptedMind([], { hi: [say("Hello.")] });
      },
    },
  });
});
afterEach(async () => {
  for (const stream of open) {
    stream.leave();
    await stream.over;
  }
  open = [];
  await call("DELETE", "faults");
  await call("DELETE", "scenario");
});
afterAll(() => emulator.close());

/** What the answers that these tests look into may have. */
interface Answer {
  readonly streams: readonly { readonly id: string }[];
  readonly entries: readonly { readonly name: string; readonly at: number }[];
  readonly next: number;
  readonly faultsWaiting: number;
  readonly scenario: string | null;
}

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${emulator.controlUrl}/${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

async function openStream(): Promise<DoorStream> {
  const opened = await openWebSocket(emulator);
  if (!opened.ok) throw new Error(opened.refused.message);
  open.push(opened.stream);
  for (const event of nova.prologue()) opened.stream.send(await opened.stream.seal(event));
  await opened.stream.until((frame) => frame.name === "completionStart");
  return opened.stream;
}

const latestId = async (): Promise<string> => (await call("GET", "streams")).body.streams.at(-1)?.id ?? "";

describe("health", () => {
  test("says how many streams run and what waits", async () => {
    await openStream();
    expect(await call("GET", "health")).toMatchObject({
      status: 200,
      body: { status: "ok", streams: 1, faultsWaiting: 0, speed: 1, scenario: null, recognises: false },
    });
  });
});

describe("the trace", () => {
  test("shows what came and went, with times, and audio summed up", async () => {
    const stream = await openStream();
    for (const event of [...nova.silence(20), ...nova.typed("t", "hi")])
      stream.send(await stream.seal(event));
    await stream.until(
      (frame) => frame.type === "event" && frame.body.stopReason === "END_TURN" && frame.body.type === "TEXT",
    );
    const { status, body } = await call("GET", `streams/${await latestId()}/trace`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      door: "websocket",
      model: "amazon.nova-2-sonic-v1:0",
      region: "us-east-1",
      running: true,
    });
    expect(body.entries[0]).toMatchObject({ n: 0, direction: "received", name: "sessionStart", body: {} });
    const heard = body.entries.find((entry) => entry.name === "audioInput");
    expect(heard).toMatchObject({ direction: "received", audio: { bytes: 640, ms: 20, level: -100 } });
    const spoken = body.entries.find((entry) => entry.name === "audioOutput");
    expect(spoken).toMatchObject({ direction: "sent", audio: { bytes: 2560, ms: 80 } });
    const times = body.entries.map((entry) => entry.at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("can be read from where one has got to, and waited for", async () => {
    const stream = await openStream();
    const id = await latestId();
    const { body: first } = await call("GET", `streams/${id}/trace`);
    const waiting = call("GET", `streams/${id}/trace?from=${first.next}&wait=20000`);
    stream.send(await stream.seal(nova.silence(20)[0] ?? nova.sessionEnd()));
    const { body } = await waiting;
    expect(body.entries).toEqual([expect.objectContaining({ n: first.next, name: "audioInput" })]);
  });

  test("can be read when the stream is over, with the reason why", async () => {
    const stream = await openStream();
    const id = await latestId();
    stream.send(await stream.seal(nova.promptStart()));
    await stream.over;
    const { body } = await call("GET", `streams/${id}/trace?wait=1000&from=0`);
    expect(body).toMatchObject({ ended: true, running: false });
    expect(body.entries).toContainEqual(
      expect.objectContaining({ direction: "note", name: "violation", body: { why: "a second prompt" } }),
    );
  });

  test.each(["from=-1", "from=x", "wait=60000", "other=1"])("does not understand ?%s", async (query) => {
    await openStream();
    expect(await call("GET", `streams/${await latestId()}/trace?${query}`)).toMatchObject({ status: 400 });
  });

  test("of a stream that has ended can be forgotten, and a search then begins anew", async () => {
    const over = await openStream();
    over.send(await over.seal(nova.promptStart()));
    await over.over;
    await openStream();
    const { status, body } = await call("DELETE", "streams");
    expect(status).toBe(200);
    expect(body).toMatchObject({ streams: [{ running: true }] });
    expect(await call("GET", "search?text=promptStart")).toMatchObject({ body: { complete: true } });
  });

  test("of an unknown stream is not there", async () => {
    expect(await call("GET", "streams/nobody/trace")).toMatchObject({
      status: 404,
      body: { message: "no such stream" },
    });
  });
});

describe("faults", () => {
  test("can be ordered for the next request", async () => {
    expect(await call("POST", "faults", { fault: { type: "refuse", status: 503 } })).toMatchObject({
      status: 200,
      body: { waiting: 1, streams: [] },
    });
    expect(await openWebSocket(emulator)).toMatchObject({ ok: false, refused: { status: 503 } });
    expect((await call("GET", "health")).body.faultsWaiting).toBe(0);
  });

  test("can wait for a stream of one region", async () => {
    const order = { fault: { type: "refuse", status: 403 }, region: "us-west-2" };
    expect((await call("POST", "faults", order)).status).toBe(200);
    const elsewhere = await openStream();
    expect((await call("GET", "health")).body.faultsWaiting).toBe(1);
    await call("DELETE", "faults");
    const cut = { fault: { type: "cut" }, stream: "running", region: "us-east-1" };
    expect((await call("POST", "faults", { ...cut, region: "us-west-2" })).status).toBe(404);
    expect((await call("POST", "faults", cut)).body.streams).toHaveLength(1);
    await elsewhere.over;
  });

  test("can strike one stream, or all that run", async () => {
    const one = await openStream();
    const id = await latestId();
    const two = await openStream();
    expect(
      await call("POST", "faults", {
        fault: { type: "exception", exception: "throttlingException" },
        stream: id,
      }),
    ).toMatchObject({
      status: 200,
      body: { streams: [id] },
    });
    expect((await one.over).at(-1)).toMatchObject({ name: "throttlingException" });
    await call("POST", "faults", { fault: { type: "internal531" }, stream: "running" });
    expect((await two.over).at(-1)).toMatchObject({ name: "validationException" });
  });

  test("can be taken back", async () => {
    await call("POST", "faults", { fault: { type: "refuse", status: 500 }, times: 3 });
    expect(await call("DELETE", "faults")).toMatchObject({ status: 200, body: { waiting: 0 } });
    await openStream();
  });

  test.each<[string, unknown, number, RegExp]>([
    ["no JSON", "{", 400, /not JSON/],
    ["no fault", {}, 400, /fault/],
    ["an unknown fault", { fault: { type: "rain" } }, 400, /fault/],
    ["a status that Bedrock does not use", { fault: { type: "refuse", status: 418 } }, 400, /fault\.status/],
    ["an unknown time", { fault: { type: "cut" }, when: "later" }, 400, /when/],
    ["no times", { fault: { type: "cut" }, times: 0 }, 400, /times/],
    ["a member nobody knows", { fault: { type: "cut" }, colour: "red" }, 400, /colour/],
    ["a stream that is no id", { fault: { type: "cut" }, stream: "mine" }, 400, /stream/],
    [
      "a refusal of a running stream",
      { fault: { type: "refuse", status: 500 }, stream: "running" },
      400,
      /"next"/,
    ],
    [
      "a stream that does not run",
      { fault: { type: "cut" }, stream: "6d0d3a2e-1f0a-4b9c-8c2e-000000000000" },
      404,
      /no such running stream/,
    ],
    [
      "all streams when none runs",
      { fault: { type: "cut" }, stream: "running" },
      404,
      /no stream is running/,
    ],
    ["more than a megabyte", `"${"a".repeat(1024 * 1024)}"`, 413, /1 MiB/],
  ])("are refused with %s", async (_, body, status, message) => {
    expect(await call("POST", "faults", body)).toMatchObject({
      status,
      body: { message: expect.stringMatching(message) },
    });
  });
});

describe("the clock", () => {
  test("can run faster: eight minutes in half a second", async () => {
    const stream = await openStream();
    expect(await call("POST", "clock", { speed: 1000 })).toMatchObject({
      status: 200,
      body: { speed: 1000 },
    });
    expect((await stream.over).at(-1)).toMatchObject({ type: "exception" });
    expect(await call("POST", "clock", { speed: 1 })).toMatchObject({ body: { speed: 1 } });
  });

  test("can be turned on at once: 55 s without input have passed", async () => {
    const stream = await openStream();
    expect(await call("POST", "clock", { advanceMs: 30_000 })).toMatchObject({ status: 200 });
    expect((await call("GET", "health")).body).toMatchObject({ streams: 1 });
    await call("POST", "clock", { advanceMs: 25_000 });
    expect((await stream.over).at(-1)).toMatchObject({ type: "exception" });
  });

  test("can be moved for the limit of 8 minutes alone", async () => {
    const stream = await openStream();
    await call("POST", "clock", { ageMs: 480_000 });
    expect((await stream.over).at(-1)).toMatchObject({ type: "exception", name: "modelTimeoutException" });
  });

  test.each([
    {},
    { speed: 0 },
    { speed: 1e6 },
    { speed: "fast" },
    { ageMs: -1 },
    { advanceMs: -1 },
    { speed: 1, x: 1 },
  ])("does not take %j", async (body) => {
    expect(await call("POST", "clock", body)).toMatchObject({
      status: 400,
      body: { message: expect.any(String) },
    });
  });

  test("that a test drives cannot be sped up from here", async () => {
    const driven = await startEmulator({
      port: 0,
      h2Port: 0,
      senses: scriptedSenses(),
      clock: createDrivenClock(),
    });
    const response = await fetch(`${driven.controlUrl}/clock`, { method: "POST", body: '{"speed":2}' });
    expect(response.status).toBe(409);
    await driven.close();
  });
});

describe("the scenario", () => {
  test("holds for the streams that open after it", async () => {
    expect(await call("POST", "scenario", { name: "bank" })).toMatchObject({
      status: 200,
      body: { scenario: "bank" },
    });
    await openStream();
    expect(scenarios.at(-1)).toBe("bank");
    expect((await call("GET", "health")).body.scenario).toBe("bank");
    await call("DELETE", "scenario");
    await openStream();
    expect(scenarios.at(-1)).toBeUndefined();
  });

  test("that does not fit is refused with the reason", async () => {
    const refused = await call("POST", "scenario", { name: "bank", turns: [{ do: [{ sing: "la" }] }] });
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringMatching(/turns/) } });
  });
});

describe("a path or method that does not exist", () => {
  test.each([
    ["GET", "nothing", 404],
    ["GET", "", 404],
    ["GET", "streams/x", 404],
    ["PUT", "faults", 405],
    ["POST", "health", 405],
    ["POST", "streams", 405],
  ])("is answered: %s %s gives %i", async (method, path, status) => {
    const answer = await call(method, path, method === "GET" ? undefined : {});
    expect(answer).toMatchObject({ status, body: { message: expect.any(String) } });
    expect(answer.headers.has("allow")).toBe(status === 405);
  });
});
