/**
 * The gateway's HTTP API of callers' rights: what is remembered of one, corrected, erased, taken along.
 */
import * as z from "zod/mini";
import type { Json } from "../../../src/base/json.ts";
import { err, ok, type Result } from "../../../src/base/result.ts";
import { type CallerRecord, NOTHING, type RememberedEntry, type Who } from "../state/memory.ts";
import { problem } from "../state/problems.ts";
import { type Refusal, request } from "./api.ts";

const entryBody = z.object({
  id: z.string(),
  kind: z.string(),
  text: z.string(),
  confidence: z.number(),
  source: z.object({ by: z.string(), agent: z.string(), session: z.nullable(z.string()) }),
  at: z.number(),
  expiresAt: z.nullable(z.number()),
  store: z.string(),
});
const recordBody = z.object({
  entries: z.array(entryBody),
  sessions: z.array(z.unknown()),
  unread: z.array(z.string()),
});

const ODD: Refusal = { type: "problem", problem: problem("odd_answer") };

/** Who is meant stands in the query, where any text can stand. */
const address = ({ caller, tenant }: Who, path = ""): string =>
  `v1/callers${path}?${new URLSearchParams({ caller, ...(tenant === null ? {} : { tenant }) })}`;
const entryAddress = (who: Who, id: string): string => address(who, `/entries/${encodeURIComponent(id)}`);

/** A caller whom nobody knows has left nothing, which is no trouble. */
const isUnknown = (refusal: Refusal, what: "caller" | "entry"): boolean =>
  refusal.type === "problem" && refusal.problem.id === `gateway:${what}_unknown`;

export const fetchCaller = async (who: Who, key: string | null): Promise<Result<CallerRecord, Refusal>> => {
  const answer = await request(address(who), key, { method: "GET" });
  if (!answer.ok) return isUnknown(answer.error, "caller") ? ok(NOTHING) : answer;
  const body = z.safeParse(recordBody, answer.value);
  if (!body.success) return err(ODD);
  const { entries, sessions, unread } = body.data;
  return ok({ entries, sessions: sessions.length, unread });
};

/** The entry as it says now. */
export const correctEntry = async (
  who: Who,
  id: string,
  text: string,
  key: string | null,
): Promise<Result<RememberedEntry, Refusal>> => {
  const body = JSON.stringify({ text });
  const answer = await request(entryAddress(who, id), key, { method: "PATCH", body });
  if (!answer.ok) return answer;
  const entry = z.safeParse(entryBody, answer.value);
  return entry.success ? ok(entry.data) : err(ODD);
};

/** That it was gone already is as good. */
export const eraseEntry = async (
  who: Who,
  id: string,
  key: string | null,
): Promise<Result<null, Refusal>> => {
  const answer = await request(entryAddress(who, id), key, { method: "DELETE" });
  return answer.ok || isUnknown(answer.error, "entry") ? ok(null) : answer;
};

/** Everything of the caller's, sessions too. */
export const eraseCaller = async (who: Who, key: string | null): Promise<Result<null, Refusal>> => {
  const answer = await request(address(who), key, { method: "DELETE" });
  return answer.ok || isUnknown(answer.error, "caller") ? ok(null) : answer;
};

/** Everything of the caller's, to be saved. */
export const exportCaller = async (who: Who, key: string | null): Promise<Result<Json, Refusal>> => {
  const answer = await request(address(who, "/export"), key, { method: "GET" });
  if (!answer.ok) return answer;
  return answer.value === null ? err(ODD) : ok(answer.value as Json);
};
