/**
 * Holds the caller's audio back while a tool works, for models that end a stream which sends audio while they wait for
 * a result (reported once for Nova 2.5, against AWS's guide). What was held follows the result; of more than is kept
 * (`callerBufferMs`) the client is told.
 */
import { replay, reportDropped } from "./stream-care.ts";
import type { Talk } from "./talk.ts";

export function holdAudio(talk: Talk): void {
  if (talk.agent.holdAudioDuringTools) talk.heldFrom ??= talk.caller.position;
}

/** The last result has been given: the model may hear again. */
export function releaseAudio(talk: Talk): void {
  if (talk.heldFrom === null || talk.ledger.running > 0) return;
  const from = talk.heldFrom;
  talk.heldFrom = null;
  replay(talk, from);
  reportDropped(talk, "while a tool worked");
}
