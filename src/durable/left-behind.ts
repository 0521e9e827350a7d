/**
 * What a session leaves whose object was lost and to which nobody came back: the same as if it had ended in order where
 * its last stored state stood.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { Snapshot } from "../conversation/snapshot.ts";
import type { Left } from "../memory/keep-rules.ts";
import type { SessionInit } from "./session-rpc.ts";

export function leftBehind(
  { session, inputRate, outputRate }: SessionInit,
  agent: AgentDefinition,
  snapshot: Snapshot,
  now: number,
): Left | null {
  const options = { session, agent, inputRate, outputRate, remembers: true };
  const effects = Conversation.restore(options, snapshot, now).on(
    { type: "end", reason: { type: "reaped" } },
    now,
  );
  return effects.find((effect) => effect.type === "memory.keep") ?? null;
}
