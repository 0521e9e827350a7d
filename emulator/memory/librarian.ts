/**
 * Makes records of events, some time after them. What it has once taken up it finishes, even where the event is
 * deleted meanwhile: AWS promises nothing else.
 */
import type { Clock } from "../clock.ts";
import { LIMITS } from "../limits.ts";
import { EXTRACTION_MS, type Strategy } from "./declared.ts";
import { extract, type Message, messagesOf } from "./extraction.ts";
import type { CreateEvent } from "./shapes.ts";
import { newRecordId, type Shelf, type StoredEvent, type StoredRecord } from "./shelf.ts";

export interface Librarian {
  take(shelf: Shelf, event: StoredEvent, asked: CreateEvent): void;
  /** Everything it has taken up is forgotten. */
  clear(): void;
}

type Variables = Readonly<Record<string, string>>;

export function createLibrarian(clock: Clock, wallNow: () => number): Librarian {
  const callOffs = new Set<() => void>();

  const file = (shelf: Shelf, strategy: Strategy, namespace: string, messages: readonly Message[]): void => {
    const own = [...shelf.records.values()].filter(
      (record) => record.memoryStrategyId === strategy.id && record.namespaces.includes(namespace),
    );
    const told = own.find(({ subject }) => subject === "summary")?.text;
    for (const { subject, text } of extract(strategy.type, messages, told)) {
      const before = own.find((record) => record.subject === subject);
      if (before === undefined && shelf.records.size >= LIMITS.memoryRecords) return;
      const record: StoredRecord = {
        memoryRecordId: before?.memoryRecordId ?? newRecordId(),
        ...{ text, subject, namespaces: [namespace] },
        memoryStrategyId: strategy.id,
        createdAt: wallNow() / 1000,
      };
      shelf.records.set(record.memoryRecordId, record);
      if (before === undefined) own.push(record);
    }
  };

  return {
    take(shelf, event, { extractionMode, extractionConfig }) {
      const messages = messagesOf(event.payload);
      if (extractionMode === "SKIP" || messages.length === 0) return;
      const { actorId, sessionId } = event;
      const variables = { ...extractionConfig?.namespaceVariables, actorId, sessionId };
      const callOff = clock.after(shelf.memory.extractionMs ?? EXTRACTION_MS, () => {
        callOffs.delete(callOff);
        for (const strategy of shelf.memory.strategies) {
          file(
            shelf,
            strategy,
            filled(strategy.namespace, { ...variables, memoryStrategyId: strategy.id }),
            messages,
          );
        }
      });
      callOffs.add(callOff);
    },
    clear() {
      for (const callOff of callOffs) callOff();
      callOffs.clear();
    },
  };
}

/** A variable that nobody has given stays as it is. */
const filled = (namespace: string, variables: Variables): string =>
  namespace.replace(/\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
