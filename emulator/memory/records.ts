/**
 * Long-term memory: records, by namespace. Listed in no promised order; searched by the words they share with the
 * question, where AWS compares meanings.
 */

import type { z } from "zod";
import { err, ok, type Result } from "../result.ts";
import { type Page, page } from "./pages.ts";
import { type MemoryRefusal, missing } from "./refusals.ts";
import type {
  batchCreate,
  batchDelete,
  batchUpdate,
  listRecords,
  RecordFilter,
  retrieveRecords,
} from "./shapes.ts";
import { lies, newRecordId, type Shelf, type StoredRecord } from "./shelf.ts";

export function list(
  shelf: Shelf,
  asked: z.infer<typeof listRecords>,
): Result<Page<StoredRecord>, MemoryRefusal> {
  const { maxResults, nextToken, metadataFilters = [], memoryStrategyId, ...where } = asked;
  const found = [...shelf.records.values()]
    .filter(
      (record) => lies(record, where) && isOf(record, memoryStrategyId) && fits(record, metadataFilters),
    )
    .sort((a, b) => (a.memoryRecordId < b.memoryRecordId ? -1 : 1));
  return page(found, {
    ...{ of: ["records", where, memoryStrategyId, metadataFilters], maxResults, nextToken },
    keyOf: ({ memoryRecordId }) => memoryRecordId,
  });
}

export interface Scored {
  readonly record: StoredRecord;
  readonly score: number;
}

/** Everything in the namespace is more or less near to the question: the nearest `topK`. */
export function retrieve(
  shelf: Shelf,
  asked: z.infer<typeof retrieveRecords>,
): Result<Page<Scored>, MemoryRefusal> {
  const { maxResults, nextToken, searchCriteria, ...where } = asked;
  const { searchQuery, topK, memoryStrategyId, metadataFilters = [] } = searchCriteria;
  const wanted = wordsOf(searchQuery);
  const found = [...shelf.records.values()]
    .filter(
      (record) => lies(record, where) && isOf(record, memoryStrategyId) && fits(record, metadataFilters),
    )
    .map((record) => ({ record, score: nearness(wanted, wordsOf(record.text)) }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, topK);
  return page(found, { of: ["retrieve", where, searchCriteria], maxResults, nextToken, keyOf });
}

/** Nearest first, then newest. */
const keyOf = ({ record, score }: Scored): string =>
  [
    (1 - score).toFixed(6),
    (1e12 - record.createdAt).toFixed(3).padStart(16, "0"),
    record.memoryRecordId,
  ].join(" ");

const isOf = (record: StoredRecord, strategy: string | undefined): boolean =>
  strategy === undefined || record.memoryStrategyId === strategy;

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []).map((word) => word.replace(/(?:ing|ed|s)$/, "")),
  );

/** Cosine of the two sets, lifted as embeddings are: nothing is quite unlike anything. */
function nearness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  const cosine = a.size === 0 || b.size === 0 ? 0 : shared / Math.sqrt(a.size * b.size);
  return 0.3 + 0.7 * cosine;
}

const fits = ({ metadata = {} }: StoredRecord, filters: readonly RecordFilter[]): boolean =>
  filters.every(({ left, operator, right }) => {
    const own = Object.values(metadata[left.metadataKey ?? ""] ?? {})[0];
    if (operator === "EXISTS" || operator === "NOT_EXISTS")
      return (own !== undefined) === (operator === "EXISTS");
    const given = Object.values(right?.metadataValue ?? {})[0];
    if (own === undefined || given === undefined) return false;
    return holds(own, operator, given);
  });

function holds(own: unknown, operator: RecordFilter["operator"], given: unknown): boolean {
  if (operator === "EQUALS_TO") return JSON.stringify(own) === JSON.stringify(given);
  if (operator === "CONTAINS") {
    const inside = Array.isArray(given) ? given : [given];
    return Array.isArray(own)
      ? inside.every((each) => own.includes(each))
      : String(own).includes(String(given));
  }
  if (typeof own !== "number" || typeof given !== "number") return false;
  switch (operator) {
    case "GREATER_THAN":
    case "AFTER":
      return own > given;
    case "GREATER_THAN_OR_EQUALS":
      return own >= given;
    case "LESS_THAN":
    case "BEFORE":
      return own < given;
    default:
      return own <= given;
  }
}

export function get(shelf: Shelf, id: string): Result<StoredRecord, MemoryRefusal> {
  const record = shelf.records.get(id);
  return record === undefined ? err(missing(`Memory record not found: ${id}`)) : ok(record);
}

export const remove = (shelf: Shelf, id: string): Result<string, MemoryRefusal> =>
  shelf.records.delete(id) ? ok(id) : err(missing(`Memory record not found: ${id}`));

type Outcome = Readonly<Record<string, unknown>> & { readonly status: "SUCCEEDED" | "FAILED" };

/** Each record for itself: a batch is never refused for one of them. */
const sorted = (outcomes: readonly Outcome[]) => ({
  successfulRecords: outcomes.filter(({ status }) => status === "SUCCEEDED"),
  failedRecords: outcomes.filter(({ status }) => status === "FAILED"),
});

const unknown = (memoryRecordId: string): Outcome => ({
  memoryRecordId,
  status: "FAILED",
  errorCode: 404,
  errorMessage: "Memory record not found",
});

export const create = (shelf: Shelf, { records }: z.infer<typeof batchCreate>) =>
  sorted(
    records.map((given): Outcome => {
      const memoryRecordId = newRecordId();
      const { requestIdentifier, namespaces, content, timestamp, memoryStrategyId, metadata } = given;
      shelf.records.set(memoryRecordId, {
        ...{ memoryRecordId, namespaces, createdAt: timestamp },
        text: content.text ?? "",
        memoryStrategyId: memoryStrategyId ?? "none",
        ...(metadata === undefined ? {} : { metadata }),
      });
      return { memoryRecordId, requestIdentifier, status: "SUCCEEDED" };
    }),
  );

export const update = (shelf: Shelf, { records }: z.infer<typeof batchUpdate>) =>
  sorted(
    records.map(({ memoryRecordId, timestamp, content, namespaces, memoryStrategyId, metadata }): Outcome => {
      const record = shelf.records.get(memoryRecordId);
      if (record === undefined) return unknown(memoryRecordId);
      shelf.records.set(memoryRecordId, {
        ...record,
        createdAt: timestamp,
        text: content?.text ?? record.text,
        namespaces: namespaces ?? record.namespaces,
        memoryStrategyId: memoryStrategyId ?? record.memoryStrategyId,
        ...(metadata === undefined ? {} : { metadata }),
      });
      return { memoryRecordId, status: "SUCCEEDED" };
    }),
  );

export const removeAll = (shelf: Shelf, { records }: z.infer<typeof batchDelete>) =>
  sorted(
    records.map(
      ({ memoryRecordId }): Outcome =>
        shelf.records.delete(memoryRecordId)
          ? { memoryRecordId, status: "SUCCEEDED" }
          : unknown(memoryRecordId),
    ),
  );

/** As AWS tells of it. */
export const showRecord = ({
  memoryRecordId,
  text,
  memoryStrategyId,
  namespaces,
  createdAt,
  metadata,
}: StoredRecord) => ({
  ...{ memoryRecordId, content: { text }, memoryStrategyId, namespaces, createdAt },
  ...(metadata === undefined ? {} : { metadata }),
});
