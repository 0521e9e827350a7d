/**
 * The paths of AgentCore Memory. Source: the AWS SDK's model of the service.
 */
export type MemoryOperation =
  | "CreateEvent"
  | "GetEvent"
  | "DeleteEvent"
  | "ListEvents"
  | "ListSessions"
  | "ListActors"
  | "RetrieveMemoryRecords"
  | "ListMemoryRecords"
  | "GetMemoryRecord"
  | "DeleteMemoryRecord"
  | "BatchCreateMemoryRecords"
  | "BatchUpdateMemoryRecords"
  | "BatchDeleteMemoryRecords";

export interface Ids {
  readonly memoryId: string;
  readonly actorId: string;
  readonly sessionId: string;
  readonly eventId: string;
  readonly memoryRecordId: string;
}

const PATHS: readonly (readonly [MemoryOperation, method: string, path: string])[] = [
  ["CreateEvent", "POST", "{memoryId}/events"],
  ["GetEvent", "GET", "{memoryId}/actor/{actorId}/sessions/{sessionId}/events/{eventId}"],
  ["DeleteEvent", "DELETE", "{memoryId}/actor/{actorId}/sessions/{sessionId}/events/{eventId}"],
  ["ListEvents", "POST", "{memoryId}/actor/{actorId}/sessions/{sessionId}"],
  ["ListSessions", "POST", "{memoryId}/actor/{actorId}/sessions"],
  ["ListActors", "POST", "{memoryId}/actors"],
  ["RetrieveMemoryRecords", "POST", "{memoryId}/retrieve"],
  ["ListMemoryRecords", "POST", "{memoryId}/memoryRecords"],
  ["BatchCreateMemoryRecords", "POST", "{memoryId}/memoryRecords/batchCreate"],
  ["BatchUpdateMemoryRecords", "POST", "{memoryId}/memoryRecords/batchUpdate"],
  ["BatchDeleteMemoryRecords", "POST", "{memoryId}/memoryRecords/batchDelete"],
  ["GetMemoryRecord", "GET", "{memoryId}/memoryRecord/{memoryRecordId}"],
  ["DeleteMemoryRecord", "DELETE", "{memoryId}/memoryRecords/{memoryRecordId}"],
];

const ROUTES = PATHS.map(([operation, method, path]) => ({
  operation,
  method,
  pattern: new RegExp(`^/memories/${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
}));

export interface Routed {
  readonly operation: MemoryOperation;
  /** Still percent-encoded; those that the path does not have are "". */
  readonly encoded: Ids;
}

export function routed(method: string, path: string): Routed | undefined {
  for (const { operation, method: wanted, pattern } of ROUTES) {
    const groups = method === wanted ? pattern.exec(path)?.groups : undefined;
    if (groups === undefined) continue;
    const { memoryId = "", actorId = "", sessionId = "", eventId = "", memoryRecordId = "" } = groups;
    return { operation, encoded: { memoryId, actorId, sessionId, eventId, memoryRecordId } };
  }
  return undefined;
}

/** Undefined where one is not percent-encoded properly. */
export function decoded(encoded: Ids): Ids | undefined {
  try {
    return {
      memoryId: decodeURIComponent(encoded.memoryId),
      actorId: decodeURIComponent(encoded.actorId),
      sessionId: decodeURIComponent(encoded.sessionId),
      eventId: decodeURIComponent(encoded.eventId),
      memoryRecordId: decodeURIComponent(encoded.memoryRecordId),
    };
  } catch {
    return undefined;
  }
}
