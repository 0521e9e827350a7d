import { abortAllDurableObjects } from "cloudflare:test";
import { afterEach, describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { api, Call, connect, emulator } from "../workerd/call.ts";

afterEach(() => emulator("/faults", { method: "DELETE" }));

/** What a page that is reloaded does to its socket (RFC 6455 section 7.4.1: going away). */
const GOING_AWAY = 1001;

const BALANCE = { type: "text", text: "What is the balance of my checking account?" };

describe("a client that loses its socket and comes back", () => {
  it("is told everything it missed, under the numbers it had, and nothing twice", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    call.send(BALANCE);
    await call.until("answer", { state: "started" });
    const before = [...call.messages];
    call.hangUp(GOING_AWAY);
    const again = await call.back(before.at(-1)?.seq);
    expect(await again.until("resumed")).toMatchObject({ from: before.length + 1, lost: 0, lostMs: 0 });
    const answer = await again.until("transcript", { role: "agent", final: true });
    expect(answer.text).toMatch(/1,?284/);
    again.send({ type: "bye" });
    await again.untilClosed();
    const all = [...before, ...again.messages.slice(1)];
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(again.messages.filter(({ type }) => type === "ready")).toEqual([]);
  });

  it("on another device hears what comes from now on, and talks to the same stream", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    call.hangUp(GOING_AWAY);
    const again = await call.back();
    expect(await again.until("resumed")).toMatchObject({ lost: 0 });
    again.send(BALANCE);
    await again.until("tool_ended", { status: "ok" });
    const status = (await (await api(`/v1/sessions/${call.made.session}`)).json()) as { streams: number };
    expect(status.streams).toBe(1);
    again.hangUp();
  });

  it("takes the session over from a socket that is still there, which is told why", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    const again = await call.back(call.seen);
    await again.until("resumed");
    expect(await call.untilClosed()).toEqual({ code: 4411, reason: "taken_over" });
    again.send(BALANCE);
    await again.until("tool_ended", { status: "ok" });
    again.hangUp();
  });

  it("must say hello before anything else; else its connection is dropped, and the session is not", async () => {
    const call = await Call.ready();
    call.hangUp(GOING_AWAY);
    const ready = call.messages.find(({ type }) => type === "ready")?.resume as { token: string };
    const { webSocket } = await connect(call.made, `antiphon.v1, resume.${ready.token}`);
    if (!webSocket) throw new Error("not connected");
    const rude = new Call(call.made, webSocket);
    rude.raw(silence(20, 16000));
    expect(await rude.untilClosed()).toMatchObject({ reason: "hello_required" });
    const again = await call.back(call.seen);
    await again.until("resumed");
    again.hangUp();
  });

  it("finds a session ended that it hung up itself", async () => {
    const call = await Call.ready();
    call.hangUp(1000);
    await call.untilClosed();
    const ready = call.messages.find(({ type }) => type === "ready")?.resume as { token: string };
    const response = await connect(call.made, `antiphon.v1, resume.${ready.token}`);
    expect(response.status).toBe(410);
  });

  it("may not open a session that its ticket has not opened yet", async () => {
    const one = await Call.ready();
    const ready = one.messages.find(({ type }) => type === "ready")?.resume as { token: string };
    const other = await Call.open();
    const response = await connect(other.made, `antiphon.v1, resume.${ready.token}`);
    expect(response.status).toBe(401);
    one.hangUp();
    other.hangUp();
  });
});

describe("a session whose object is lost in the middle of a call", () => {
  it("is taken up where its last turn ended, by the same client with the same token", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    call.send(BALANCE);
    await call.until("tool_ended", { status: "ok" });
    await call.until("transcript", { role: "agent", final: true });
    await call.until("metrics");
    await abortAllDurableObjects();
    await call.untilClosed();
    const again = await call.back(call.seen);
    expect(await again.until("resumed")).toMatchObject({ from: call.seen + 1, lost: 0 });
    expect(await again.until("segment")).toMatchObject({ reason: "recovery" });
    again.send(BALANCE);
    const answer = await again.until("transcript", { role: "agent", final: true });
    expect(answer.text).toMatch(/1,?284/);
    expect(Number(answer.answer)).toBeGreaterThan(2);
    const transcript = (await (await api(`/v1/sessions/${call.made.session}/transcript`)).json()) as {
      entries: { type: string; text?: string }[];
    };
    expect(transcript.entries.filter(({ type }) => type === "caller")).toHaveLength(2);
    again.hangUp();
  });

  it("does not run a tool again that was running", async () => {
    const call = await Call.ready();
    await call.until("transcript", { role: "agent", final: true });
    call.send(BALANCE);
    await call.until("tool_started");
    await abortAllDurableObjects();
    await call.untilClosed();
    const again = await call.back(call.seen);
    await again.until("segment", { reason: "recovery" });
    await again.until("answer", { state: "ended" });
    expect(again.messages.filter(({ type }) => type === "tool_started")).toEqual([]);
    again.hangUp();
  });
});
