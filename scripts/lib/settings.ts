/**
 * Which settings `npm start` gives the gateway: the developer's own from `.dev.vars`, and made-up ones for what is
 * missing. Decides whether the stream goes to AWS or to the emulator.
 */
import { parseConfig } from "../../src/base/config.ts";
import { err, ok, type Result } from "../../src/base/result.ts";

/** Credentials that the emulator knows. They open nothing anywhere else. */
export const EMULATOR_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIDEMULATOR",
  AWS_SECRET_ACCESS_KEY: "emulator-secret-key-not-for-aws",
} as const;

export type Upstream =
  | { readonly type: "emulator" }
  | { readonly type: "aws"; readonly region: string | null }
  /** A Bedrock endpoint of the developer's own: a proxy, a VPC endpoint, another emulator. */
  | { readonly type: "endpoint"; readonly url: string };

export interface Settings {
  readonly upstream: Upstream;
  readonly values: ReadonlyMap<string, string>;
}

export interface SettingsOptions {
  /** The file's name, for the mends. */
  readonly file: string;
  readonly emulatorUrl: string;
  /** Fresh random text of at least 32 characters. */
  readonly random: () => string;
}

/** The error is one line with its mend. */
export const planSettings = (
  given: ReadonlyMap<string, string>,
  options: SettingsOptions,
): Result<Settings, string> => {
  const upstream = chooseUpstream(given, options.file);
  if (!upstream.ok) return upstream;
  const values = new Map<string, string>([
    ["ENVIRONMENT", "development"],
    ["API_KEYS", options.random()],
    ["TICKET_SECRET", options.random()],
  ]);
  if (upstream.value.type === "emulator") {
    for (const [name, value] of Object.entries(EMULATOR_CREDENTIALS)) values.set(name, value);
    values.set("BEDROCK_ENDPOINT", options.emulatorUrl);
    values.set("AGENTCORE_ENDPOINT", options.emulatorUrl);
    values.set("STS_ENDPOINT", options.emulatorUrl);
  }
  for (const [name, value] of given) values.set(name, value);
  const config = parseConfig(Object.fromEntries(values));
  if (!config.ok) {
    const [issue] = config.error;
    return err(
      `${options.file}: ${issue === undefined ? "is not valid" : `${issue.setting} ${issue.problem}; right is ${issue.remedy}`}.`,
    );
  }
  return ok({ upstream: upstream.value, values });
};

const chooseUpstream = (given: ReadonlyMap<string, string>, file: string): Result<Upstream, string> => {
  const key = given.has("AWS_ACCESS_KEY_ID");
  const secret = given.has("AWS_SECRET_ACCESS_KEY");
  const endpoint = given.get("BEDROCK_ENDPOINT");
  if (key !== secret) {
    const [have, lack] = key
      ? ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
      : ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"];
    return err(`${file} has ${have} but not ${lack}: add it, or remove both to use the emulator.`);
  }
  if (!key && given.has("AWS_SESSION_TOKEN")) {
    return err(
      `${file} has AWS_SESSION_TOKEN but no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: add both, or remove it.`,
    );
  }
  if (endpoint !== undefined) {
    if (!key) {
      return err(
        `${file} has BEDROCK_ENDPOINT but no AWS credentials: add them, or remove it to use the emulator.`,
      );
    }
    return ok({ type: "endpoint", url: endpoint });
  }
  return ok(key ? { type: "aws", region: given.get("AWS_REGION") ?? null } : { type: "emulator" });
};
