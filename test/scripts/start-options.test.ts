/**
 * How `npm start` is told which ports to use.
 */
import { describe, expect, it } from "vitest";
import { parseStartOptions } from "../../scripts/lib/start-options.ts";

describe("the options of npm start", () => {
  it("are the documented ports when nothing is said", () => {
    expect(parseStartOptions([], {})).toMatchObject({
      value: {
        port: 8787,
        emulatorPort: 8790,
        emulatorH2Port: 8791,
        settingsFile: { name: ".dev.vars", given: false },
        verbose: false,
      },
    });
  });

  it("come from the environment, and from the command line before it", () => {
    const env = { PORT: "1000", EMULATOR_PORT: "2000" };
    expect(parseStartOptions(["--port", "3000"], env)).toMatchObject({
      value: { port: 3000, emulatorPort: 2000 },
    });
  });

  it.each([
    ["a port that is no number", ["--port", "web"], "--port web is not a port"],
    ["a port out of range", ["--port", "65536"], "--port 65536 is not a port"],
    ["port 0", ["--emulator-port", "0"], "--emulator-port 0 is not a port"],
    ["the same port twice", ["--port", "8790"], "Port 8790 is asked for twice"],
    ["an unknown option", ["--prot", "8787"], "--help"],
  ])("refuse %s in one line", (_, args, words) => {
    const result = parseStartOptions(args, {});
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) });
    expect(!result.ok && result.error).not.toContain("\n");
  });
});
