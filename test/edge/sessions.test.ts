import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { verifyResumeToken } from "../../src/edge/resume-token.ts";
import { verifyTicket } from "../../src/edge/ticket.ts";
import { AGENTS, ENV, errorOf, NOW, openHouse, SECRET } from "./house.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";
const TICKET_ID = "00000000-0000-4000-8000-000000000002";
const UNKNOWN = "ffffffff-ffff-4fff-bfff-ffffffffffff";

describe("making a session", () => {
  it("gives a session, its ticket, where to connect and until when", async () => {
    const { post } = openHouse();
    const response = await post({ agent: "bank" });
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`/v1/sessions/${FIRST}`);
    const made = await response.json();
    expect(made).toEqual({
      session: FIRST,
      ticket: expect.stringMatching(/^at1\./),
      url: `wss://voice.example/v1/sessions/${FIRST}/connect`,
      expiresAt: NOW + LIMITS.ticketMs,
    });
    expect(verifyTicket((made as { ticket: string }).ticket, FIRST, SECRET, NOW)).toEqual({
      ok: true,
      value: {
        session: FIRST,
        ticket: TICKET_ID,
        agent: "bank",
        caller: null,
        tenant: null,
        expiresAt: NOW + LIMITS.ticketMs,
      },
    });
  });

  it("tells the session's object everything that was asked for", async () => {
    const { post, sessions } = openHouse();
    const mulaw = { encoding: "mulaw", rate: 8000 };
    const audio = { input: mulaw, output: { encoding: "pcm16", rate: 24000 } };
    await post({ agent: "bank", caller: "frida@example.com", tenant: "north", audio, toolDetails: true });
    expect(sessions.objects.get(FIRST)?.init).toEqual({
      session: FIRST,
      agent: "bank",
      caller: "frida@example.com",
      tenant: "north",
      inputRate: 8000,
      outputRate: 24000,
      ticket: { id: TICKET_ID, expiresAt: NOW + LIMITS.ticketMs },
      resumeToken: expect.stringMatching(/^ar1\./),
      toolDetails: true,
      memory: true,
      route: {},
      claimed: null,
    });
  });

  it("tells the session's object that this caller is not to be remembered", async () => {
    const { post, sessions } = openHouse();
    await post({ agent: "bank", caller: "frida@example.com", memory: false });
    expect(sessions.objects.get(FIRST)?.init?.memory).toBe(false);
  });

  it("gives the object a token for its client to come back with, unless it was made without", async () => {
    const { post, sessions } = openHouse();
    const made = await (await post({ agent: "bank" })).text();
    const token = sessions.objects.get(FIRST)?.init?.resumeToken ?? "";
    const atItsEnd = NOW + LIMITS.ticketMs + LIMITS.sessionMs;
    expect(verifyResumeToken(token, FIRST, SECRET, atItsEnd - 1)).toEqual({ ok: true, value: null });
    expect(verifyResumeToken(token, FIRST, SECRET, atItsEnd).ok).toBe(false);
    expect(made).not.toContain(token);
    const other = (await (await post({ agent: "bank", resume: false })).json()) as { session: string };
    expect(sessions.objects.get(other.session)?.init?.resumeToken).toBeNull();
  });

  it("assumes 16 kHz in, 24 kHz out and no tool details when nothing is said", async () => {
    const { post, sessions } = openHouse();
    await post({ agent: "bank" });
    expect(sessions.objects.get(FIRST)?.init).toMatchObject({
      caller: null,
      tenant: null,
      inputRate: 16000,
      outputRate: 24000,
      toolDetails: false,
    });
  });

  it("puts the object beside the agent's model, or where AWS_REGION says the model is", async () => {
    const { post, sessions } = openHouse();
    await post({ agent: "bank" });
    await post({ agent: "weather" });
    expect(sessions.hints).toEqual(["enam", "eeur"]);
    const moved = openHouse({ ...ENV, AWS_REGION: "ap-northeast-1" });
    await moved.post({ agent: "bank" });
    expect(moved.sessions.hints).toEqual(["apac-ne"]);
  });

  it("says ws:// where the request came over http://", async () => {
    const { askWithKey } = openHouse();
    const headers = { authorization: "Bearer server-key-0123456789", "content-type": "application/json" };
    const response = await askWithKey("http://127.0.0.1:8787/v1/sessions", {
      method: "POST",
      headers,
      body: '{"agent":"bank"}',
    });
    expect(await response.json()).toMatchObject({ url: `ws://127.0.0.1:8787/v1/sessions/${FIRST}/connect` });
  });
});

