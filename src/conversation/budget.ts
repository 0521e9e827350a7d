/**
 * How long a visit to a segment may last: it ends at the first quiet moment after its budget is used up.
 */
import { LIMITS } from "../base/limits.ts";
import { presentSegment } from "./segments.ts";
import { isQuiet, setTimer, type Talk } from "./talk.ts";
import { move } from "./transition.ts";
import { tokenCount } from "./usage-meter.ts";

/** Looks whether the present visit has used up what it may; `timer` says that its time is over. */
export function checkBudget(talk: Talk, timer: boolean): void {
  const { budget } = presentSegment(talk);
  if (budget === null) return;
  const { turns } = talk.visits.present;
  talk.spent ||=
    timer ||
    (budget.turns !== null && turns >= budget.turns) ||
    (budget.tokens !== null && tokenCount(talk.usage.of(talk.visits.index)) >= budget.tokens);
  if (!talk.spent) return;
  // A move that is under way may come to nothing.
  if (talk.moving || !isQuiet(talk)) {
    setTimer(talk, "budget", LIMITS.rotateLookMs);
    return;
  }
  talk.spent = false;
  move(talk, budget.to, "budget");
}
