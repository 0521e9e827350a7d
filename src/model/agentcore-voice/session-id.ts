/**
 * The name under which AgentCore keeps a session's microVM. The same for every stream of a voice session, so that each
 * finds the agent as the one before left it; made here from the session's own id, so that no client can choose another's.
 */
import { createHash } from "node:crypto";

export const SESSION_ID_HEADER = "x-amzn-bedrock-agentcore-runtime-session-id";

/** AgentCore takes at least 33 characters of these. */
const TAKEN = /^[A-Za-z0-9][\w-]{32,255}$/;

/** Recognisable in AgentCore's own logs where the session's id allows it; a hash of it where it does not. */
export const runtimeSessionId = (session: string): string => {
  const plain = `antiphon-${session}`;
  return TAKEN.test(plain) ? plain : `antiphon-${createHash("sha256").update(session).digest("hex")}`;
};
