/**
 * A conversation as a gateway would tell it.
 */
import type { Page } from "playwright-core";
import type { ScriptedClient } from "./scripted-gateway.ts";
import { RATE, speak } from "./stage.ts";
import { voiceLike } from "./wav.ts";

/** A conversation with one of everything. */
export const converse = async (page: Page, client: ScriptedClient): Promise<void> => {
  const agent = { type: "transcript", role: "agent", final: true } as const;
  const caller = { type: "transcript", role: "caller", answer: null, final: true } as const;
  client.say(
    { type: "segment", name: "main", reason: "start", gapMs: 0 },
    { type: "answer", answer: 1, turn: 1, state: "started" },
    {
      ...agent,
      turn: 1,
      answer: 1,
      item: "a1",
      text: "Good evening, this is Harbour Bank. How may I help you?",
    },
  );
  speak(client, 1, voiceLike(180, RATE, 1));
  client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
  await client.until(({ messages }) =>
    messages.find(({ type, answer, ms }) => type === "played" && answer === 1 && ms === 1000),
  );
  client.say({ type: "speech", state: "started" });
  client.say({ ...caller, turn: 2, item: "c1", text: "How much money is", final: false });
  await client.until(({ frames }) => (frames.length > 60 ? true : undefined));
  client.say(
    {
      ...caller,
      turn: 2,
      item: "c1",
      text: "How much money is in my savings account, and when is the next transfer due?",
    },
    { type: "speech", state: "stopped" },
    { type: "tool_started", call: "t1", name: "get_balance", arguments: { account: "savings" } },
  );
  await client.until(({ frames }) => (frames.length > 75 ? true : undefined));
  client.say(
    {
      type: "tool_ended",
      call: "t1",
      name: "get_balance",
      status: "ok",
      result: { balance: 2410.5, currency: "EUR" },
      ms: 184,
    },
    { type: "tool_started", call: "t2", name: "next_transfer", arguments: { account: "savings" } },
    { type: "tool_ended", call: "t2", name: "next_transfer", status: "failed", reason: "timeout", ms: 262 },
    { type: "answer", answer: 2, turn: 2, state: "started" },
    {
      ...agent,
      turn: 2,
      answer: 2,
      item: "a2",
      final: false,
      text: "There are two thousand four hundred and ten euros and fifty cents in your savings account. I could not look up the next transfer just now; shall I try again?",
    },
  );
  speak(client, 2, voiceLike(180, RATE, 6));
  await page.locator('#dock[data-answer="2"]').waitFor();
  client.say({
    type: "metrics",
    turn: 2,
    firstAudioMs: 612,
    sinceSpeechMs: 1430,
    tools: [{ name: "get_balance", ms: 184, status: "ok" }],
    interrupted: true,
    gateway: { upMs: 0.2, downMs: 0.4 },
  });
  await client.until(({ messages }) =>
    messages.find(({ type, answer, ms }) => type === "played" && answer === 2 && Number(ms) > 1400),
  );
  client.say(
    { type: "speech", state: "started" },
    {
      type: "interrupted",
      answer: 2,
      heardMs: 1480,
      heardText: "There are two thousand four hundred and ten euros and fifty cents in your",
      by: "caller",
    },
    { type: "segment", name: "main", reason: "rotation", gapMs: 0 },
    {
      type: "usage",
      tokens: { inputSpeech: 1204, inputText: 310, outputSpeech: 2280, outputText: 96 },
      cost: { model: 0.0314, platform: 0.0002, total: 0.0316 },
    },
    { ...caller, turn: 3, item: "c3", text: "Yes, please do" },
    { ...caller, turn: 3, item: "c3", text: "Yes, please do", final: false },
    { type: "speech", state: "stopped" },
  );
  await page.getByText("You broke in after 1.5 s").waitFor();
  await page.locator('#dock[data-playback="silent"]').waitFor();
  client.say(
    { type: "answer", answer: 3, turn: 3, state: "started" },
    {
      ...agent,
      turn: 3,
      answer: 3,
      item: "a3",
      text: "I am looking at the standing orders of your",
      final: false,
    },
    {
      type: "tool_started",
      call: "t3",
      name: "next_transfer",
      arguments: { account: "savings", retry: true },
    },
  );
  speak(client, 3, voiceLike(180, RATE, 8));
  await page.locator('#dock[data-answer="3"]').waitFor();
  client.say({
    type: "metrics",
    turn: 3,
    firstAudioMs: 540,
    sinceSpeechMs: 1210,
    tools: [],
    interrupted: false,
    gateway: { upMs: 0.2, downMs: 0.3 },
  });
};
