/**
 * A store over real HTTP against the real emulator, and a clock that both share: time passes when somebody waits.
 */
import type { Emulator } from "../../emulator/emulator.ts";
import type { AlarmClock } from "../../src/base/clock.ts";
import { type AgentCoreStoreParts, agentCoreStore } from "../../src/memory/agent-core-store.ts";
import type { CallerStore, HeardTurn, KeepBatch, RecallQuery } from "../../src/memory/caller-store.ts";
import type { DrivenClock } from "../emulator/support/driven-clock.ts";

export const MEMORY = "callers-Ab12Cd34Ef";
export const NAMESPACES = [
  "/preferences/{actorId}/",
  "/facts/{actorId}/",
  "/summaries/{actorId}/{sessionId}/",
];
export const ANN = { tenant: "bank", caller: "ann" };

/** Nobody waits this long here: limits that are not to be reached. */
const NEVER_MS = 5_000;

export interface SharedClock extends AlarmClock {
  /** Lets time pass for the store alone, for what comes of old age. */
  age(ms: number): void;
  /** Whatever was waited for, in ms. */
  readonly waits: readonly number[];
}

export function sharedClock(emulator: DrivenClock): SharedClock {
  let shift = 0;
  const waits: number[] = [];
  const now = (): number => Date.now() + shift;
  return {
    ...{ waits, now },
    after(ms, run) {
      if (ms >= NEVER_MS) return () => {};
      let isOff = false;
      waits.push(ms);
      const due = now() + ms;
      void emulator.advance(ms).then(() => {
        if (isOff) return;
        shift += Math.max(0, due - now());
        run();
      });
      return () => {
        isOff = true;
      };
    },
    age(ms) {
      shift += ms;
    },
  };
}

export const storeOn = (
  emulator: Emulator,
  clock: AlarmClock,
  more: Partial<AgentCoreStoreParts> = {},
): CallerStore =>
  agentCoreStore({
    who: ANN,
    memoryId: MEMORY,
    base: emulator.httpUrl,
    signing: {
      service: "bedrock-agentcore",
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDEMULATOR", secretAccessKey: "emulator-secret-key-not-for-aws" },
    },
    clock,
    namespaces: NAMESPACES,
    days: 365,
    ...more,
  });

export const turn = (number: number, caller: string, agent = "Very well.", at = Date.now()): HeardTurn => ({
  turn: number,
  ...{ at, caller, agent },
});

export const batch = (turns: readonly HeardTurn[], more: Partial<KeepBatch> = {}): KeepBatch => ({
  id: "b-1",
  session: "s-1",
  agent: "bank",
  entries: [],
  turns,
  ...more,
});

export const query = (more: Partial<RecallQuery> = {}): RecallQuery => ({
  kinds: ["preference", "fact", "summary", "matter"],
  about: null,
  limit: 24,
  bytes: 2_048,
  except: null,
  ...more,
});

export const forever = new AbortController().signal;
