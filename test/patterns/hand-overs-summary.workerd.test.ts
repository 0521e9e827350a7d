/**
 * A talk that outgrows what a stream takes, and moves to the next: with a text model that sums it up, and with one that hangs.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { SessionStatus } from "../../src/durable/session-rpc.ts";
import {
  api,
  Call,
  type EmulatedStream,
  emulator,
  newestStream,
  orderFault,
  streams,
} from "../workerd/call.ts";

const RECORD = "Ada wants a loan for a boat.";
const SCENARIO = {
  name: "long-talk",
  turns: [],
  otherwise: [{ say: "Noted." }],
  textAgents: [{ name: "summing up", when: { words: ["record"] }, always: [{ say: RECORD }] }],
};
/** As long as a client may type; three bytes to a letter, so that it takes few turns to fill a stream. */
const page = (turn: number): string => `Page ${turn}. ${"言".repeat(LIMITS.callerTextChars - 10)}`;
const PAGES = Math.ceil((LIMITS.historyBytes + LIMITS.summaryGrowthBytes) / (3 * LIMITS.callerTextChars)) + 1;

beforeAll(() => emulator("/scenario", { method: "POST", body: JSON.stringify(SCENARIO) }));
afterAll(() => emulator("/scenario", { method: "DELETE" }));
beforeEach(() => emulator("/calls", { method: "DELETE" }));
afterEach(() => emulator("/faults", { method: "DELETE" }));

async function longTalk(): Promise<Call> {
  const call = await Call.ready({ agent: "patient" });
  for (let turn = 1; turn <= PAGES; turn++) {
    call.send({ type: "text", text: page(turn) });
    await call.until("answer", { state: "ended" });
  }
  return call;
}

interface ServiceCall {
  readonly id: string;
  readonly running: boolean;
}

/** Questions to the text model, oldest first. */
const asked = async (): Promise<readonly ServiceCall[]> =>
  ((await emulator("/calls")) as { calls: readonly ServiceCall[] }).calls;

const status = async (call: Call): Promise<SessionStatus> =>
  (await api(`/v1/sessions/${call.made.session}`)).json();

/** Tokens that were used beside the streams. */
const besides = ({ tokens, path }: SessionStatus): number =>
  tokens.inputText - path.reduce((sum, visit) => sum + visit.tokens.inputText, 0);

/** An operator wishes a fresh stream; what it was told first. */
async function rotate(call: Call): Promise<string> {
  const known = (await streams()).map(({ id }) => id);
  expect((await api(`/v1/sessions/${call.made.session}/rotate`, { method: "POST" })).status).toBe(204);
  expect(await call.until("segment", { reason: "rotation" })).toMatchObject({ gapMs: 0 });
  return promptOf(await newestStream(known));
}

async function promptOf(stream: EmulatedStream): Promise<string> {
  await stream.until("received", "contentStart", ({ body }) => JSON.stringify(body).includes('"AUDIO"'));
  const texts = (await stream.entries()).filter(({ name }) => name === "textInput");
  return JSON.stringify(texts[0]?.body);
}

describe("a talk too long for a stream", () => {
  it("goes on in one that is told what a text model has made of its beginning", async () => {
    const call = await longTalk();
    await expect.poll(async () => besides(await status(call))).toBeGreaterThan(1_000);
    const prompt = await rotate(call);
    expect(prompt).toContain(`| ${RECORD}`);
    expect(prompt).not.toContain("Page 1.");
    call.send({ type: "bye" });
    await call.untilClosed();
  });

  it("goes on at once, told by rule, while the text model hangs; which is called off with the session", async () => {
    await orderFault({ service: "converse", fault: { type: "stall" } });
    const call = await longTalk();
    await expect.poll(async () => (await asked()).length).toBe(1);
    const prompt = await rotate(call);
    expect(prompt).toContain("the caller said: Page 1.");
    expect(prompt).not.toContain(RECORD);
    const [hanging] = await asked();
    expect(hanging?.running).toBe(true);
    call.send({ type: "bye" });
    await call.untilClosed();
    await expect.poll(async () => (await asked())[0]?.running).toBe(false);
    expect(besides(await status(call))).toBe(0);
  });
});
