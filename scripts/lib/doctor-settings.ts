/**
 * Whose credentials the doctor uses: the settings file's, else the environment's, never a mixture of both; or the
 * emulator's own.
 */
import { err, ok, type Result } from "../../src/base/result.ts";
import { EMULATOR_CREDENTIALS, planSettings } from "./settings.ts";

const NAMES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_ROLE_ARN",
  "AWS_ROLE_EXTERNAL_ID",
  "STS_ENDPOINT",
  "AWS_REGION",
  "BEDROCK_ENDPOINT",
] as const;

export interface DoctorSettings {
  /** What the Worker is given. */
  readonly values: ReadonlyMap<string, string>;
  /** Where the credentials come from, in words. */
  readonly source: string;
}

/** The error is one line with its mend. */
export const doctorSettings = (
  file: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
  { settingsFile, emulator }: { readonly settingsFile: string; readonly emulator: string | null },
): Result<DoctorSettings, string> => {
  if (emulator !== null) {
    return complete(
      new Map(Object.entries({ ...EMULATOR_CREDENTIALS, BEDROCK_ENDPOINT: emulator })),
      "the emulator",
    );
  }
  const inFile = pick((name) => file.get(name));
  const inEnvironment = pick((name) => env[name]);
  if (hasCredentials(inFile)) return complete(inFile, settingsFile);
  if (hasCredentials(inEnvironment)) return complete(inEnvironment, "the environment");
  return err(
    `There are no AWS credentials: put AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY into ${settingsFile} or the environment (npm run doctor -- --emulator tries the emulator).`,
  );
};

const hasCredentials = (values: ReadonlyMap<string, string>): boolean =>
  values.has("AWS_ACCESS_KEY_ID") || values.has("AWS_SECRET_ACCESS_KEY");

const pick = (read: (name: string) => string | undefined): ReadonlyMap<string, string> =>
  new Map(
    NAMES.flatMap((name) => {
      const value = read(name)?.trim() ?? "";
      return value === "" ? [] : [[name, value] as const];
    }),
  );

/** Checks the whole as the gateway will; what only the gateway needs is made up. */
const complete = (given: ReadonlyMap<string, string>, source: string): Result<DoctorSettings, string> => {
  const plan = planSettings(given, {
    file: source,
    emulatorUrl: "",
    random: () => "made-up-because-the-doctor-opens-no-sessions",
  });
  return plan.ok ? ok({ values: plan.value.values, source }) : plan;
};
