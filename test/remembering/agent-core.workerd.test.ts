/**
 * AgentCore Memory beside the caller's own object: what it adds, and that nobody hears it fail.
 */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import again from "../../emulator/scenarios/bank-again.json";
import type { CallerKey } from "../../src/memory/caller-store.ts";
import { Caller, play } from "../workerd/bank/talk.ts";
import { api, emulator, orderFault } from "../workerd/call.ts";
import {
  asItIs,
  hangsUp,
  knownStreams,
  notesIn,
  notesOf,
  someone,
  toldSince,
  waitForMemory,
  waitingIn,
} from "../workerd/memory/callers.ts";

const SAID = ["My dog is called Rex.", "I prefer letters by post.", "My card is 4111 1111 1111 1111."];

beforeEach(async () => {
  waitForMemory();
  await play(again);
  await emulator("/calls", { method: "DELETE" });
});
afterEach(async () => {
  asItIs();
  await emulator("/faults", { method: "DELETE" });
});

/** A call in which that is said; what the agent answered, and what its first stream was told. */
async function talk(agent: string, who: CallerKey, lines: readonly string[]) {
  const known = await knownStreams();
  const caller = await Caller.joins(agent, who);
  const heard: string[] = [];
  for (const line of lines) {
    caller.says(line);
    heard.push(await caller.hears());
  }
  const [told] = await toldSince(known);
  return { caller, heard, notes: notesIn(told?.prompt ?? "") };
}

interface Body {
  readonly payload?: readonly { readonly conversational: { readonly content: { readonly text: string } } }[];
}
interface Trace {
  readonly entries: readonly { readonly name: string; readonly body: { readonly body: Body } }[];
}

/** Events that AgentCore has taken, oldest first: what was said in each. */
async function events(): Promise<readonly (readonly string[])[]> {
  const { calls } = (await emulator("/calls")) as {
    calls: readonly { readonly id: string; readonly operation: string }[];
  };
  const created = calls.filter(({ operation }) => operation === "CreateEvent");
  const traces = await Promise.all(created.map(({ id }) => emulator(`/calls/${id}/trace`) as Promise<Trace>));
  return traces
    .filter(({ entries }) => entries.some(({ name }) => name === "201"))
    .map(({ entries: [received] }) =>
      (received?.body.body.payload ?? []).map(({ conversational }) => conversational.content.text),
    );
}

const quotesOf = (notes: readonly string[]): readonly string[] =>
  notes.map((note) => /, ([\w ]+: ".*")$/.exec(note)?.[1] ?? note).toSorted();

const extracted = (): Promise<unknown> =>
  emulator("/clock", { method: "POST", body: JSON.stringify({ advanceMs: 21_000 }) });

const EVENT = [
  "My dog is called Rex.",
  "Noted.",
  "I prefer letters by post.",
  "Noted.",
  "My card is [card].",
  "Noted.",
];

describe("AgentCore Memory", () => {
  it("is told all turns once, redacted, and tells what it made of them beside what the gateway remembers", async () => {
    const [off, on] = [someone(), someone()];
    const first = { off: await talk("notes", off, SAID), on: await talk("notes-agent-core", on, SAID) };
    await hangsUp(first.off.caller);
    await hangsUp(first.on.caller);
    expect(first.on.heard).toEqual(first.off.heard);
    expect(await notesOf(on)).toEqual(await notesOf(off));
    expect(await events()).toEqual([EVENT]);
    await extracted();

    const second = {
      off: await talk("notes", off, ["Hello."]),
      on: await talk("notes-agent-core", on, ["Hello."]),
    };
    expect(second.on.heard).toEqual(second.off.heard);
    expect(quotesOf(second.on.notes)).toEqual(
      [
        ...quotesOf(second.off.notes),
        'preference: "Prefers letters by post"',
        'fact: "The user\'s card is [card]."',
        'fact: "The user\'s dog is called Rex."',
      ].toSorted(),
    );
    await hangsUp(second.off.caller);
    await hangsUp(second.on.caller);
    expect(await events()).toEqual([EVENT, ["Hello.", "Noted."]]);
  });

  it("is not heard to fail, and is told later what it did not take", async () => {
    const ann = someone();
    await orderFault({ service: "memory", fault: { type: "refuse", status: 500 }, times: 100 });
    const { caller, heard, notes } = await talk("notes-agent-core", ann, SAID);
    expect(heard).toEqual(["Noted.", "Noted.", "Noted."]);
    expect(notes).toEqual([]);
    await caller.hangsUp();
    const { session } = caller.call.made;
    // What the gateway itself remembers waits for nobody.
    await expect.poll(() => notesOf(ann), { timeout: 60_000 }).toHaveLength(1);
    expect(await waitingIn(session)).toBe(1);
    await emulator("/faults", { method: "DELETE" });
    expect(await events()).toEqual([]);
    expect(await runDurableObjectAlarm(env.SESSIONS.getByName(session))).toBe(true);
    expect(await waitingIn(session)).toBe(0);
    expect(await events()).toEqual([EVENT]);
    expect(await notesOf(ann)).toHaveLength(1);
  });

  it("that is throttled is asked again, and that hangs is left behind, while the gateway's own notes are told", async () => {
    const ann = someone();
    const first = await talk("notes-agent-core", ann, ["My dog is called Rex."]);
    await orderFault({ service: "memory", fault: { type: "refuse", status: 429 } });
    await hangsUp(first.caller);
    expect(await events()).toEqual([["My dog is called Rex.", "Noted."]]);
    asItIs();
    await orderFault({ service: "memory", fault: { type: "stall" }, times: 2 });
    const { caller, heard } = await talk("notes-agent-core", ann, ["Hello."]);
    expect(heard).toEqual(["Noted."]);
    const known = await knownStreams();
    await api(`/v1/sessions/${caller.call.made.session}/rotate`, { method: "POST" });
    await caller.call.until("segment", { reason: "rotation" });
    expect(notesIn((await toldSince(known))[0]?.prompt ?? "")).toHaveLength(1);
    await hangsUp(caller);
  });
});
