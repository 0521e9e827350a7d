/**
 * Short-term memory: events, their sessions and actors. All of it at once visible, newest first.
 */
import { randomUUID } from "node:crypto";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { EVENT_EXPIRY_DAYS } from "./declared.ts";
import { type Page, page } from "./pages.ts";
import { invalid, type MemoryRefusal, missing } from "./refusals.ts";
import type { CreateEvent, ListEvents } from "./shapes.ts";
import {
  eventsOf,
  findSession,
  newEventId,
  type Shelf,
  type StoredEvent,
  type StoredSession,
  sessionOn,
} from "./shelf.ts";

export interface Moment {
  /** By the emulator's clock. */
  readonly now: number;
  /** ms since 1970 */
  readonly wallNow: number;
  /** Grows with each event of all memories. */
  readonly number: number;
}

const DAY_MS = 86_400_000;

export function createEvent(
  shelf: Shelf,
  asked: CreateEvent,
  { now, wallNow, number }: Moment,
): Result<StoredEvent, MemoryRefusal> {
  const bytes = Buffer.byteLength(JSON.stringify(asked.payload));
  if (bytes > LIMITS.memoryEventBytes) return err(invalid("Event payload must be at most 10 MB."));
  const { actorId, sessionId = randomUUID(), eventTimestamp, payload, metadata } = asked;
  const branch = branchOf(shelf, asked, findSession(shelf, actorId, sessionId));
  if (!branch.ok) return branch;
  const days = shelf.memory.eventExpiryDays ?? EVENT_EXPIRY_DAYS;
  const event: StoredEvent = {
    eventId: newEventId(eventTimestamp),
    ...{ actorId, sessionId, eventTimestamp, payload, number },
    branch: branch.value,
    ...(metadata === undefined ? {} : { metadata }),
    expiresAt: now + days * DAY_MS,
  };
  sessionOn(shelf, actorId, sessionId, wallNow / 1000).events.set(event.eventId, event);
  return ok(event);
}

/** A new branch says where it begins; later events only name it. */
function branchOf(
  shelf: Shelf,
  { branch }: CreateEvent,
  session: StoredSession | undefined,
): Result<StoredEvent["branch"], MemoryRefusal> {
  if (branch === undefined || (branch.name === "main" && branch.rootEventId === undefined))
    return ok({ name: "main" });
  const events = [...(session?.events.values() ?? [])];
  const { name, rootEventId } = branch;
  const known = events.find((event) => event.branch.name === name);
  if (known !== undefined) {
    const same = rootEventId === undefined || rootEventId === known.branch.rootEventId;
    return same ? ok(known.branch) : err(invalid(`Branch ${name} begins at another event.`));
  }
  if (rootEventId === undefined) return err(invalid("A new branch must have a rootEventId."));
  if (events.some(({ eventId }) => eventId === rootEventId)) return ok({ name, rootEventId });
  const elsewhere = [...shelf.actors.values()].some((sessions) =>
    [...sessions.values()].some((other) => other.events.has(rootEventId)),
  );
  return elsewhere
    ? err(invalid("The root event belongs to another session.", "EventInOtherSession"))
    : err(missing(`Root event not found: ${rootEventId}`));
}

export const listEvents = (
  session: StoredSession | undefined,
  asked: ListEvents,
  of: readonly string[],
  now: number,
): Result<Page<StoredEvent>, MemoryRefusal> => {
  const { filter = {}, maxResults, nextToken } = asked;
  const all = eventsOf(session, now);
  const found = all.filter((event) => onBranch(event, all, filter.branch) && hasMetadata(event, filter));
  return page(found, {
    ...{ of: [...of, filter], maxResults, nextToken },
    keyOf: ({ eventTimestamp, number }) => descending(Math.round(eventTimestamp * 1000), number),
  });
};

/** Larger numbers first, in the order of characters. */
const descending = (...numbers: readonly number[]): string =>
  numbers.map((each) => String(Number.MAX_SAFE_INTEGER - each).padStart(16, "0")).join(".");

type Filter = NonNullable<ListEvents["filter"]>;

function onBranch(event: StoredEvent, all: readonly StoredEvent[], wanted: Filter["branch"]): boolean {
  if (wanted === undefined || event.branch.name === wanted.name) return true;
  if (wanted.includeParentBranches !== true) return false;
  // What its parents said until it went its own way.
  let name: string | undefined = wanted.name;
  for (const seen = new Set<string>(); name !== undefined && !seen.has(name); ) {
    seen.add(name);
    const own = all.find((each) => each.branch.name === name)?.branch.rootEventId;
    const root = all.find(({ eventId }) => eventId === own);
    if (root !== undefined && event.branch.name === root.branch.name && event.number <= root.number)
      return true;
    name = root?.branch.name;
  }
  return false;
}

const hasMetadata = ({ metadata = {} }: StoredEvent, { eventMetadata = [] }: Filter): boolean =>
  eventMetadata.every(({ left, operator, right }) => {
    const has = left.metadataKey !== undefined && Object.hasOwn(metadata, left.metadataKey);
    if (operator !== "EQUALS_TO") return has === (operator === "EXISTS");
    const value = has ? metadata[left.metadataKey ?? ""]?.stringValue : undefined;
    return value !== undefined && value === right?.metadataValue?.stringValue;
  });

export function listSessions(
  shelf: Shelf,
  actorId: string,
  asked: {
    readonly filter?: { readonly eventFilter?: "HAS_EVENTS" | undefined } | undefined;
    readonly maxResults: number;
    readonly nextToken?: string | undefined;
  },
  now: number,
): Result<Page<StoredSession>, MemoryRefusal> {
  const onlyFull = asked.filter?.eventFilter === "HAS_EVENTS";
  const sessions = [...(shelf.actors.get(actorId)?.values() ?? [])]
    .filter((session) => !onlyFull || eventsOf(session, now).length > 0)
    .sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  const { maxResults, nextToken } = asked;
  return page(sessions, {
    ...{ of: ["sessions", actorId, onlyFull], maxResults, nextToken },
    keyOf: ({ sessionId }) => sessionId,
  });
}

export function listActors(
  shelf: Shelf,
  asked: { readonly maxResults: number; readonly nextToken?: string | undefined },
): Result<Page<string>, MemoryRefusal> {
  const actors = [...shelf.actors.keys()].sort();
  return page(actors, { of: ["actors"], ...asked, keyOf: (actor) => actor });
}

/** As AWS tells of it. */
export const showEvent = (memoryId: string, event: StoredEvent, withPayload = true) => {
  const { actorId, sessionId, eventId, eventTimestamp, payload, branch, metadata } = event;
  return {
    ...{ memoryId, actorId, sessionId, eventId, eventTimestamp, branch },
    payload: withPayload ? payload : [],
    ...(metadata === undefined ? {} : { metadata }),
  };
};
