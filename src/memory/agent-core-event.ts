/**
 * Turns as events of AgentCore Memory: one event for a batch, several where it holds more than one event may.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/APIReference/API_CreateEvent.html
 */
import { createHash } from "node:crypto";
import type { JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { agentCoreSession, metadataText } from "./agent-core-names.ts";
import type { HeardTurn, KeepBatch } from "./caller-store.ts";

/** The same batch gives the same bodies, so that AgentCore knows one that it has been sent before. */
export function eventsOf({ id, session, agent, turns }: KeepBatch, actor: string): readonly JsonObject[] {
  return groups(turns).map((group, index) => ({
    actorId: actor,
    sessionId: agentCoreSession(session),
    eventTimestamp: Math.max(...group.map(({ at }) => at)) / 1000,
    payload: group.flatMap(messagesOf),
    metadata: { agent: { stringValue: metadataText(agent) } },
    clientToken: createHash("sha256")
      .update(JSON.stringify([session, id, index]))
      .digest("hex"),
  }));
}

const messagesOf = ({ caller, agent }: HeardTurn): readonly JsonObject[] => [
  ...message("USER", caller),
  ...message("ASSISTANT", agent),
];

function message(role: "USER" | "ASSISTANT", text: string): readonly JsonObject[] {
  const said = text
    .slice(0, LIMITS.agentCoreMessageChars)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return said === "" ? [] : [{ conversational: { role, content: { text: said } } }];
}

/** Turns that fit one event together; those in which nothing was said are left out. */
function groups(turns: readonly HeardTurn[]): readonly (readonly HeardTurn[])[] {
  const said = turns.filter((turn) => messagesOf(turn).length > 0);
  const perEvent = LIMITS.agentCoreMessages / 2;
  return Array.from({ length: Math.ceil(said.length / perEvent) }, (_, index) =>
    said.slice(index * perEvent, (index + 1) * perEvent),
  );
}
