/**
 * `GET /v1/callers/export`: everything of a caller in one JSON file, whole or not at all. Written as it is read: one
 * caller's sessions of a day may be more than an isolate holds.
 */
import { causeText } from "../base/cause.ts";
import { gatewayError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { RememberedSession } from "../durable/caller-memory-rpc.ts";
import { failure, sealed } from "./answers.ts";
import { withCaller } from "./caller-memories.ts";
import { readCaller } from "./caller-record.ts";
import type { SessionNamespace } from "./sessions.ts";

/** No name in it: downloads are seen by others. */
const FILE = "caller-memory.json";

export const exportCaller = withCaller(async (remembered, { sessions, clock, log }) => {
  const record = await readCaller(remembered);
  if (record === null) return failure(gatewayError("caller_unknown"));
  if (record.unread.length > 0)
    return failure(gatewayError("overloaded", `not whole: ${record.unread.join(", ")} could not be read`));
  const { caller, tenant, entries } = record;
  const head = JSON.stringify({ exportedAt: clock.now(), caller, tenant, entries });
  const body = streamOf(fileOf(head, record.sessions, sessions), log);
  return sealed(body, 200, { "content-disposition": `attachment; filename="${FILE}"` });
});

/** The file in pieces, one for each session. */
async function* fileOf(
  head: string,
  known: readonly RememberedSession[],
  sessions: SessionNamespace,
): AsyncGenerator<string> {
  yield `${head.slice(0, -1)},"sessions":[`;
  for (const [index, each] of known.entries())
    yield (index === 0 ? "" : ",") + JSON.stringify(await wholeSession(each, sessions));
  yield "]}";
}

/** What is null there is gone: transcripts have their time. */
const wholeSession = async (known: RememberedSession, sessions: SessionNamespace) => {
  const [status, transcript] = await Promise.all([
    sessions.getByName(known.session).status(),
    sessions.getByName(known.session).transcript(),
  ]);
  return {
    ...known,
    status: status.ok ? status.value : null,
    transcript: transcript.ok ? transcript.value : null,
  };
};

/** A piece that cannot be had breaks the body off: nobody takes part of an export for all of it. */
const streamOf = (pieces: AsyncGenerator<string>, log: Log): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (thrown) {
        log("error", "caller_export_broken_off", { cause: causeText(thrown) });
        controller.error(thrown);
      }
    },
    cancel: async () => void (await pieces.return(undefined)),
  });
};
