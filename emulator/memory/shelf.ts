/**
 * What one memory of one region holds: events by actor and session, and records by namespace.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { DeclaredMemory } from "./declared.ts";
import type { CreateEvent, RecordMetadata } from "./shapes.ts";

export interface StoredEvent {
  readonly eventId: string;
  readonly actorId: string;
  readonly sessionId: string;
  /** Seconds since 1970, as it was given. */
  readonly eventTimestamp: number;
  readonly payload: CreateEvent["payload"];
  readonly branch: { readonly name: string; readonly rootEventId?: string };
  readonly metadata?: CreateEvent["metadata"];
  /** Grows with each event. */
  readonly number: number;
  /** By the emulator's clock. */
  readonly expiresAt: number;
}

export interface StoredRecord {
  readonly memoryRecordId: string;
  readonly text: string;
  readonly memoryStrategyId: string;
  readonly namespaces: readonly string[];
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly metadata?: RecordMetadata;
  /** Of an extracted one: what it is about. */
  readonly subject?: string;
}

export interface StoredSession {
  readonly actorId: string;
  readonly sessionId: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly events: Map<string, StoredEvent>;
}

export interface Shelf {
  readonly memory: DeclaredMemory;
  readonly actors: Map<string, Map<string, StoredSession>>;
  readonly records: Map<string, StoredRecord>;
  /** Answers already given to a client token, with what was asked. */
  readonly answered: Map<string, { readonly asked: string; readonly answer: unknown }>;
}

export const createShelf = (memory: DeclaredMemory): Shelf => ({
  memory,
  actors: new Map(),
  records: new Map(),
  answered: new Map(),
});

/** Its session, made where it is new. */
export function sessionOn(
  shelf: Shelf,
  actorId: string,
  sessionId: string,
  createdAt: number,
): StoredSession {
  const sessions = shelf.actors.get(actorId) ?? new Map<string, StoredSession>();
  shelf.actors.set(actorId, sessions);
  const session = sessions.get(sessionId) ?? { actorId, sessionId, createdAt, events: new Map() };
  sessions.set(sessionId, session);
  return session;
}

/** What has not expired, newest first. */
export function eventsOf(session: StoredSession | undefined, now: number): readonly StoredEvent[] {
  if (session === undefined) return [];
  for (const event of session.events.values()) {
    if (event.expiresAt <= now) session.events.delete(event.eventId);
  }
  return [...session.events.values()].sort(
    (a, b) => b.eventTimestamp - a.eventTimestamp || b.number - a.number,
  );
}

export const findSession = (shelf: Shelf, actorId: string, sessionId: string): StoredSession | undefined =>
  shelf.actors.get(actorId)?.get(sessionId);

/** Time in 19 digits, and eight hex digits, as AWS's are. */
export const newEventId = (timestamp: number): string =>
  `${String(Math.round(timestamp * 1000)).padStart(19, "0")}#${randomBytes(4).toString("hex")}`;

export const newRecordId = (): string => `mem-${randomUUID()}`;

/** Whether a record lies in the namespace, or below the path: paths are compared part by part. */
export function lies(
  record: StoredRecord,
  where: { readonly namespace?: string | undefined; readonly namespacePath?: string | undefined },
): boolean {
  if (where.namespace !== undefined) return record.namespaces.includes(where.namespace);
  const parts = partsOf(where.namespacePath ?? "");
  return record.namespaces.some((each) => {
    const own = partsOf(each);
    return parts.every((part, index) => own[index] === part);
  });
}

const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "");
