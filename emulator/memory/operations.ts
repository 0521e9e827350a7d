/**
 * What each operation of AgentCore Memory does with a request that has been let in.
 */
import type { z } from "zod";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import * as events from "./events.ts";
import type { Librarian } from "./librarian.ts";
import * as records from "./records.ts";
import { invalid, type MemoryRefusal, memoryRefusal, missing, quota, unfit } from "./refusals.ts";
import type { Ids, MemoryOperation } from "./routes.ts";
import * as shapes from "./shapes.ts";
import { eventsOf, findSession, type Shelf } from "./shelf.ts";

export interface Desk {
  readonly shelf: Shelf;
  readonly ids: Ids;
  readonly body: unknown;
  /** By the emulator's clock. */
  readonly now: number;
  /** ms since 1970 */
  readonly wallNow: number;
  nextNumber(): number;
  readonly librarian: Librarian;
  /** Whether one more event of that session is let in within this second. */
  maySay(actorId: string, sessionId: string): boolean;
}

type Done = Result<unknown, MemoryRefusal>;

export function operate(operation: MemoryOperation, desk: Desk): Done {
  const { shelf, ids, now } = desk;
  const wrong = idsRefusal(ids);
  if (wrong !== undefined) return err(wrong);
  const session = findSession(shelf, ids.actorId, ids.sessionId);
  switch (operation) {
    case "CreateEvent":
      return createEvent(desk);
    case "GetEvent": {
      const event = eventsOf(session, now).find(({ eventId }) => eventId === ids.eventId);
      return event === undefined
        ? err(missing(`Event not found: ${ids.eventId}`))
        : ok({ event: events.showEvent(ids.memoryId, event) });
    }
    case "DeleteEvent":
      return session?.events.delete(ids.eventId)
        ? ok({ eventId: ids.eventId })
        : err(missing(`Event not found: ${ids.eventId}`));
    case "ListEvents":
      return read(shapes.listEvents, desk, (asked) =>
        listed("events", events.listEvents(session, asked, [ids.actorId, ids.sessionId], now), (event) =>
          events.showEvent(ids.memoryId, event, asked.includePayloads),
        ),
      );
    case "ListSessions":
      return read(shapes.listSessions, desk, (asked) =>
        listed(
          "sessionSummaries",
          events.listSessions(shelf, ids.actorId, asked, now),
          ({ actorId, sessionId, createdAt }) => ({ actorId, sessionId, createdAt }),
        ),
      );
    case "ListActors":
      return read(shapes.listActors, desk, (asked) =>
        listed("actorSummaries", events.listActors(shelf, asked), (actorId) => ({ actorId })),
      );
    case "RetrieveMemoryRecords":
      return read(shapes.retrieveRecords, desk, (asked) =>
        listed("memoryRecordSummaries", records.retrieve(shelf, asked), ({ record, score }) => ({
          ...records.showRecord(record),
          score,
        })),
      );
    case "ListMemoryRecords":
      return read(shapes.listRecords, desk, (asked) =>
        listed("memoryRecordSummaries", records.list(shelf, asked), records.showRecord),
      );
    case "GetMemoryRecord": {
      const record = records.get(shelf, ids.memoryRecordId);
      return record.ok ? ok({ memoryRecord: records.showRecord(record.value) }) : record;
    }
    case "DeleteMemoryRecord": {
      const removed = records.remove(shelf, ids.memoryRecordId);
      return removed.ok ? ok({ memoryRecordId: removed.value }) : removed;
    }
    case "BatchCreateMemoryRecords":
      return read(shapes.batchCreate, desk, (asked) => {
        if (shelf.records.size + asked.records.length > LIMITS.memoryRecords)
          return err(quota("The memory holds as many records as it may."));
        return once(desk, operation, asked.clientToken, () => ok(records.create(shelf, asked)));
      });
    case "BatchUpdateMemoryRecords":
      return read(shapes.batchUpdate, desk, (asked) => ok(records.update(shelf, asked)));
    case "BatchDeleteMemoryRecords":
      return read(shapes.batchDelete, desk, (asked) => ok(records.removeAll(shelf, asked)));
  }
}

const createEvent = (desk: Desk): Done =>
  read(shapes.createEvent, desk, (asked) => {
    const { shelf, ids, now, wallNow, librarian } = desk;
    if (!desk.maySay(asked.actorId, asked.sessionId ?? "")) return err(memoryRefusal(429));
    const session = findSession(shelf, asked.actorId, asked.sessionId ?? "");
    if ((session?.events.size ?? 0) >= LIMITS.memorySessionEvents)
      return err(quota("The session holds as many events as it may."));
    return once(desk, "CreateEvent", asked.clientToken, () => {
      const event = events.createEvent(shelf, asked, { now, wallNow, number: desk.nextNumber() });
      if (!event.ok) return event;
      librarian.take(shelf, event.value, asked);
      return ok({ event: events.showEvent(ids.memoryId, event.value) });
    });
  });

/** What a token has been answered is answered again, and nothing is done a second time. */
function once({ shelf, body }: Desk, operation: string, token: string | undefined, run: () => Done): Done {
  if (token === undefined) return run();
  const name = `${operation} ${token}`;
  const asked = JSON.stringify(body);
  const before = shelf.answered.get(name);
  if (before !== undefined) {
    return before.asked === asked
      ? ok(before.answer)
      : err(
          invalid("The client token was used with other parameters.", "IdempotentParameterMismatchException"),
        );
  }
  const done = run();
  if (done.ok) shelf.answered.set(name, { asked, answer: done.value });
  const [oldest] = shelf.answered.keys();
  if (oldest !== undefined && shelf.answered.size > LIMITS.memoryTokens) shelf.answered.delete(oldest);
  return done;
}

function read<T>(schema: z.ZodType<T>, { body }: Desk, run: (asked: T) => Done): Done {
  const parsed = schema.safeParse(body);
  return parsed.success ? run(parsed.data) : err(unfit(parsed.error));
}

/** An id that the path does not have is "", and of no interest. */
function idsRefusal(ids: Ids): MemoryRefusal | undefined {
  const { actorId, sessionId, eventId, recordId } = shapes;
  const named = { actorId, sessionId, eventId, memoryRecordId: recordId };
  for (const [name, schema] of Object.entries(named)) {
    const id = ids[name as keyof typeof named];
    const parsed = schema.safeParse(id);
    if (id === "" || parsed.success) continue;
    const rule = parsed.error.issues[0]?.message ?? "";
    return invalid(`1 validation error detected: Value at '${name}' failed to satisfy constraint: ${rule}`);
  }
  return undefined;
}

function listed<T>(
  name: string,
  found: Result<{ readonly items: readonly T[]; readonly nextToken?: string }, MemoryRefusal>,
  show: (item: T) => unknown,
): Done {
  if (!found.ok) return found;
  const { items, nextToken } = found.value;
  return ok({ [name]: items.map(show), ...(nextToken === undefined ? {} : { nextToken }) });
}
