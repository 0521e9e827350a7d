/**
 * `PATCH` and `DELETE /v1/callers/entries/:id`: one thing that is remembered, corrected by a person or erased.
 */
import * as z from "zod";
import { systemClock } from "../base/clock.ts";
import { gatewayError } from "../base/errors.ts";
import { explain } from "../base/explain.ts";
import { LIMITS } from "../base/limits.ts";
import { redact } from "../memory/redactor.ts";
import { within } from "../tools/time-limit.ts";
import { empty, failure, json } from "./answers.ts";
import { type Remembered, withCaller } from "./caller-memories.ts";
import { OWN_STORE } from "./caller-record.ts";
import { readJsonBody } from "./read-body.ts";

export const correctionRequest = z.strictObject({
  text: z.string().min(1).max(LIMITS.memoryTextChars),
});

export const correctEntry = withCaller(async ({ object }, { request, id, agents, log }) => {
  const body = await readJsonBody(request);
  if (!body.ok) return failure(body.error);
  const parsed = correctionRequest.safeParse(body.value);
  if (!parsed.success) return failure(gatewayError("bad_request", explain(parsed.error, "body")));

  const entry = (await object().record())?.entries.find((known) => known.id === id);
  if (entry === undefined)
    return failure(
      gatewayError("entry_unknown", `only what is kept in store "${OWN_STORE}" can be corrected`),
    );
  // What an agent wants taken out is taken out of a person's words, too.
  const agent = agents.find(({ name }) => name === entry.source.agent);
  const corrected = await object().correct(id, redact(parsed.data.text, agent?.redact ?? []));
  if (corrected.ok) {
    log("info", "caller_entry_corrected", { entry: id });
    return json({ ...corrected.value, store: OWN_STORE });
  }
  return corrected.error === "empty"
    ? failure(gatewayError("bad_request", "body.text: nothing is left of it once it is cleaned"))
    : failure(gatewayError("entry_unknown"));
});

export const eraseEntry = withCaller(async (remembered, { id, log }) => {
  const gone = await forget(remembered, id);
  if (gone === "unreachable")
    return failure(gatewayError("overloaded", "a store that may hold it could not be asked"));
  if (gone === "unknown") return failure(gatewayError("entry_unknown"));
  log("info", "caller_entry_erased", { entry: id });
  return empty(204);
});

/** From the object, or else from the stores beside it: an id is one store's. */
const forget = async (
  { object, beside }: Remembered,
  id: string,
): Promise<"gone" | "unknown" | "unreachable"> => {
  if ((await object().forget([id])) > 0) return "gone";
  const over = new AbortController();
  const answers = await Promise.all(
    beside.map(({ store }) =>
      within(() => store.forget([id], over.signal), { ms: LIMITS.callerReadMs, timers: systemClock }),
    ),
  );
  over.abort();
  const counts = answers.map((waited) =>
    waited.type === "answered" && waited.value.ok ? waited.value.value : null,
  );
  if (counts.some((count) => count !== null && count > 0)) return "gone";
  return counts.includes(null) ? "unreachable" : "unknown";
};
