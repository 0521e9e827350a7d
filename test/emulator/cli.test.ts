import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../emulator/auth/credentials.ts";
import { HELP, readCommand } from "../../emulator/cli.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const MAIN = path("../../emulator/main.ts");

/** Runs the emulator until it ends by itself. */
async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => {
    out += data;
  });
  child.stderr.on("data", (data) => {
    err += data;
  });
  const [code] = await once(child, "close");
  return { code, out, err };
}

describe("the command line", () => {
  test("without flags starts with the well-known credentials alone", () => {
    expect(readCommand([], {})).toEqual({
      ok: true,
      value: { type: "start", options: { credentials: [DEFAULT_CREDENTIALS] } },
    });
  });

  test("understands every flag", () => {
    const cert = path("support/loopback-cert.pem");
    const key = path("support/loopback-key.pem");
    const args = `--port 0 --h2-port 9000 --host ::1 --first-audio-ms 50 --speed 60 --region eu-north-1
      --access-key-id AKID --secret-access-key s --session-token t --tls-cert ${cert} --tls-key ${key}
      --connection-end cut --refuse-audio-while-tool-pending --no-speech-events`;
    expect(readCommand(args.split(/\s+/), {})).toEqual({
      ok: true,
      value: {
        type: "start",
        options: {
          port: 0,
          h2Port: 9000,
          host: "::1",
          firstAudioMs: 50,
          speed: 60,
          region: "eu-north-1",
          connectionEnd: "cut",
          refuseAudioWhileToolPending: true,
          speechEvents: false,
          tls: { cert: expect.stringContaining("CERTIFICATE"), key: expect.stringContaining("PRIVATE KEY") },
          credentials: [
            { accessKeyId: "AKID", secretAccessKey: "s", sessionToken: "t" },
            DEFAULT_CREDENTIALS,
          ],
        },
      },
    });
  });

  test("takes a pair of keys from the environment", () => {
    const env = { EMULATOR_ACCESS_KEY_ID: "AKIDENV", EMULATOR_SECRET_ACCESS_KEY: "secret" };
    expect(readCommand([], env)).toMatchObject({
      value: {
        options: {
          credentials: [{ accessKeyId: "AKIDENV", secretAccessKey: "secret" }, DEFAULT_CREDENTIALS],
        },
      },
    });
  });

  test("gives help that names every flag", () => {
    expect(readCommand(["--help"], {})).toEqual({ ok: true, value: { type: "help" } });
    const flags = [
      "port",
      "h2-port",
      "host",
      "scenario",
      "first-audio-ms",
      "speed",
      "region",
      "access-key-id",
    ];
    flags.push("secret-access-key", "session-token", "tls-cert", "tls-key", "connection-end");
    flags.push("refuse-audio-while-tool-pending", "no-speech-events");
    for (const flag of flags) expect(HELP).toContain(`--${flag}`);
  });

  test.each([
    [["--prot", "1"], {}, /--prot.*--help/],
    [["--port", "70000"], {}, /--port takes a whole number from 0 to 65535, not "70000"/],
    [["--port", "1e3"], {}, /--port takes/],
    [["--port"], {}, /--port.*--help/],
    [["--speed", "0"], {}, /--speed takes a number from 0.1 to 1000/],
    [["--first-audio-ms", "-5"], {}, /--first-audio-ms/],
    [["--connection-end", "bang"], {}, /--connection-end takes modelTimeoutException,/],
    [["--scenario", "/no/such/file"], {}, /--scenario: the file \/no\/such\/file cannot be read \(ENOENT\)/],
    [["--scenario", path("../../tsconfig.node.json")], {}, /--scenario .*tsconfig\.node\.json: /],
    [["--tls-cert", "x"], {}, /--tls-cert and --tls-key go together/],
    [["--access-key-id", "x"], {}, /--access-key-id and --secret-access-key go together/],
    [
      [],
      { EMULATOR_ACCESS_KEY_ID: "x" },
      /EMULATOR_ACCESS_KEY_ID and EMULATOR_SECRET_ACCESS_KEY go together/,
    ],
    [["stray"], {}, /stray.*--help/],
  ])("answers %j with one line that says what to do", (args, env, message) => {
    const read = readCommand(args, env);
    expect(read).toEqual({ ok: false, error: expect.stringMatching(message) });
    expect(read.ok ? "" : read.error).not.toContain("\n");
  });
});

// Starting whole processes takes its time on a busy machine.
describe("the program", { timeout: 120_000 }, () => {
  test("says what is wrong in one line, and fails", async () => {
    expect(await run("--prot", "1")).toEqual({
      code: 1,
      out: "",
      err: expect.stringMatching(/^emulator: .*--prot.*--help\n$/),
    });
  });

  test("says which port is taken, and which flag mends it", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const address = holder.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, err } = await run("--port", "0", "--h2-port", port);
    holder.close();
    expect(err).toBe(
      `emulator: port ${port} is taken: end the program that holds it, or choose another with --h2-port\n`,
    );
    expect(code).toBe(1);
  });

  test("says when it is ready, and ends when it is told to", async () => {
    const child = spawn(process.execPath, [MAIN, "--port", "0", "--h2-port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(child.stdout, "data");
    const urls =
      /ready: (ws:\S+) \(WebSocket\), (http:\S+) \(HTTP\/2\), (http:\S+\/_emulator\/health)\n$/.exec(
        String(line),
      );
    const health = await fetch(urls?.[3] ?? "");
    expect(await health.json()).toMatchObject({ status: "ok" });
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
  });
});