describe("a session", () => {
  it("can be looked at, read and ended", async () => {
    const { post, askWithKey } = openHouse();
    await post({ agent: "bank", caller: "frida" });
    const path = `/v1/sessions/${FIRST}`;
    expect(await (await askWithKey(path)).json()).toMatchObject({
      session: FIRST,
      agent: "bank",
      caller: "frida",
      state: "preparing",
    });
    expect(await (await askWithKey(`${path}/transcript`)).json()).toEqual({
      session: FIRST,
      entries: [
        {
          type: "caller",
          index: 0,
          turn: 1,
          at: NOW,
          segment: "front_desk",
          text: "Hello?",
          typed: false,
        },
        {
          type: "transition",
          index: 1,
          turn: 1,
          at: NOW,
          segment: "loans",
          from: "front_desk",
          by: "operator",
        },
      ],
    });
    const ended = await askWithKey(path, { method: "DELETE" });
    expect([ended.status, await ended.text()]).toEqual([204, ""]);
    const again = await askWithKey(path, { method: "DELETE" });
    expect([again.status, (await errorOf(again)).code]).toEqual([410, "session_ended"]);
  });

  it("is found by its id in capitals too", async () => {
    const house = openHouse();
    await house.post({ agent: "bank" });
    expect((await house.askWithKey(`/v1/sessions/${FIRST.toUpperCase()}`)).status).toBe(200);
    expect([...house.sessions.objects.keys()]).toEqual([FIRST]);
  });

  it("that nobody made is unknown", async () => {
    const { askWithKey } = openHouse();
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/transcript"],
      ["DELETE", ""],
    ] as const) {
      const response = await askWithKey(`/v1/sessions/${UNKNOWN}${path}`, { method });
      expect([response.status, (await errorOf(response)).code]).toEqual([404, "session_unknown"]);
    }
  });

  it("with an id that is no id is unknown, and no object is made for it", async () => {
    const { askWithKey, sessions } = openHouse();
    for (const id of [
      "1",
      "..%2f..",
      FIRST.slice(1),
      `${FIRST}0`,
      `${FIRST}%00`,
      "%F0%9F",
      "%zz",
      FIRST.replaceAll("-", ""),
    ]) {
      const response = await askWithKey(`/v1/sessions/${id}`);
      expect([id, response.status, (await errorOf(response)).code]).toEqual([id, 404, "session_unknown"]);
    }
    expect(sessions.objects.size).toBe(0);
  });
});

describe("the agents", () => {
  it("are listed with what is known of them", async () => {
    const { askWithKey } = openHouse();
    expect(await (await askWithKey("/v1/agents")).json()).toEqual({
      agents: [
        {
          name: "bank",
          model: "amazon.nova-2-sonic-v1:0",
          region: "us-east-1",
          endpoint: "aws",
          voice: "tiffany",
          greets: true,
          remembers: true,
          tools: [
            { source: "binding", binding: "BANK", names: null },
            { source: "functions", names: ["current_time"] },
            { source: "client", names: ["camera"] },
          ],
          start: "front_desk",
          segments: [
            {
              name: "front_desk",
              purpose: "Finds out who calls.",
              voice: "tiffany",
              goesTo: [
                { to: "banking", by: ["fact"] },
                { to: "loans", by: ["model", "client", "budget"] },
              ],
            },
            { name: "banking", purpose: null, voice: "matthew", goesTo: [] },
            { name: "loans", purpose: null, voice: "tiffany", goesTo: [] },
          ],
        },
        {
          name: "weather",
          model: "amazon.nova-2-sonic-v1:0",
          region: "eu-north-1",
          endpoint: "aws",
          voice: "tiffany",
          greets: false,
          remembers: false,
          tools: [{ source: "binding", binding: "WEATHER", names: ["forecast"] }],
          start: "main",
          segments: [{ name: "main", purpose: null, voice: "tiffany", goesTo: [] }],
        },
      ],
    });
  });

  it("greet, too, where the segment they start in has an opening of its own", async () => {
    const [bank] = AGENTS;
    if (bank === undefined) throw new Error("there is no bank");
    const segments = bank.segments.map((segment) =>
      segment.name === bank.start ? { ...segment, opening: "Ask for the number." } : segment,
    );
    const greeting = async (agent: AgentDefinition) => {
      const response = await openHouse(ENV, { agents: [agent] }).askWithKey("/v1/agents");
      return ((await response.json()) as { agents: { greets: boolean }[] }).agents[0]?.greets;
    };
    expect(await greeting({ ...bank, greeting: null, segments })).toBe(true);
    expect(await greeting({ ...bank, greeting: null, segments, start: "banking" })).toBe(false);
  });

  it("are said to be elsewhere than on AWS when the model's endpoint is set", async () => {
    const { askWithKey } = openHouse({ ...ENV, BEDROCK_ENDPOINT: "http://127.0.0.1:8790" });
    const { agents } = (await (await askWithKey("/v1/agents")).json()) as { agents: { endpoint: string }[] };
    expect(agents.map((agent) => agent.endpoint)).toEqual(["custom", "custom"]);
  });

  it("are told their region as AWS_REGION has it", async () => {
    const { askWithKey } = openHouse({ ...ENV, AWS_REGION: "us-west-2" });
    const { agents } = (await (await askWithKey("/v1/agents")).json()) as { agents: { region: string }[] };
    expect(agents.map((agent) => agent.region)).toEqual(["us-west-2", "us-west-2"]);
  });
});
