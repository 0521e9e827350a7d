/**
 * The operations of AgentCore Memory's data plane that are used here. Never rejects; what is throttled is asked again
 * while the signal lasts.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/APIReference/Welcome.html
 */
import * as z from "zod";
import { readText } from "../aws/bounded-body.ts";
import { awsCall, type Signing } from "../aws/call.ts";
import type { CallFailure } from "../aws/call-failure.ts";
import type { HttpCall } from "../aws/http-call.ts";
import { tryAgain } from "../aws/try-again.ts";
import type { AlarmClock } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { parseJson } from "../base/parse-json.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type MemoryRecord, RECORD } from "./agent-core-record.ts";

export interface AgentCoreMemory {
  readonly memoryId: string;
  /** Of the data plane, without a slash at the end. */
  readonly base: string;
  readonly signing: Signing;
  readonly clock: AlarmClock;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null at the end of the list. */
  readonly nextToken: string | null;
}

export interface EventName {
  readonly eventId: string;
  /** Seconds since 1970. */
  readonly eventTimestamp: number;
}

type Answered<T> = Promise<Result<T, CallFailure>>;

const NOTHING = z.unknown().transform(() => null);
const token = z
  .string()
  .nullish()
  .transform((value) => value || null);
const EVENTS = z.object({
  events: z.array(z.object({ eventId: z.string(), eventTimestamp: z.number() })),
  nextToken: token,
});
const SESSIONS = z.object({
  sessionSummaries: z.array(z.object({ sessionId: z.string() })),
  nextToken: token,
});
/** A record of a form that is not known is left out: the others are none the worse for it. */
const RECORDS = z.object({
  memoryRecordSummaries: z
    .array(z.unknown())
    .transform((all) => all.flatMap((one) => RECORD.safeParse(one).data ?? [])),
  nextToken: token,
});
const RECORD_IDS = z.object({
  memoryRecordSummaries: z.array(z.object({ memoryRecordId: z.string() })),
  nextToken: token,
});
const ONE_RECORD = z.object({ memoryRecord: RECORD });
const BATCH = z.object({
  failedRecords: z
    .array(z.object({ memoryRecordId: z.string(), errorCode: z.number().nullish() }))
    .default([]),
});

export class AgentCoreClient {
  readonly #memory: AgentCoreMemory;

  constructor(memory: AgentCoreMemory) {
    this.#memory = memory;
  }

  createEvent(body: JsonObject, signal: AbortSignal): Answered<null> {
    return this.#call("POST", "events", body, signal, NOTHING);
  }

  async listSessions(actor: string, nextToken: string | null, signal: AbortSignal): Answered<Page<string>> {
    const body = { maxResults: LIMITS.agentCorePage, ...following(nextToken) };
    const path = `actor/${encodeURIComponent(actor)}/sessions`;
    const listed = await this.#call("POST", path, body, signal, SESSIONS);
    return pageOf(listed, ({ sessionSummaries }) => sessionSummaries.map(({ sessionId }) => sessionId));
  }

  async listEvents(
    actor: string,
    session: string,
    nextToken: string | null,
    signal: AbortSignal,
  ): Answered<Page<EventName>> {
    const body = { includePayloads: false, maxResults: LIMITS.agentCorePage, ...following(nextToken) };
    const listed = await this.#call("POST", sessionPath(actor, session), body, signal, EVENTS);
    return pageOf(listed, ({ events }) => events);
  }

