/**
 * What lies on disk of a call: redacted where the agent asks for it, and read by a text model where it says so.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import again from "../../emulator/scenarios/bank-again.json";
import type { CallerKey } from "../../src/memory/caller-store.ts";
import { Caller, play } from "../workerd/bank/talk.ts";
import { api, emulator, orderFault } from "../workerd/call.ts";
import { entriesOf, hangsUp, notesOf, someone } from "../workerd/memory/callers.ts";

afterEach(() => emulator("/faults", { method: "DELETE" }));

/** All rows of all tables of an object, as one text. */
const everything = (object: DurableObjectStub): Promise<string> =>
  runInDurableObject(object, (_, { storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => JSON.stringify(storage.sql.exec(`SELECT * FROM "${String(name)}"`).toArray()))
      .join("\n"),
  );

const sessionOf = ({ call }: Caller) => env.SESSIONS.getByName(call.made.session);

describe("a card's number and an address", () => {
  beforeEach(() => play(again));

  it("are nowhere in what is stored of a call, nor in what a server reads of it, while it runs and after", async () => {
    const ann = someone();
    const caller = await Caller.joins("notes", ann);
    const secret = /4111|ada@example|lovelace at/;
    // The tool is given them, and the caller is shown them: only the record has them not.
    expect(await caller.asks("note: Pays with 4111 1111 1111 1111, bill to ada@example.com.")).toMatchObject({
      tool: "remember",
      status: "ok",
    });
    caller.says("That is 4111 1111 1111 1111, and ada dot lovelace at example dot com.");
    await caller.hears();
    const path = `/v1/sessions/${caller.call.made.session}/transcript`;
    const running = await (await api(path)).text();
    expect(running).toContain("That is [card], and [email].");
    expect(running).not.toMatch(secret);
    expect(await everything(sessionOf(caller))).not.toMatch(secret);
    await hangsUp(caller);
    const stored = await everything(sessionOf(caller));
    expect(stored).toContain("Pays with [card], bill to [email].");
    expect(stored).not.toMatch(secret);
    expect(await (await api(path)).text()).toContain("That is [card], and [email].");
    expect(await notesOf(ann)).toContain("fact: Pays with [card], bill to [email].");
    expect(JSON.stringify(await notesOf(ann))).not.toMatch(secret);
  });
});

describe("a text model that reads calls", () => {
  /** It answers each call with what the test says. */
  const reading = (answer: string) =>
    play({
      ...again,
      textAgents: [{ name: "reader", when: { words: ["notes"] }, always: [{ say: answer }] }],
    });
  const note = (kind: string, about: string, text: string, sure = 0.7) => ({ kind, about, text, sure });
  const call = async (who: CallerKey, words: string): Promise<void> => {
    const caller = await Caller.joins("notes-reader", who);
    caller.says(words);
    await caller.hears();
    await hangsUp(caller);
  };
  interface Hit {
    readonly in: "stream" | "call";
  }
  /** Where text models and other services were shown that. */
  const shown = async (text: string): Promise<readonly Hit[]> => {
    const query = new URLSearchParams({ text, direction: "received" });
    const { hits } = (await emulator(`/search?${query}`)) as { hits: readonly Hit[] };
    return hits.filter((hit) => hit.in === "call");
  };
  /** Whether the text model was asked, and has answered. */
  const asked = async (): Promise<boolean> => {
    const { calls } = (await emulator("/calls")) as { calls: readonly { readonly running: boolean }[] };
    return calls.length > 0 && calls.every(({ running }) => !running);
  };
  const read = async (who: CallerKey): Promise<readonly string[]> =>
    (await entriesOf(who))
      .filter(({ kind }) => kind !== "summary")
      .map(({ kind, text, source }) => `${source.by} ${kind}: ${text}`)
      .toSorted();

  it("updates its notes rather than pile them up: what was said later counts, what is over goes", async () => {
    const ann = someone();
    const tea = note("preference", "drinks", "Likes tea.");
    const letter = note("matter", "letter", "Waits for a letter.");
    await reading(`Here you are: ${JSON.stringify([tea, letter, note("order", "x", "No such kind.")])}`);
    await call(ann, "I like tea, and I wait for a letter. My card is 4111 1111 1111 1111.");
    await expect
      .poll(() => read(ann), { timeout: 60_000 })
      .toEqual(["model matter: Waits for a letter.", "model preference: Likes tea."]);

    const coffee = note("preference", "Drinks", "Likes coffee now, no longer tea.");
    await reading(JSON.stringify([coffee, { ...letter, text: "" }]));
    await call(ann, "I like coffee now. The letter has come.");
    await expect
      .poll(() => read(ann), { timeout: 60_000 })
      .toEqual(["model preference: Likes coffee now, no longer tea."]);
    // It was shown the notes there were, and no number of a card.
    expect(await shown("Waits for a letter")).not.toEqual([]);
    expect(await shown("4111")).toEqual([]);
  });

  it.each([
    ["fails", () => orderFault({ service: "converse", fault: { type: "refuse", status: 500 }, times: 10 })],
    ["talks nonsense", () => reading("I would rather not.")],
  ])("and %s leaves the summary that is made by rule", async (_, goesWrong) => {
    await reading("[]");
    await goesWrong();
    await emulator("/calls", { method: "DELETE" });
    const ann = someone();
    await call(ann, "I like tea.");
    await expect.poll(asked, { timeout: 60_000 }).toBe(true);
    expect(await notesOf(ann)).toEqual(["summary: the caller said: I like tea.; the agent said: Noted."]);
  });
});
