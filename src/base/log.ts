/**
 * One line of JSON per event, for Workers Logs and for people. Everything is redacted on its way out.
 */
import { redact } from "./redact.ts";

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: "info" | "warn" | "error", event: string, fields?: LogFields) => void;

/** `secrets` are values that must never appear, wherever they come from. */
export const jsonLog =
  (secrets: readonly string[] = []): Log =>
  (level, event, fields = {}) => {
    const clean = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === "string" ? redact(value, secrets) : value,
      ]),
    );
    console[level](JSON.stringify({ event, ...clean }));
  };
