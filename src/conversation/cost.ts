/**
 * What the session has used and cost so far, in all and by visit to a segment.
 */
import { modelCost, sessionCost } from "../base/prices.ts";
import type { SessionCost, TokenUsage, Visit } from "./events.ts";
import { findSegment } from "./segments.ts";
import type { Talk } from "./talk.ts";

export function sessionUsage(talk: Talk): { readonly tokens: TokenUsage; readonly cost: SessionCost } {
  const cost = sessionCost({
    models: [
      ...talk.visits.all.map(({ segment }, index) => ({
        model: modelOf(talk, segment),
        tokens: talk.usage.of(index),
      })),
      ...talk.usage.besides,
    ],
    durationMs: talk.now - talk.startedAt,
    incomingMessages: talk.incoming,
  });
  return { tokens: talk.usage.tokens, cost };
}

/** The way taken so far. */
export const pathOf = (talk: Talk): readonly Visit[] =>
  talk.visits.all.map((visit, index) => {
    const tokens = talk.usage.of(index);
    return { ...visit, tokens, cost: modelCost({ model: modelOf(talk, visit.segment), tokens }) };
  });

/** A session outlives a deployment, and so a segment that its agent no longer has. */
const modelOf = (talk: Talk, segment: string): string =>
  findSegment(talk, segment)?.model ?? talk.agent.model;
