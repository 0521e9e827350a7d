/**
 * Reads the settings file of a command. The usual one may be missing; one that was asked for may not.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { err, ok, type Result } from "../../src/base/result.ts";
import { type DevVars, parseDevVars } from "./dev-vars.ts";

export const USUAL_SETTINGS_FILE = ".dev.vars";

export interface SettingsFile {
  /** As the builder wrote it; relative to the project's top. */
  readonly name: string;
  /** Whether the builder named it. */
  readonly given: boolean;
}

/** The error is one line with its mend; the warnings name the file. */
export const readSettingsFile = ({ name, given }: SettingsFile, root: string): Result<DevVars, string> => {
  const path = resolve(root, name);
  if (given && !existsSync(path)) {
    return err(
      `There is no settings file ${name}: correct its name, or leave it out for ${USUAL_SETTINGS_FILE}.`,
    );
  }
  const read = parseDevVars(existsSync(path) ? readFileSync(path, "utf8") : "");
  if (!read.ok) return err(`${name} line ${read.error.line} ${read.error.mend}.`);
  return ok({
    values: read.value.values,
    warnings: read.value.warnings.map((warning) => `${name} ${warning}`),
  });
};
