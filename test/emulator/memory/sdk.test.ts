/**
 * The proof: AWS's own SDK, unmodified, keeps and finds things in the emulator's memories.
 */
import {
  BatchCreateMemoryRecordsCommand,
  BatchDeleteMemoryRecordsCommand,
  BatchUpdateMemoryRecordsCommand,
  BedrockAgentCoreClient,
  CreateEventCommand,
  type CreateEventCommandInput,
  DeleteEventCommand,
  DeleteMemoryRecordCommand,
  type Event,
  GetEventCommand,
  GetMemoryRecordCommand,
  ListActorsCommand,
  ListEventsCommand,
  ListMemoryRecordsCommand,
  ListSessionsCommand,
  type PayloadType,
  paginateListEvents,
  paginateListMemoryRecords,
  ResourceNotFoundException,
  RetrieveMemoryRecordsCommand,
  ServiceException,
  ThrottledException,
  ValidationException,
} from "@aws-sdk/client-bedrock-agentcore";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import type { Emulator } from "../../../emulator/emulator.ts";
import { createDrivenClock, type DrivenClock } from "../support/driven-clock.ts";
import { control, startServices } from "../support/service-client.ts";

const memoryId = "callers-Ab12Cd34Ef";
const OWN = "own-Ab12Cd34Ef";

let clock: DrivenClock;
let emulator: Emulator;
let client: BedrockAgentCoreClient;

beforeAll(async () => {
  clock = createDrivenClock();
  emulator = await startServices({
    clock,
    memories: [
      {
        id: OWN,
        strategies: [
          { id: "likes-1", type: "USER_PREFERENCE", namespace: "/{memoryStrategyId}/{actorId}/{shop}/" },
        ],
        extractionMs: 1_000,
        eventExpiryDays: 3,
      },
    ],
  });
  client = new BedrockAgentCoreClient({
    region: "us-east-1",
    endpoint: emulator.httpUrl,
    credentials: DEFAULT_CREDENTIALS,
    maxAttempts: 1,
  });
});
beforeEach(() => clock.advance(1_000));
afterEach(async () => {
  await control(emulator, "DELETE", "calls");
  await control(emulator, "DELETE", "faults");
});
afterAll(async () => {
  client.destroy();
  await emulator.close();
});

const said = (text: string, role: "USER" | "ASSISTANT" = "USER"): PayloadType => ({
  conversational: { content: { text }, role },
});

const when = new Date(1_795_348_800_123);
const create = async (
  payload: PayloadType[],
  more: Partial<CreateEventCommandInput> = {},
): Promise<Event> => {
  const input = { memoryId, actorId: "ann", sessionId: "s-1", eventTimestamp: when, payload, ...more };
  const { event } = await client.send(new CreateEventCommand(input));
  if (event === undefined) throw new Error("no event");
  return event;
};
const eventsOf = async (more: Partial<ConstructorParameters<typeof ListEventsCommand>[0]> = {}) =>
  (await client.send(new ListEventsCommand({ memoryId, actorId: "ann", sessionId: "s-1", ...more })))
    .events ?? [];
const recordsIn = async (namespacePath: string, memory = memoryId) =>
  (await client.send(new ListMemoryRecordsCommand({ memoryId: memory, namespacePath })))
    .memoryRecordSummaries ?? [];

