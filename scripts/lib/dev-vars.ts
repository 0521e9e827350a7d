/**
 * `.dev.vars`, the settings of one developer's machine: KEY=VALUE lines, `#` comments, values bare or in quotes.
 * Stricter than wrangler, which skips a malformed line silently and leaves its owner to wonder.
 */
import { nearMiss } from "../../src/agent/near-miss.ts";
import { SETTINGS } from "../../src/base/config.ts";
import { err, ok, type Result } from "../../src/base/result.ts";

export interface DevVarsFault {
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and how to mend it. Never contains a value: it may be a secret. */
  readonly mend: string;
}

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;

export interface DevVars {
  readonly values: ReadonlyMap<string, string>;
  /** Lines that set what the gateway does not know: perhaps a slip, perhaps the builder's own for a tool. */
  readonly warnings: readonly string[];
}

/** Reads the text of a `.dev.vars` file. An empty value counts as not given. */
export const parseDevVars = (text: string): Result<DevVars, DevVarsFault> => {
  const values = new Map<string, string>();
  const warnings: string[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, name, rest] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined || rest === undefined) {
      return err({ line: index + 1, mend: "is not KEY=VALUE: write one setting per line, comments after #" });
    }
    const value = parseValue(rest.trim());
    if (value === null)
      return err({ line: index + 1, mend: `opens a quote for ${name} and does not close it` });
    if (values.has(name))
      return err({ line: index + 1, mend: `sets ${name} a second time: keep one of the two` });
    if (!isSetting(name)) warnings.push(`line ${index + 1}: ${name} is no setting${meant(name)}`);
    if (value !== "") values.set(name, value);
  }
  return ok({ values, warnings });
};

const isSetting = (name: string): boolean => SETTINGS.some((known) => known === name);

const meant = (name: string): string => {
  const near = nearMiss(name, SETTINGS);
  return near === null ? "" : `; did you mean ${near}?`;
};

const parseValue = (text: string): string | null => {
  const quote = text[0];
  if (quote === '"' || quote === "'" || quote === "`") {
    const end = text.indexOf(quote, 1);
    if (end < 0) return null;
    const after = text.slice(end + 1).trim();
    return after === "" || after.startsWith("#") ? text.slice(1, end) : null;
  }
  const comment = text.search(/(^|\s)#/);
  return (comment < 0 ? text : text.slice(0, comment)).trim();
};

/**
 * Writes settings so that wrangler reads the same values back: it drops quotes, expands `$`, and reads escapes inside
 * double quotes. A value with all three kinds of quotes cannot be written; no setting has one.
 */
export const formatEnvFile = (values: ReadonlyMap<string, string>): string =>
  [...values]
    .map(([name, value]) => {
      const quote = ["'", "`", '"'].find((mark) => !value.includes(mark)) ?? "'";
      return `${name}=${quote}${value.replaceAll("$", "\\$")}${quote}\n`;
    })
    .join("");