  /** Also where there is none. */
  async deleteEvent(actor: string, session: string, eventId: string, signal: AbortSignal): Answered<null> {
    const path = `${sessionPath(actor, session)}/events/${encodeURIComponent(eventId)}`;
    return orMissing(await this.#call("DELETE", path, null, signal, NOTHING), null);
  }

  async retrieve(
    namespacePath: string,
    searchQuery: string,
    topK: number,
    signal: AbortSignal,
  ): Answered<readonly MemoryRecord[]> {
    const body = { namespacePath, searchCriteria: { searchQuery, topK }, maxResults: topK };
    const found = await this.#call("POST", "retrieve", body, signal, RECORDS);
    return found.ok ? ok(found.value.memoryRecordSummaries) : found;
  }

  async listRecords(namespacePath: string, signal: AbortSignal): Answered<readonly MemoryRecord[]> {
    const body = { namespacePath, maxResults: LIMITS.agentCoreRecordsPage };
    const listed = await this.#call("POST", "memoryRecords", body, signal, RECORDS);
    return listed.ok ? ok(listed.value.memoryRecordSummaries) : listed;
  }

  async listRecordIds(
    namespacePath: string,
    nextToken: string | null,
    signal: AbortSignal,
  ): Answered<Page<string>> {
    const body = { namespacePath, maxResults: LIMITS.agentCoreRecordsPage, ...following(nextToken) };
    const listed = await this.#call("POST", "memoryRecords", body, signal, RECORD_IDS);
    return pageOf(listed, (page) => page.memoryRecordSummaries.map(({ memoryRecordId }) => memoryRecordId));
  }

  /** Null where there is none. */
  async getRecord(id: string, signal: AbortSignal): Answered<MemoryRecord | null> {
    const path = `memoryRecord/${encodeURIComponent(id)}`;
    const got = await this.#call("GET", path, null, signal, ONE_RECORD);
    return orMissing(got.ok ? ok(got.value.memoryRecord) : got, null);
  }

  async deleteRecord(id: string, signal: AbortSignal): Answered<boolean> {
    const path = `memoryRecords/${encodeURIComponent(id)}`;
    const deleted = await this.#call("DELETE", path, null, signal, NOTHING);
    return orMissing(deleted.ok ? ok(true) : deleted, false);
  }

  /** Those that are still there, of at most a page of ids. */
  async deleteRecords(ids: readonly string[], signal: AbortSignal): Answered<readonly string[]> {
    const body = { records: ids.map((memoryRecordId) => ({ memoryRecordId })) };
    const deleted = await this.#call("POST", "memoryRecords/batchDelete", body, signal, BATCH);
    if (!deleted.ok) return deleted;
    const left = deleted.value.failedRecords.filter(({ errorCode }) => errorCode !== 404);
    return ok(left.map(({ memoryRecordId }) => memoryRecordId));
  }

  #call<T>(
    method: HttpCall["method"],
    path: string,
    body: JsonObject | null,
    signal: AbortSignal,
    schema: z.ZodType<T>,
  ): Answered<T> {
    const { memoryId, base, signing, clock } = this.#memory;
    const call: HttpCall = {
      method,
      url: `${base}/memories/${encodeURIComponent(memoryId)}/${path}`,
      headers: body === null ? {} : { "content-type": "application/json" },
      body: body === null ? null : JSON.stringify(body),
      timeoutMs: LIMITS.agentCoreCallMs,
      ...{ signal, clock },
    };
    const read = async (response: Response): Answered<T> => {
      const text = await readText(response, LIMITS.agentCoreAnswerBytes);
      if (!text.ok) return text;
      const json = text.value === "" ? ok({}) : parseJson(text.value);
      const parsed = json.ok ? schema.safeParse(json.value) : null;
      if (parsed?.success) return ok(parsed.data);
      return err({
        type: "unreadable",
        cause: json.ok ? "it is not of the form that was expected" : json.error,
      });
    };
    const { agentCoreAttempts: attempts, agentCoreBackoffMs: backoffMs } = LIMITS;
    return tryAgain(() => awsCall(call, signing, read), { signal, clock, attempts, backoffMs });
  }
}

const sessionPath = (actor: string, session: string): string =>
  `actor/${encodeURIComponent(actor)}/sessions/${encodeURIComponent(session)}`;

const following = (nextToken: string | null) => (nextToken === null ? {} : { nextToken });

/** Whoever was never heard of has nothing. That the memory itself is not there must not be taken for that. */
function pageOf<A extends { readonly nextToken: string | null }, T>(
  listed: Result<A, CallFailure>,
  items: (answer: A) => readonly T[],
): Result<Page<T>, CallFailure> {
  if (listed.ok) return ok({ items: items(listed.value), nextToken: listed.value.nextToken });
  const isUnheardOf =
    isMissing(listed) && listed.error.type === "refused" && /\b(?:actor|session)/i.test(listed.error.message);
  return isUnheardOf ? ok({ items: [], nextToken: null }) : listed;
}

const isMissing = <T>(answer: Result<T, CallFailure>): boolean =>
  !answer.ok && answer.error.type === "refused" && answer.error.errorType.startsWith("ResourceNotFound");

/** What is not there needs no deleting. */
const orMissing = <T>(answer: Result<T, CallFailure>, missing: T): Result<T, CallFailure> =>
  isMissing(answer) ? ok(missing) : answer;
