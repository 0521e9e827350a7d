/**
 * The end of a session, whatever brought it about: everybody is told, everything that runs is stopped, once.
 */
import { sessionUsage } from "./cost.ts";
import { dismiss } from "./draining.ts";
import type { EndReason } from "./events.ts";
import { leaveBehind } from "./recollection.ts";
import { emit, keep, type Talk, tell } from "./talk.ts";
import { measureTurn, settleAnswer } from "./turns.ts";

export function endSession(talk: Talk, reason: EndReason): void {
  if (talk.ended) return;
  for (const { call } of talk.ledger.open) {
    talk.ledger.close(call);
    emit(talk, { type: "tool.cancel", call });
  }
  if (talk.answer?.isPlaying(talk.now))
    talk.answer.cut = { heardMs: Math.round(talk.answer.heardMs(talk.now)) };
  settleAnswer(talk);
  measureTurn(talk);
  talk.arrival = null;
  talk.visits.end(talk.now);
  tell(talk, { type: "usage", ...sessionUsage(talk) });
  if (reason.type === "error") tell(talk, { type: "error", error: reason.error });
  tell(talk, { type: "closing", reason });
  // The client is told first: closing a stream in order takes its time.
  for (const stream of talk.streams.all) dismiss(talk, stream);
  keep(talk);
  leaveBehind(talk, true);
  talk.ended = reason;
  emit(talk, { type: "end", reason });
}
