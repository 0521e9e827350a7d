/**
 * How far a session is that has not said a word yet.
 */
import { NO_TOKENS } from "../conversation/usage-meter.ts";
import type { Progress } from "./session-store.ts";

export const NO_PROGRESS: Progress = {
  turns: 0,
  streams: 0,
  tokens: NO_TOKENS,
  cost: { model: 0, platform: 0, total: 0 },
};
