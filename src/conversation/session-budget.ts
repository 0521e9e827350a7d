/**
 * What a session may use up: time, turns, tokens, money. Its caller is told shortly before the end, once, and hears a
 * goodbye at the end; both at a quiet moment, and within bounds.
 */
import { LIMITS } from "../base/limits.ts";
import { sessionUsage } from "./cost.ts";
import { endSession } from "./ending.ts";
import type { EndReason, Inbound } from "./events.ts";
import { ask } from "./owed.ts";
import { isQuiet, setTimer, type Talk } from "./talk.ts";
import { tokenCount } from "./usage-meter.ts";
import { endingSoonCue, GOODBYE } from "./words.ts";

type Of = "time" | "turns" | "tokens" | "cost";

export interface SessionBudget {
  /** The caller was told that the session will soon be over. */
  warned: boolean;
  /** What is used up, and since when; null while nothing is. */
  over: { readonly of: Of; readonly at: number } | null;
  /** The agent was asked to say goodbye: when, and how many answers there had been. */
  goodbye: { readonly at: number; readonly answers: number } | null;
  /** When it is looked at next. */
  lookAt: number | null;
}

export const newSessionBudget = (warned: boolean): SessionBudget => ({
  warned,
  over: null,
  goodbye: null,
  lookAt: null,
});

/** Called after everything that happens; looks only when something may have been used up. */
export function careForBudget(talk: Talk, inbound: Inbound): void {
  if (talk.ended || !mayMatter(inbound)) return;
  const { sessionBudget } = talk;
  if (inbound.type === "timer") sessionBudget.lookAt = null;
  sessionBudget.over ??= usedUp(talk);
  if (sessionBudget.over) takeLeave(talk, sessionBudget);
  else if (!sessionBudget.warned) warn(talk, sessionBudget);
  else lookAgainAt(talk, isLastTurn(talk) ? talk.now + LIMITS.rotateLookMs : timeIsUpAt(talk));
}

const mayMatter = (inbound: Inbound): boolean => {
  if (inbound.type !== "model") return inbound.type === "start" || isCareTimer(inbound);
  const { type } = inbound.event;
  return type === "usage" || type === "agent_audio_ended" || type === "agent_text";
};

const isCareTimer = (inbound: Inbound): boolean => inbound.type === "timer" && inbound.timer === "care";

const endAt = (talk: Talk): number => talk.startedAt + talk.agent.limits.sessionMs;

/** The goodbye belongs to the session's time. One too short for it ends without. */
const timeIsUpAt = (talk: Talk): number =>
  endAt(talk) - Math.min(LIMITS.goodbyeMs, talk.agent.limits.sessionMs / 4);

/** Turns that the caller has begun. */
const turnsBegun = (talk: Talk): number => talk.visits.all.reduce((sum, { turns }) => sum + turns, 0);

const isLastTurn = (talk: Talk): boolean => {
  const { sessionTurns } = talk.agent.limits;
  return sessionTurns !== null && turnsBegun(talk) >= sessionTurns;
};

function usedUp(talk: Talk): SessionBudget["over"] {
  const { sessionTurns, sessionTokens, sessionCost } = talk.agent.limits;
  const over = (of: Of) => ({ of, at: talk.now });
  if (talk.now >= timeIsUpAt(talk)) return over("time");
  // The last turn may be heard to its end; the one after it is not waited for.
  if (isLastTurn(talk) && (isMoment(talk) || turnsBegun(talk) > (sessionTurns ?? 0))) return over("turns");
  if (sessionTokens !== null && tokenCount(talk.usage.tokens) >= sessionTokens) return over("tokens");
  if (sessionCost !== null && sessionUsage(talk).cost.total >= sessionCost) return over("cost");
  return null;
}

/** What is nearly used up; null when nothing is. */
function nearlyUsedUp(talk: Talk): Of | null {
  const { sessionTurns, sessionTokens, sessionCost } = talk.agent.limits;
  const begun = turnsBegun(talk);
  const share = LIMITS.endWarningShare;
  if (talk.now >= warnAt(talk)) return "time";
  if (sessionTurns !== null && begun > 0 && begun >= sessionTurns - 1) return "turns";
  if (sessionTokens !== null && tokenCount(talk.usage.tokens) >= share * sessionTokens) return "tokens";
  if (sessionCost !== null && sessionUsage(talk).cost.total >= share * sessionCost) return "cost";
  return null;
}

/** A short session is told of its end when half of it is over. */
const warnAt = (talk: Talk): number =>
  endAt(talk) - Math.min(LIMITS.endWarningMs, talk.agent.limits.sessionMs / 2);

function warn(talk: Talk, budget: SessionBudget): void {
  const of = nearlyUsedUp(talk);
  if (of === null) {
    lookAgainAt(talk, warnAt(talk));
    return;
  }
  if (!isMoment(talk)) {
    lookAgainAt(talk, talk.now + LIMITS.rotateLookMs);
    return;
  }
  budget.warned = true;
  ask(talk, endingSoonCue(of));
  lookAgainAt(talk, timeIsUpAt(talk));
}

function takeLeave(talk: Talk, budget: SessionBudget): void {
  const { over, goodbye } = budget;
  if (!over) return;
  if (goodbye) {
    const { answer } = talk;
    const isSaid = answer !== null && answer.number > goodbye.answers && !answer.isPlaying(talk.now);
    if (isSaid || talk.now - goodbye.at >= LIMITS.goodbyeMs) return endSession(talk, reason(over.of));
  } else if (isMoment(talk)) {
    budget.goodbye = { at: talk.now, answers: talk.answers };
    ask(talk, GOODBYE);
  } else if (talk.now - over.at >= LIMITS.goodbyeWaitMs) return endSession(talk, reason(over.of));
  lookAgainAt(talk, talk.now + LIMITS.rotateLookMs);
}

const reason = (of: Of): EndReason => (of === "time" ? { type: "time_limit" } : { type: "budget", of });

/** The agent can be asked for a sentence that cuts nobody short. */
const isMoment = (talk: Talk): boolean =>
  talk.client.type === "present" &&
  talk.client.announced &&
  talk.streams.live?.state.type === "open" &&
  talk.moving === null &&
  talk.arrival === null &&
  isQuiet(talk) &&
  !talk.answer?.isPlaying(talk.now);

function lookAgainAt(talk: Talk, at: number): void {
  const { sessionBudget } = talk;
  if (sessionBudget.lookAt !== null && sessionBudget.lookAt <= at && sessionBudget.lookAt > talk.now) return;
  sessionBudget.lookAt = at;
  setTimer(talk, "care", at - talk.now);
}
