/**
 * How long a visit to a segment may last: it ends at the first quiet moment after its budget is used up, or at the end of
 * the first turn after that when the talk can go on to where it is to.
 */
import { LIMITS } from "../base/limits.ts";
import { presentSegment } from "./segments.ts";
import { isQuiet, setTimer, type Talk } from "./talk.ts";
import { mayMove, move } from "./transition.ts";
import { tokenCount } from "./usage-meter.ts";

/** Looks whether the present visit has used up what it may; `timer` says that its time is over. */
export function checkBudget(talk: Talk, timer: boolean): void {
  const { budget } = presentSegment(talk);
  if (budget === null) return;
  const { turns } = talk.visits.present;
  const isOver =
    timer ||
    (budget.turns !== null && turns >= budget.turns) ||
    (budget.tokens !== null && tokenCount(talk.usage.of(talk.visits.index)) >= budget.tokens);
  if (talk.spent === "no") {
    if (!isOver) return;
    talk.spent = "ends";
  }
  // The log was told of it once.
  if (talk.spent === "stays" && !mayMove(talk, budget.to, "budget").ok) return;
  // A move that is under way may come to nothing.
  if (talk.moving || !isQuiet(talk)) {
    setTimer(talk, "budget", LIMITS.rotateLookMs);
    return;
  }
  talk.spent = move(talk, budget.to, "budget").ok ? "no" : "stays";
}
