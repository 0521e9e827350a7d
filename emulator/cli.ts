/**
 * Reads the emulator's command line and settings. Every mistake gets one line that says what to do.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Credentials, DEFAULT_CREDENTIALS } from "./auth/credentials.ts";
import { DEFAULTS, type EmulatorOptions } from "./emulator.ts";
import { CONNECTION_ENDS, type ConnectionEnd } from "./engine/stream.ts";
import { err, ok, type Result } from "./result.ts";
import { parseScenario } from "./scenarios/scenario.ts";
import { DEFAULT_BEARER_TOKEN } from "./services/authenticate.ts";

export const HELP = `Nova Sonic on your machine.

  node emulator/main.ts [flags]

  --port N               WebSocket door and control endpoint (default ${DEFAULTS.port}; 0: any free one)
  --h2-port N            HTTP/2 door (default ${DEFAULTS.h2Port}; 0: any free one)
  --host ADDRESS         where to listen (default ${DEFAULTS.host}; the control endpoint has no lock)
  --scenario FILE        what is heard and answered; without one the emulator answers by rules
  --first-audio-ms N     from the caller's last word to the first audio (default ${DEFAULTS.firstAudioMs})
  --speed N              time runs N times as fast, 0.1 to 1000 (default 1)
  --region NAME          serve this region only (default: every region that has the model)
  --access-key-id ID     with --secret-access-key: credentials to accept, beside the ones below
  --secret-access-key S
  --session-token T      with the two above: the token that must come with them
  --bearer-token T       accepted by the services that take one, beside the one below
  --tls-cert FILE        with --tls-key: both doors speak TLS (PEM files)
  --tls-key FILE
  --connection-end HOW   how a stream ends after 8 minutes: ${CONNECTION_ENDS.join(" | ")}
                         (default ${DEFAULTS.connectionEnd}; what AWS does is not documented)
  --refuse-audio-while-tool-pending
                         as was reported once for Nova 2.5, against AWS's guide
  --no-speech-events     leave out userSpeechStart and userSpeechEnd, which AWS does not document
  --help

Credentials accepted: ${DEFAULT_CREDENTIALS.accessKeyId} / ${DEFAULT_CREDENTIALS.secretAccessKey}, and the pair in
EMULATOR_ACCESS_KEY_ID / EMULATOR_SECRET_ACCESS_KEY (EMULATOR_SESSION_TOKEN) when it is set.
Bearer token accepted: ${DEFAULT_BEARER_TOKEN}`;

export type Command =
  | { readonly type: "help" }
  | { readonly type: "start"; readonly options: EmulatorOptions };

const FLAGS = {
  port: { type: "string" },
  "h2-port": { type: "string" },
  host: { type: "string" },
  scenario: { type: "string" },
  "first-audio-ms": { type: "string" },
  speed: { type: "string" },
  region: { type: "string" },
  "access-key-id": { type: "string" },
  "secret-access-key": { type: "string" },
  "session-token": { type: "string" },
  "bearer-token": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "connection-end": { type: "string" },
  "refuse-audio-while-tool-pending": { type: "boolean" },
  "no-speech-events": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Env = Readonly<Record<string, string | undefined>>;

/** A mistake in the flags or settings, in one line. */
class Mistake extends Error {}

export function readCommand(args: readonly string[], env: Env): Result<Command, string> {
  try {
    return ok(read(args, env));
  } catch (error) {
    if (error instanceof Mistake) return err(error.message);
    // parseArgs tells what is wrong in its first sentence; the rest speaks to programmers.
    if (isParseError(error)) return err(`${error.message.split(/\.\s/)[0]}. See --help`);
    throw error;
  }
}

function read(args: readonly string[], env: Env): Command {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false });
  if (values.help) return { type: "help" };
  const tls = bothOrNone(values["tls-cert"], values["tls-key"], "--tls-cert", "--tls-key");
  const own = bothOrNone(
    values["access-key-id"],
    values["secret-access-key"],
    "--access-key-id",
    "--secret-access-key",
  );
  const fromEnv = bothOrNone(
    env.EMULATOR_ACCESS_KEY_ID,
    env.EMULATOR_SECRET_ACCESS_KEY,
    "EMULATOR_ACCESS_KEY_ID",
    "EMULATOR_SECRET_ACCESS_KEY",
  );
  return {
    type: "start",
    options: {
      ...optional("port", wholeNumber("--port", values.port, 0, 65_535)),
      ...optional("h2Port", wholeNumber("--h2-port", values["h2-port"], 0, 65_535)),
      ...optional("host", values.host),
      ...optional("firstAudioMs", wholeNumber("--first-audio-ms", values["first-audio-ms"], 0, 60_000)),
      ...optional("speed", speedOf(values.speed)),
      ...optional("region", values.region),
      ...optional("connectionEnd", connectionEnd(values["connection-end"])),
      ...optional("scenario", values.scenario === undefined ? undefined : readScenario(values.scenario)),
      ...(values["refuse-audio-while-tool-pending"] ? { refuseAudioWhileToolPending: true } : {}),
      ...(values["no-speech-events"] ? { speechEvents: false } : {}),
      ...(tls === undefined
        ? {}
        : { tls: { cert: readText(tls[0], "--tls-cert"), key: readText(tls[1], "--tls-key") } }),
      credentials: [
        ...(own === undefined ? [] : [credentials(own, values["session-token"])]),
        ...(fromEnv === undefined ? [] : [credentials(fromEnv, env.EMULATOR_SESSION_TOKEN)]),
        DEFAULT_CREDENTIALS,
      ],
      ...(values["bearer-token"] ? { bearerTokens: [values["bearer-token"], DEFAULT_BEARER_TOKEN] } : {}),
    },
  };
}

function wholeNumber(
  flag: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Mistake(`${flag} takes a whole number from ${least} to ${most}, not "${text}"`);
  }
  return value;
}

function speedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0.1 && value <= 1000)) {
    throw new Mistake(`--speed takes a number from 0.1 to 1000, not "${text}"`);
  }
  return value;
}

function connectionEnd(text: string | undefined): ConnectionEnd | undefined {
  if (text === undefined) return undefined;
  const known = CONNECTION_ENDS.find((end) => end === text);
  if (known === undefined)
    throw new Mistake(`--connection-end takes ${CONNECTION_ENDS.join(", ")}, not "${text}"`);
  return known;
}

function readScenario(file: string) {
  const parsed = parseScenario(readText(file, "--scenario"));
  if (!parsed.ok) throw new Mistake(`--scenario ${file}: ${parsed.error.replaceAll("\n", "; ")}`);
  return parsed.value;
}

function readText(file: string, flag: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    throw new Mistake(`${flag}: the file ${file} cannot be read (${code})`);
  }
}

function credentials(
  [accessKeyId, secretAccessKey]: readonly [string, string],
  token: string | undefined,
): Credentials {
  return { accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) };
}

function bothOrNone(
  first: string | undefined,
  second: string | undefined,
  firstName: string,
  secondName: string,
): readonly [string, string] | undefined {
  if (!first && !second) return undefined;
  if (!first || !second) throw new Mistake(`${firstName} and ${secondName} go together: give both, or none`);
  return [first, second];
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

function isParseError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
