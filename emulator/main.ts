/**
 * `node emulator/main.ts`: the emulator as a program.
 */
import { HELP, readCommand } from "./cli.ts";
import { DEFAULTS, type EmulatorOptions, startEmulator } from "./emulator.ts";

function fail(message: string): never {
  process.stderr.write(`emulator: ${message}\n`);
  process.exit(1);
}

async function start(options: EmulatorOptions): Promise<void> {
  const emulator = await startEmulator(options).catch((error: unknown) => fail(explain(error, options)));
  process.stdout.write(
    `Nova Sonic emulator is ready: ${emulator.wsUrl} (WebSocket), ${emulator.h2Url} (HTTP/2), ${emulator.controlUrl}/health\n`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      emulator.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

function explain(error: unknown, options: EmulatorOptions): string {
  const { code, port, message } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code === "EADDRINUSE") {
    const flag = port === (options.h2Port ?? DEFAULTS.h2Port) ? "--h2-port" : "--port";
    return `port ${port} is taken: end the program that holds it, or choose another with ${flag}`;
  }
  if (code === "EACCES")
    return `port ${port} needs more rights: choose one above 1023 with --port or --h2-port`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return "this machine has no such address: see --host";
  if (code?.startsWith("ERR_OSSL"))
    return "the TLS files cannot be used: --tls-cert and --tls-key take matching PEM files";
  return message;
}

const command = readCommand(process.argv.slice(2), process.env);
if (!command.ok) fail(command.error);
if (command.value.type === "help") process.stdout.write(`${HELP}\n`);
else await start(command.value.options);
