/**
 * The settings of this deployment, read once for each `env`: an isolate serves many requests with the same one.
 */
import { type ConfigIssue, type GatewayConfig, parseConfig } from "../base/config.ts";
import type { Result } from "../base/result.ts";

export type Settings = Result<GatewayConfig, readonly ConfigIssue[]>;

const known = new WeakMap<object, Settings>();

export const settingsOf = (env: object): Settings => {
  const before = known.get(env);
  if (before !== undefined) return before;
  const settings = parseConfig(env);
  known.set(env, settings);
  return settings;
};
