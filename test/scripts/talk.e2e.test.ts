/**
 * A recorded question goes in through `npm run talk`; the conversation is printed and the spoken answer is written.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { readWav, writeWav } from "../../scripts/wav.ts";
import { noSettings, npm, type Running } from "./support/running.ts";

const directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
const has = (command: string): boolean => spawnSync(command, ["--version"]).error === undefined;

let stack: Running;
let url = "";
let emulator = "";

beforeAll(async () => {
  const [port = 0, emulatorPort = 0, h2Port = 0] = await freePorts(3);
  url = `http://localhost:${port}`;
  emulator = `http://127.0.0.1:${emulatorPort}`;
  stack = npm(
    ...["start", "--silent", "--", "--port", String(port), "--emulator-port", String(emulatorPort)],
    ...["--emulator-h2-port", String(h2Port), "--settings", noSettings(directory), "--state", directory],
  );
  await stack.says("Ctrl-C");
  await hears("What is the balance of my savings account?");
});
afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The last of two limits counts; this one is for a machine that is busy with much else. */
const talk = (...args: string[]) =>
  npm("run", "--silent", "talk", "--", "--url", url, "--limit", "150", ...args).ended;

/** Settles what the emulator hears in the recordings to come. */
async function hears(...heard: string[]): Promise<void> {
  const body = JSON.stringify({ name: "a question", heard, turns: [] });
  const response = await fetch(`${emulator}/_emulator/scenario`, { method: "POST", body });
  expect(response.ok, await response.text()).toBe(true);
}

// At the pace of speech, and independent of each other: side by side they take as long as the longest.
describe.concurrent("npm run talk", () => {
  it("asks in writing, and writes the spoken answer that needed the tool", async () => {
    const out = join(directory, "typed.wav");
    const { code, output } = await talk("--text", "What is the balance of my savings account?", "--out", out);
    expect(code, output).toBe(0);
    expect(output).toMatch(/caller\s+What is the balance of my savings account\?/);
    expect(output).toMatch(/tool\s+get_balance \{"account":"savings"\}/);
    expect(output).toMatch(/tool\s+get_balance answered in/);
    expect(output).toMatch(/agent\s+.*9,?420/);
    expect(output).toMatch(/timing\s+turn 2: first audio [\d.]+ m?s/);
    expect(output).toMatch(/usage\s+\d+ tokens in, \d+ out, \$0\.\d+/);
    const wav = readWav(readFileSync(out), out);
    expect(wav).toMatchObject({ ok: true, value: { rate: 24000 } });
  });

  it("asks one question after the other, each when the one before is answered, in one session", async () => {
    const { code, output } = await talk(
      ...["--text", "What is the balance of my savings account?"],
      ...["--text", "What is the balance of my checking account?"],
    );
    expect(code, output).toBe(0);
    expect(output).toMatch(
      /you .*savings.*caller .*savings.*agent .*9,?420.*you .*checking.*caller .*checking.*agent .*1,?284/s,
    );
  });

  it.skipIf(!has("espeak-ng") || !has("sox"))(
    "asks aloud with a recording, and the answer is speech of the right rate and length (needs espeak-ng and sox)",
    async () => {
      const [raw, question, out] = ["raw", "question", "answer"].map((name) =>
        join(directory, `${name}.wav`),
      );
      execFileSync("espeak-ng", ["-w", raw ?? "", "What is the balance of my savings account?"]);
      execFileSync("sox", [raw ?? "", "-r", "16000", "-c", "1", "-b", "16", question ?? ""]);
      const { code, output } = await talk(question ?? "", "--rate", "8000", "--out", out ?? "");
      expect(code, output).toBe(0);
      expect(output).toMatch(/you\s+speak for \d/);
      expect(output).toMatch(/caller\s+What is the balance of my savings account\?/);
      expect(output).toMatch(/tool\s+get_balance \{"account":"savings"\}/);
      expect(output).toMatch(/agent\s+.*9,?420/);
      const rate = execFileSync("soxi", ["-r", out ?? ""], { encoding: "utf8" }).trim();
      const seconds = Number(execFileSync("soxi", ["-D", out ?? ""], { encoding: "utf8" }));
      const { stderr } = spawnSync("sox", [out ?? "", "-n", "stat"], { encoding: "utf8" });
      expect(rate).toBe("8000");
      expect(seconds).toBeGreaterThan(1);
      expect(seconds).toBeLessThan(15);
      expect(Number(/RMS\s+amplitude:\s+([\d.]+)/.exec(stderr)?.[1])).toBeGreaterThan(0.01);
    },
  );

  it("gives up after its time limit when no answer comes, and says what it waited for", async () => {
    const silence = join(directory, "silence.wav");
    writeFileSync(silence, writeWav({ rate: 16000, pcm: new Uint8Array(3200) }));
    const { code, output } = await talk(silence, "--limit", "20");
    expect(code).toBe(1);
    expect(output).toContain("never said what it understood of the question");
  });

  it.each([
    ["a file that is not there", ["nothing.wav"], "There is no file nothing.wav."],
    ["no question at all", [], "Give either a WAV file or --text"],
    [
      "an unknown agent",
      ["--text", "hello", "--agent", "nobody"],
      'no agent "nobody": choose from first, bank, ',
    ],
    ["a caller that is none", ["--text", "hello", "--caller", "c".repeat(5000)], "answers 400"],
    ["a gateway that is not there", ["--text", "hello", "--url", "http://127.0.0.1:9"], "npm start"],
  ])("names %s in one line", async (_, args, words) => {
    const { code, output } = await talk(...args);
    expect(code).toBe(1);
    expect(output).toContain(words);
    expect(output.trim().split("\n")).toHaveLength(1);
  });
});
