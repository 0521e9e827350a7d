/**
 * Sessions of one caller: at once, lost, erased, and where nothing may be remembered.
 */
import {
  abortAllDurableObjects,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import again from "../../emulator/scenarios/bank-again.json";
import { LIMITS } from "../../src/base/limits.ts";
import { Caller, play } from "../workerd/bank/talk.ts";
import { api } from "../workerd/call.ts";
import {
  asItIs,
  entriesOf,
  hangsUp,
  knownStreams,
  notesIn,
  notesOf,
  objectOf,
  recordOf,
  someone,
  toldSince,
  waitForMemory,
  waitingIn,
} from "../workerd/memory/callers.ts";
import { noTrouble, trouble } from "../workerd/memory/trouble.ts";

beforeAll(() => play(again));
beforeEach(() => {
  noTrouble();
  waitForMemory();
});
afterEach(() => {
  vi.restoreAllMocks();
  noTrouble();
  asItIs();
});

const remembers = async (caller: Caller, what: string): Promise<void> => {
  expect(await caller.asks(`note: ${what}`)).toMatchObject({ tool: "remember", status: "ok" });
};
const sessionOf = ({ call }: Caller) => env.SESSIONS.getByName(call.made.session);
/** The world's clock, for the objects as well, from now on. */
const later = (ms: number): void => {
  const now = Date.now() + ms;
  vi.spyOn(Date, "now").mockReturnValue(now);
};
/** All that lies in an object's storage. */
const tablesOf = (object: DurableObjectStub): Promise<readonly unknown[]> =>
  runInDurableObject(object, (_, { storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => name),
  );

describe("a caller", () => {
  it("who is in two sessions at once is remembered with what each of them has left", async () => {
    const ann = someone();
    const [one, two] = await Promise.all([Caller.joins("notes", ann), Caller.joins("notes", ann)]);
    await Promise.all([remembers(one, "Has a dog."), remembers(two, "Has a cat.")]);
    await Promise.all([remembers(one, "Likes jazz."), remembers(two, "Likes tea.")]);
    await Promise.all([hangsUp(one), hangsUp(two)]);
    const notes = (await notesOf(ann)).filter((note) => note.startsWith("fact"));
    expect(notes).toEqual(["fact: Has a cat.", "fact: Has a dog.", "fact: Likes jazz.", "fact: Likes tea."]);
    const known = await knownStreams();
    const third = await Caller.joins("notes", ann);
    const [told] = await toldSince(known);
    const facts = notesIn(told?.prompt ?? "").filter((note) => note.includes(", fact: "));
    expect(facts).toHaveLength(4);
    await hangsUp(third);
  });

  it("whose memory hangs is greeted and served like any other, and told nothing of it", async () => {
    asItIs();
    trouble.recallHangs = true;
    const known = await knownStreams();
    const caller = await Caller.joins("notes", someone());
    caller.says("Hello.");
    expect(await caller.hears()).toBe("Noted.");
    const [told] = await toldSince(known);
    expect(told?.prompt).toBe("You keep notes.");
    await caller.hangsUp();
  });

  it("whose memory was slow is told from it by the next stream", async () => {
    const ann = someone();
    const first = await Caller.joins("notes", ann);
    await remembers(first, "Has a dog.");
    await hangsUp(first);
    asItIs();
    const { promise, resolve } = Promise.withResolvers<void>();
    trouble.recallAwaits = promise;
    const known = await knownStreams();
    const caller = await Caller.joins("notes", ann);
    expect(notesIn((await toldSince(known))[0]?.prompt ?? "")).toEqual([]);
    resolve();
    await caller.asks("note: Has a cat.");
    const before = await knownStreams();
    await api(`/v1/sessions/${caller.call.made.session}/rotate`, { method: "POST" });
    await caller.call.until("segment", { reason: "rotation" });
    const [told] = await toldSince(before);
    expect(notesIn(told?.prompt ?? "")).toContainEqual(expect.stringContaining("Has a dog."));
    await hangsUp(caller);
  });
});

describe("what a session leaves", () => {
  it("is left later, and once, when its object was lost before the memory took it", async () => {
    const ann = someone();
    const caller = await Caller.joins("notes", ann);
    trouble.keepFails = true;
    await remembers(caller, "Has a dog.");
    await caller.hangsUp();
    const { session } = caller.call.made;
    await expect.poll(() => trouble.sent.length, { timeout: 60_000 }).toBeGreaterThan(1);
    await abortAllDurableObjects();
    expect(await entriesOf(ann)).toEqual([]);
    expect(await waitingIn(session)).toBe(2);
    trouble.keepFails = false;
    trouble.sent = [];
    expect(await runDurableObjectAlarm(sessionOf(caller))).toBe(true);
    expect(await waitingIn(session)).toBe(0);
    expect(trouble.sent.map((id) => id.split("/")[0])).toEqual([session, session]);
    expect(await notesOf(ann)).toEqual([
      "fact: Has a dog.",
      expect.stringMatching(/^summary: the caller said: note: Has a dog\./),
    ]);
    expect(await runDurableObjectAlarm(sessionOf(caller))).toBe(true);
    expect(trouble.sent).toHaveLength(2);
  });

  it("is left as well when its object was lost in the middle of the talk, and nobody came back", async () => {
    const ann = someone();
    const caller = await Caller.joins("notes", ann);
    caller.says("My dog is called Rex.");
    await caller.hears();
    await expect.poll(() => storedEntries(caller), { timeout: 60_000 }).toContain("Noted.");
    await abortAllDurableObjects();
    // It finds that nothing runs there any more, and gives its caller the time to come back.
    expect(await runDurableObjectAlarm(sessionOf(caller))).toBe(true);
    later(LIMITS.resumeMs);
    expect(await runDurableObjectAlarm(sessionOf(caller))).toBe(true);
    await expect
      .poll(() => notesOf(ann), { timeout: 60_000 })
      .toEqual(["summary: the caller said: My dog is called Rex.; the agent said: Noted."]);
    expect(await caller.status()).toMatchObject({ end: "reaped" });
  });

  it("is nothing when it is erased while it runs, and neither is anything left in it", async () => {
    const ann = someone();
    const caller = await Caller.joins("notes", ann);
    caller.says("My dog is called Rex.");
    await caller.hears();
    // As whoever erases a caller does: the memory first, then the sessions it knows of.
    expect((await recordOf(ann))?.sessions).toMatchObject([{ session: caller.call.made.session }]);
    await objectOf(ann).erase();
    await sessionOf(caller).erase();
    await caller.call.untilClosed();
    expect(await tablesOf(sessionOf(caller))).toEqual([]);
    expect(await tablesOf(objectOf(ann))).toEqual([]);
    expect(trouble.sent).toEqual([]);
    expect(await runDurableObjectAlarm(sessionOf(caller))).toBe(false);
  });

  it.each([
    ["has no caller", { caller: undefined }],
    ["was made to remember nobody", { memory: false }],
  ])("is nothing, and nothing is asked, when it %s", async (_, differs) => {
    const before = await memories();
    const known = await knownStreams();
    const caller = await Caller.joins("notes", { ...someone(), ...differs });
    caller.says("My dog is called Rex.");
    await caller.hears();
    await caller.hangsUp();
    expect(await toldSince(known)).toMatchObject([{ prompt: "You keep notes.", tools: [] }]);
    expect(await waitingIn(caller.call.made.session).catch(() => 0)).toBe(0);
    expect(await memories()).toEqual(before);
    expect(trouble.sent).toEqual([]);
  });
});

const memories = async (): Promise<readonly string[]> =>
  (await listDurableObjectIds(env.MEMORY)).map(String).toSorted();

const storedEntries = (caller: Caller): Promise<string> =>
  runInDurableObject(sessionOf(caller), (_, { storage }) =>
    JSON.stringify(storage.sql.exec("SELECT entry FROM entry").toArray()),
  );
