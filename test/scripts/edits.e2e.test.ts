/**
 * While `npm start` runs, a builder edits: agents, tools, the console and the gateway itself. What is on the disk is
 * served, and what cannot be served is told in a line or two.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { copyProject, npmIn, type Running } from "./support/running.ts";

const directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
let running: Running;
let url = "";
let emulator = "";
let start: readonly string[] = [];

beforeAll(async () => {
  copyProject(directory);
  const [port = 0, emulatorPort = 0, h2Port = 0] = await freePorts(3);
  url = `http://localhost:${port}`;
  emulator = `http://127.0.0.1:${emulatorPort}`;
  start = [
    ...["start", "--silent", "--", "--port", String(port), "--emulator-port", String(emulatorPort)],
    ...["--emulator-h2-port", String(h2Port)],
  ];
});
afterAll(async () => {
  await running.stop();
  rmSync(directory, { recursive: true, force: true });
});

const AGENT = "agents/first.ts";
const TOOLS = "examples/bank/tools/src/index.ts";
const edit = (path: string, was: string | RegExp, is: string): void => {
  const file = join(directory, path);
  const text = readFileSync(file, "utf8");
  const changed = text.replace(was, is);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
};
const linesOf = (text: string): readonly string[] => text.trim().split("\n");
/** Asked again so often, in ms, since every question is a request; and for as long as a machine may take. */
const POLL = { interval: 250, timeout: 120_000 };
/** Edits, and settles with what is printed from then on up to `words`. */
const afterEdit = async (path: string, was: string | RegExp, is: string, words: string): Promise<string> => {
  const before = running.output.length;
  edit(path, was, is);
  await running.says(words, before);
  return running.output.slice(before);
};
/** Settles when the gateway's answer holds `words`: a tool Worker of the same sources may be reloaded before it. */
const answers = (path: string, words: string): Promise<void> =>
  expect.poll(async () => (await fetch(`${url}${path}`)).text(), POLL).toContain(words);
const session = (agent: string): Promise<Response> =>
  fetch(`${url}/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ agent }),
  });

// One stack, and each edit on top of the one before.
describe("npm start", () => {
  it("says what an agent lacks, and nothing of wrangler's, when it cannot be served at the start", async () => {
    edit(AGENT, '"tiffany"', '"tifany"');
    running = npmIn(directory, ...start);
    const { code, output } = await running.ended;
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Agent "first" cannot be served \(1 problem\):\n {2}voice: "tifany" is not a voice/,
    );
    expect(output).toContain('Did you mean "tiffany"?');
    expect(output.trim().split("\n")).toHaveLength(3);
    expect(output).toContain("npm start -- --verbose");
    edit(AGENT, '"tifany"', '"tiffany"');
  });

  it("takes up an edited agent, and tells of a binding that it lacks when somebody calls", async () => {
    running = npmIn(directory, ...start);
    await running.says("Ctrl-C");
    await afterEdit(AGENT, 'name: "first"', 'name: "second"', "Reloaded");
    await answers("/v1/agents", '"second"');
    await afterEdit(AGENT, 'binding("BANK_TOOLS"', 'binding("CRM_TOOLS"', "Reloaded");
    // Told when somebody calls the new one; the first to call may still meet the old.
    const told = "CRM_TOOLS is left out of the agent's tools: there is no binding CRM_TOOLS";
    await expect
      .poll(async () => {
        expect((await session("second")).status).toBe(201);
        return running.output;
      }, POLL)
      .toContain(told);
  });

  it("stays when an edit breaks an agent, says what is wrong, and goes on after the next edit", async () => {
    const told = await afterEdit(AGENT, '"tiffany"', '"tifany"', "It starts again when a file is changed.");
    expect(told).toContain('Agent "second" cannot be served (1 problem):\n  voice: "tifany" is not a voice');
    // A tool Worker of the same sources may be told of as reloaded meanwhile.
    expect(linesOf(told).filter((line) => !line.endsWith("Reloaded"))).toHaveLength(3);
    expect((await fetch(`${emulator}/_emulator/health`)).status).toBe(200);
    await afterEdit(AGENT, '"tifany"', '"matthew"', "Reloaded");
    await answers("/v1/agents", '"matthew"');
  });

  it("says where the gateway or a tool Worker cannot be built, and takes up the mend", async () => {
    const agent = await afterEdit(AGENT, "export const first", "export const const first", "Build failed");
    expect(agent).toMatch(/Build failed: .+ \(agents\/first\.ts:\d+\)/);
    await afterEdit(AGENT, "export const const first", "export const first", "Reloaded");
    const tools = await afterEdit(TOOLS, "get_balance: tool(", "get balance: tool(", "Build failed");
    expect(tools).toMatch(/Build failed: .+ \(examples\/bank\/tools\/src\/index\.ts:\d+\)/);
    await afterEdit(TOOLS, "get balance: tool(", "get_balance: tool(", "Reloaded");
  });

  it("takes up edits of the gateway's own code and of the console", async () => {
    await afterEdit(
      "src/base/errors.ts",
      "There is nothing at this address.",
      "Nothing is here.",
      "Reloaded",
    );
    await answers("/v1/nothing", "Nothing is here.");
    await afterEdit("console/index.html", "<title>", "<title>Edited ", "Reloaded");
    await answers("/", "<title>Edited ");
  });
});
