/**
 * Runtime sessions: one agent each, remembered as long as its microVM would be.
 */
import type { Clock } from "../clock.ts";
import { LIMITS } from "../limits.ts";
import type { HostedAgent } from "../services/hosted-agent.ts";
import { createMemory } from "../services/memory.ts";

export interface RuntimeSessions {
  /** The session's agent: a fresh one when the session is new, or was idle for 15 minutes. */
  agent(runtime: string, session: string, create: () => HostedAgent): HostedAgent;
  /** False when there is no such session. */
  stop(runtime: string, session: string): boolean;
  clear(): void;
}

export function createRuntimeSessions(clock: Clock): RuntimeSessions {
  const sessions = createMemory<{ readonly agent: HostedAgent; readonly usedAt: number }>(
    LIMITS.agentMemories,
  );
  const keyOf = (runtime: string, session: string): string => `${session} ${runtime}`;
  return {
    agent(runtime, session, create) {
      const key = keyOf(runtime, session);
      const known = sessions.get(key);
      const isFresh = known !== undefined && clock.now() - known.usedAt < LIMITS.runtimeSessionIdleMs;
      const agent = isFresh ? known.agent : create();
      sessions.set(key, { agent, usedAt: clock.now() });
      return agent;
    },
    stop: (runtime, session) => sessions.delete(keyOf(runtime, session)),
    clear: () => sessions.clear(),
  };
}
