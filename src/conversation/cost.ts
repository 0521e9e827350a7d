/**
 * What the session has used and cost so far.
 */
import { sessionCost } from "../base/prices.ts";
import type { SessionCost, TokenUsage } from "./events.ts";
import type { Talk } from "./talk.ts";

export function sessionUsage(talk: Talk): { readonly tokens: TokenUsage; readonly cost: SessionCost } {
  const tokens = talk.usage.tokens;
  const cost = sessionCost({
    model: talk.agent.model,
    tokens,
    durationMs: talk.now - talk.startedAt,
    incomingMessages: talk.incoming,
  });
  return { tokens, cost };
}