describe("events", () => {
  test("are told back as they were given", async () => {
    const given = {
      payload: [said("Hello."), said("Good morning.", "ASSISTANT"), { blob: { any: [1, "thing"] } }],
      metadata: { channel: { stringValue: "voice" } },
    };
    const made = await create(given.payload, { metadata: given.metadata });
    expect(made).toMatchObject({
      ...{ memoryId, actorId: "ann", sessionId: "s-1", eventTimestamp: when, ...given },
      eventId: expect.stringMatching(/^[0-9]{19}#[0-9a-f]{8}$/),
      branch: { name: "main" },
    });
    const { eventId = "" } = made;
    const one = { memoryId, actorId: "ann", sessionId: "s-1", eventId };
    expect((await client.send(new GetEventCommand(one))).event).toEqual(made);
    expect(await eventsOf()).toEqual([made]);
    expect((await eventsOf({ includePayloads: false }))[0]?.payload).toEqual([]);

    expect((await client.send(new DeleteEventCommand(one))).eventId).toBe(eventId);
    await expect(client.send(new GetEventCommand(one))).rejects.toThrow(ResourceNotFoundException);
    await expect(client.send(new DeleteEventCommand(one))).rejects.toThrow(ResourceNotFoundException);
  });

  test("come newest first, page by page, and what is deleted between two pages hides nothing", async () => {
    for (let n = 0; n < 5; n += 1) {
      await create([said(`${n}`)], { eventTimestamp: new Date(when.getTime() + n * 1_000) });
    }
    const texts: (string | undefined)[] = [];
    const asked = { memoryId, actorId: "ann", sessionId: "s-1" };
    for await (const { events = [] } of paginateListEvents({ client, pageSize: 2 }, asked)) {
      texts.push(...events.map(({ payload }) => payload?.[0]?.conversational?.content?.text));
      for (const { eventId } of events) await client.send(new DeleteEventCommand({ ...asked, eventId }));
    }
    expect(texts).toEqual(["4", "3", "2", "1", "0"]);
  });

  test("with the same client token are one event, and with another body a mistake", async () => {
    const first = await create([said("Hello.")], { clientToken: "batch-1" });
    expect(await create([said("Hello.")], { clientToken: "batch-1" })).toEqual(first);
    expect(await eventsOf()).toHaveLength(1);
    await expect(create([said("Bye.")], { clientToken: "batch-1" })).rejects.toMatchObject({
      name: "ValidationException",
      reason: "IdempotentParameterMismatchException",
    });
  });

  test("go their own way on a branch", async () => {
    const root = await create([said("root")]);
    await create([said("after")], { eventTimestamp: new Date(when.getTime() + 1) });
    const branch = { name: "other", rootEventId: root.eventId };
    await create([said("aside")], { branch, eventTimestamp: new Date(when.getTime() + 2) });
    await create([said("aside, too")], {
      branch: { name: "other" },
      eventTimestamp: new Date(when.getTime() + 3),
    });
    const texts = async (filter: object) =>
      (await eventsOf({ filter })).map(({ payload }) => payload?.[0]?.conversational?.content?.text);
    expect(await texts({ branch: { name: "other" } })).toEqual(["aside, too", "aside"]);
    expect(await texts({ branch: { name: "main" } })).toEqual(["after", "root"]);
    expect(await texts({ branch: { name: "other", includeParentBranches: true } })).toEqual([
      "aside, too",
      "aside",
      "root",
    ]);
    await expect(create([], { branch: { name: "new" } })).rejects.toThrow(/rootEventId/);
    await expect(create([], { sessionId: "s-2", branch: { ...branch, name: "new" } })).rejects.toMatchObject({
      reason: "EventInOtherSession",
    });
  });

  test("are found by their metadata", async () => {
    await create([said("spoken")], { metadata: { channel: { stringValue: "voice" } } });
    await create([said("typed")], { metadata: { channel: { stringValue: "text" } } });
    await create([said("neither")]);
    const count = async (operator: "EQUALS_TO" | "EXISTS" | "NOT_EXISTS", stringValue?: string) => {
      const right = stringValue === undefined ? {} : { right: { metadataValue: { stringValue } } };
      const filter = { eventMetadata: [{ left: { metadataKey: "channel" }, operator, ...right }] };
      return (await eventsOf({ filter })).length;
    };
    expect([await count("EQUALS_TO", "voice"), await count("EXISTS"), await count("NOT_EXISTS")]).toEqual([
      1, 2, 1,
    ]);
  });

  test("have sessions and actors, which outlive them in the lists", async () => {
    const { eventId } = await create([said("Hello.")]);
    await create([said("Hello.")], { actorId: "bob/2", sessionId: "s-9" });
    const { sessionId } = await create([said("Hello.")], { sessionId: undefined });
    expect(sessionId).toMatch(/^[\w-]{36}$/);
    const { actorSummaries } = await client.send(new ListActorsCommand({ memoryId }));
    expect(actorSummaries).toEqual([{ actorId: "ann" }, { actorId: "bob/2" }]);
    const bobs = await client.send(new ListSessionsCommand({ memoryId, actorId: "bob/2" }));
    expect(bobs.sessionSummaries).toEqual([
      { actorId: "bob/2", sessionId: "s-9", createdAt: expect.any(Date) },
    ]);

    await client.send(new DeleteEventCommand({ memoryId, actorId: "ann", sessionId: "s-1", eventId }));
    const anns = async (filter?: { eventFilter: "HAS_EVENTS" }) =>
      (await client.send(new ListSessionsCommand({ memoryId, actorId: "ann", filter }))).sessionSummaries
        ?.length;
    expect([await anns(), await anns({ eventFilter: "HAS_EVENTS" })]).toEqual([2, 1]);
    const first = await client.send(new ListSessionsCommand({ memoryId, actorId: "ann", maxResults: 1 }));
    expect(first.nextToken).toBeDefined();
    const { nextToken } = first;
    const second = await client.send(new ListSessionsCommand({ memoryId, actorId: "ann", nextToken }));
    expect(second.sessionSummaries).toHaveLength(1);
    await expect(client.send(new ListActorsCommand({ memoryId, nextToken }))).rejects.toThrow(
      ValidationException,
    );
  });

  test("expire", async () => {
    await create([said("Hello.")], { memoryId: OWN });
    await clock.advance(3 * 86_400_000 - 10_000);
    expect(await eventsOf({ memoryId: OWN })).toHaveLength(1);
    await clock.advance(10_000);
    expect(await eventsOf({ memoryId: OWN })).toEqual([]);
  });
});

describe("records", () => {
  test("come of what was said, some time after it", async () => {
    await create([said("My name is Ann Lee. I prefer e-mail."), said("Noted.", "ASSISTANT")]);
    await clock.advance(19_999);
    expect(await recordsIn("/")).toEqual([]);
    await clock.advance(1);
    const told = Object.fromEntries(
      (await recordsIn("/")).map(({ namespaces, content }) => [namespaces?.[0], content?.text]),
    );
    expect(Object.keys(told).sort()).toEqual(["/facts/ann/", "/preferences/ann/", "/summaries/ann/s-1/"]);
    expect(told["/facts/ann/"]).toBe("The user's name is Ann Lee.");
    expect(JSON.parse(told["/preferences/ann/"] ?? "")).toMatchObject({ preference: "Prefers e-mail" });
    expect(told["/summaries/ann/s-1/"]).toMatch(
      /^<topic name="Conversation">The user said: My name is Ann Lee/,
    );
  });

  test("are corrected by what is said later, and one summary serves a session", async () => {
    await create([said("My street is Elm Street.")]);
    await clock.advance(20_000);
    const [before] = await recordsIn("/facts/ann/");
    await create([said("My street is Oak Street.")]);
    await clock.advance(20_000);
    const facts = await recordsIn("/facts/ann/");
    expect(facts.map(({ content }) => content?.text)).toEqual(["The user's street is Oak Street."]);
    expect(facts[0]?.memoryRecordId).toBe(before?.memoryRecordId);
    const [summary, ...others] = await recordsIn("/summaries/ann");
    expect(others).toEqual([]);
    expect(summary?.content?.text).toMatch(/Elm Street\..*Oak Street\./);
  });

  test("come of no event that asks for none, and of one that is deleted all the same", async () => {
    await create([said("I like tea.")], { extractionMode: "SKIP" });
    const { eventId } = await create([said("I like coffee.")]);
    await client.send(new DeleteEventCommand({ memoryId, actorId: "ann", sessionId: "s-1", eventId }));
    await clock.advance(20_000);
    expect((await recordsIn("/preferences/ann/")).map(({ content }) => content?.text)).toEqual([
      expect.stringContaining("Likes coffee"),
    ]);
  });

  test("lie where the strategy and the event say", async () => {
    const extractionConfig = { namespaceVariables: { shop: "books" } };
    await create([said("I like tea.")], { memoryId: OWN, extractionConfig });
    await clock.advance(1_000);
    expect((await recordsIn("/", OWN)).map(({ namespaces }) => namespaces)).toEqual([
      ["/likes-1/ann/books/"],
    ]);
  });

  test("are searched for: the nearest first, in one namespace or below a path", async () => {
    await create([said("I like tea. I prefer letters by post. I hate waiting in line.")]);
    await clock.advance(20_000);
    const search = async (where: object, searchQuery = "letters or e-mail?", topK = 10) =>
      (
        await client.send(
          new RetrieveMemoryRecordsCommand({ memoryId, ...where, searchCriteria: { searchQuery, topK } }),
        )
      ).memoryRecordSummaries ?? [];
    const found = await search({ namespace: "/preferences/ann/" });
    expect(found).toHaveLength(3);
    expect(found[0]?.content?.text).toContain("Prefers letters");
    expect(found[0]?.score).toBeGreaterThan(found[1]?.score ?? 1);
    expect(await search({ namespace: "/preferences/ann/" }, "tea", 1)).toHaveLength(1);
    expect(await search({ namespace: "/preferences/" })).toEqual([]);
    expect(await search({ namespacePath: "/preferences/" })).toHaveLength(3);
    expect(await search({ namespacePath: "/preferences/an" })).toEqual([]);
    await expect(search({})).rejects.toThrow(ValidationException);
    await expect(search({ namespace: "/a", namespacePath: "/a" })).rejects.toThrow(ValidationException);
  });

  test("are made, changed, told and deleted in batches and one by one", async () => {
    const record = (n: number) => ({
      requestIdentifier: `r${n}`,
      namespaces: ["/own/ann/"],
      content: { text: `thing ${n}` },
      timestamp: new Date(when.getTime() + n),
      metadata: { n: { numberValue: n }, tags: { stringListValue: ["a", `t${n}`] } },
    });
    const input = { memoryId, records: [0, 1, 2, 3, 4].map(record), clientToken: "once" };
    const made = await client.send(new BatchCreateMemoryRecordsCommand(input));
    expect(made.failedRecords).toEqual([]);
    expect(await client.send(new BatchCreateMemoryRecordsCommand(input))).toMatchObject({
      successfulRecords: made.successfulRecords,
    });
    const ids = (made.successfulRecords ?? []).map(({ memoryRecordId = "" }) => memoryRecordId);

    let listed = 0;
    for await (const page of paginateListMemoryRecords(
      { client, pageSize: 2 },
      { memoryId, namespace: "/own/ann/" },
    )) {
      listed += page.memoryRecordSummaries?.length ?? 0;
    }
    expect(listed).toBe(5);
    const filtered = await client.send(
      new ListMemoryRecordsCommand({
        memoryId,
        namespace: "/own/ann/",
        metadataFilters: [
          {
            left: { metadataKey: "n" },
            operator: "GREATER_THAN",
            right: { metadataValue: { numberValue: 1 } },
          },
          {
            left: { metadataKey: "tags" },
            operator: "CONTAINS",
            right: { metadataValue: { stringValue: "t3" } },
          },
        ],
      }),
    );
    expect(filtered.memoryRecordSummaries?.map(({ content }) => content?.text)).toEqual(["thing 3"]);

    const [first = "", second = "", ...rest] = ids;
    const unknown = "mem-00000000-0000-0000-0000-000000000000";
    const changed = await client.send(
      new BatchUpdateMemoryRecordsCommand({
        memoryId,
        records: [first, unknown].map((memoryRecordId) => ({
          memoryRecordId,
          timestamp: when,
          content: { text: "new" },
        })),
      }),
    );
    expect(changed.failedRecords).toMatchObject([
      { memoryRecordId: unknown, status: "FAILED", errorCode: 404 },
    ]);
    const { memoryRecord } = await client.send(
      new GetMemoryRecordCommand({ memoryId, memoryRecordId: first }),
    );
    expect(memoryRecord).toMatchObject({
      content: { text: "new" },
      namespaces: ["/own/ann/"],
      createdAt: when,
    });

    await client.send(
      new DeleteMemoryRecordCommand({ memoryId, memoryRecordId: second, namespace: "/own/ann/" }),
    );
    const one = { memoryId, memoryRecordId: second };
    await expect(client.send(new GetMemoryRecordCommand(one))).rejects.toThrow(ResourceNotFoundException);
    await expect(client.send(new DeleteMemoryRecordCommand(one))).rejects.toThrow(ResourceNotFoundException);
    const gone = await client.send(
      new BatchDeleteMemoryRecordsCommand({
        memoryId,
        records: [first, ...rest, unknown].map((memoryRecordId) => ({ memoryRecordId })),
      }),
    );
    expect([gone.successfulRecords?.length, gone.failedRecords?.length]).toEqual([4, 1]);
    expect(await recordsIn("/own/")).toEqual([]);
  });
});

describe("a call is refused", () => {
  test("for a memory that there is not, or in another region than its ARN's", async () => {
    await expect(create([], { memoryId: "missing-Ab12Cd34Ef" })).rejects.toThrow(ResourceNotFoundException);
    const arn = (region: string) => `arn:aws:bedrock-agentcore:${region}:123456789012:memory/${memoryId}`;
    await expect(create([], { memoryId: arn("eu-west-1") })).rejects.toThrow(ResourceNotFoundException);
    await create([said("Hello.")], { memoryId: arn("us-east-1") });
    expect(await eventsOf()).toHaveLength(1);
  });

  test.each<readonly [string, Partial<CreateEventCommandInput>, RegExp]>([
    ["a memory's id of another form", { memoryId: "callers-of-the-bank" }, /memoryId/],
    ["an actor's id with an @", { actorId: "ann@example.com" }, /actorId.*regular expression/],
    ["an actor's id of 256 characters", { actorId: "a".repeat(256) }, /actorId.*255/],
    ["a session's id with a slash", { sessionId: "a/b" }, /sessionId/],
    ["a session's id of 101 characters", { sessionId: "a".repeat(101) }, /sessionId.*100/],
    ["101 messages", { payload: Array.from({ length: 101 }, () => said("a")) }, /payload.*100/],
    ["a message of more than 100 000 characters", { payload: [said("a".repeat(100_001))] }, /payload\.0/],
    ["an empty message", { payload: [said("")] }, /payload\.0/],
    ["more than 10 MB", { payload: Array.from({ length: 60 }, () => said("ä".repeat(85_000))) }, /10 MB/],
    ["metadata with an ampersand", { metadata: { a: { stringValue: "b&c" } } }, /metadata\.a/],
  ])("with %s", async (_, more, words) => {
    const refused = create([], more);
    await expect(refused).rejects.toThrow(ValidationException);
    await expect(refused).rejects.toThrow(words);
  });

  test("beyond five events a second of one session, and let in after it", async () => {
    for (let n = 0; n < 5; n += 1) await create([said("Hello.")]);
    await expect(create([said("Hello.")])).rejects.toThrow(ThrottledException);
    await create([said("Hello.")], { sessionId: "s-2" });
    await clock.advance(1_000);
    await create([said("Hello.")]);
    expect(await eventsOf()).toHaveLength(6);
  });

  test("beyond 200 events, and 30 searches, a second of one account", async () => {
    const many = Array.from({ length: 201 }, (_, n) => create([], { sessionId: `s-${n}` }));
    const outcomes = await Promise.allSettled(many);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    for (let n = 0; n < 30; n += 1) await recordsIn("/");
    await expect(recordsIn("/")).rejects.toThrow(ThrottledException);
  });

  test("when a fault was ordered", async () => {
    const order = (fault: object) => control(emulator, "POST", "faults", { service: "memory", fault });
    await order({ type: "refuse", status: 429 });
    await expect(eventsOf()).rejects.toThrow(ThrottledException);
    await order({ type: "refuse", status: 500 });
    await expect(eventsOf()).rejects.toThrow(ServiceException);
    await order({ type: "cut" });
    await expect(eventsOf()).rejects.toThrow(/hang up|ECONNRESET|socket/);
    await order({ type: "stall" });
    const giveUp = new AbortController();
    const stalled = client.send(new ListActorsCommand({ memoryId }), { abortSignal: giveUp.signal });
    const refused = expect(stalled).rejects.toThrow(/abort/i);
    await expect
      .poll(async () => (await control(emulator, "GET", "calls")).body.calls.at(-1))
      .toMatchObject({ operation: "ListActors", running: true });
    giveUp.abort();
    await refused;
    expect(await eventsOf()).toEqual([]);
  });

  test("without the right signature", async () => {
    const stranger = new BedrockAgentCoreClient({
      region: "us-east-1",
      endpoint: emulator.httpUrl,
      credentials: { ...DEFAULT_CREDENTIALS, secretAccessKey: "wrong" },
    });
    await expect(stranger.send(new ListActorsCommand({ memoryId }))).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
    stranger.destroy();
  });
});
