/**
 * What `npm start` can be told, on the command line or in the environment. The command line wins.
 */
import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../src/base/result.ts";
import { parsePort } from "./ports.ts";
import { type SettingsFile, USUAL_SETTINGS_FILE } from "./settings-file.ts";

export const START_HELP = `npm start [-- options]: the gateway, its tool Workers and the emulator on this machine.

  --port <n>               the gateway and its console          (PORT, default 8787)
  --emulator-port <n>      the emulator's WebSocket and control (EMULATOR_PORT, default 8790)
  --emulator-h2-port <n>   the emulator's HTTP/2 door           (EMULATOR_H2_PORT, default 8791)
  --settings <file>        read settings from here              (SETTINGS_FILE, default .dev.vars)
  --state <directory>      where Durable Objects keep their data (STATE_DIR, default .wrangler/state)
  --verbose                show what the parts write
  --help                   this`;

export interface StartOptions {
  readonly port: number;
  readonly emulatorPort: number;
  readonly emulatorH2Port: number;
  readonly settingsFile: SettingsFile;
  readonly state: string | null;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** The error is one line with its mend. */
export const parseStartOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<StartOptions, string> => {
  const parsed = readFlags(args);
  if (!parsed.ok) return parsed;
  const flags = parsed.value;
  const ports = {
    port: flags.port ?? env.PORT ?? "8787",
    "emulator-port": flags["emulator-port"] ?? env.EMULATOR_PORT ?? "8790",
    "emulator-h2-port": flags["emulator-h2-port"] ?? env.EMULATOR_H2_PORT ?? "8791",
  };
  const numbers: number[] = [];
  for (const [name, text] of Object.entries(ports)) {
    const port = parsePort(text);
    if (port === null) return err(`--${name} ${text} is not a port: give a number from 1 to 65535.`);
    if (numbers.includes(port))
      return err(`Port ${port} is asked for twice: give every part a port of its own.`);
    numbers.push(port);
  }
  const [port = 0, emulatorPort = 0, emulatorH2Port = 0] = numbers;
  const settings = flags.settings ?? env.SETTINGS_FILE;
  return ok({
    port,
    emulatorPort,
    emulatorH2Port,
    settingsFile: { name: settings ?? USUAL_SETTINGS_FILE, given: settings !== undefined },
    state: flags.state ?? env.STATE_DIR ?? null,
    verbose: flags.verbose ?? false,
    help: flags.help ?? false,
  });
};

const readFlags = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        "emulator-port": { type: "string" },
        "emulator-h2-port": { type: "string" },
        settings: { type: "string" },
        state: { type: "string" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return ok(values);
  } catch (error) {
    return err(
      `${error instanceof Error ? error.message : String(error)} (npm start -- --help lists the options)`,
    );
  }
};
