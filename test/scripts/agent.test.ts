/**
 * `npm run agent`, run: what a builder sees of an agent before it is served, and of mistakes.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseAgentArguments } from "../../scripts/lib/agent-arguments.ts";
import { agentsIn } from "../../scripts/lib/agent-file.ts";

const root = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "antiphon-agent-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["scripts/agent.ts", ...args], { cwd: root, encoding: "utf8" });

/** The path of a file with that text. */
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const typeScript = (text: string): string => `import { defineAgent } from "${root}src/index.ts";\n${text}\n`;

const bank = `import { defineAgent } from "${root}src/index.ts";
import { bank } from "${root}test/agent/support/bank.ts";
export const whole = defineAgent(bank);
export const agents = [whole];
export const version = 3;
`;

const hosted = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/desk-Ab12/runtime-endpoint/prod";
const document = {
  name: "desk",
  prompt: "You help.",
  tools: [
    {
      type: "mcp",
      name: "gate",
      url: { setting: "GATE" },
      auth: { sigv4: {} },
      only: ["pay"],
      tells: ["customer"],
    },
    { type: "binding", binding: "A" },
    { type: "binding", binding: "B" },
    {
      type: "sub_agent",
      name: "lender",
      description: "x",
      agent: {
        kind: "bedrock",
        prompt: "x",
        tools: [{ type: "binding", binding: "RATES", only: ["check"] }],
      },
    },
    { type: "sub_agent", name: "files", description: "x", agent: { kind: "agent_core", runtimeArn: hosted } },
    {
      type: "sub_agent",
      name: "insurer",
      description: "x",
      agent: { kind: "a2a", url: "https://a2a.example", auth: { bearer: { setting: "TOKEN" } } },
    },
    { type: "client", name: "show", description: "x", input: { type: "object" } },
  ],
  facts: {
    customer: { secret: true, setBy: ["anything"] },
    checked: { setBy: ["check"] },
    auth_token: { setBy: ["pay"] },
  },
  segments: {
    front: {
      purpose: "A purpose that says so much of what it is for that it cannot stand in a single line of a box",
      tools: ["pay", "lender", "files", "insurer", "show", "anything"],
      goesTo: ["back"],
    },
    back: {
      model: hosted,
      goesTo: [
        { to: "front", by: [] },
        { to: "last", when: { checked: "yes" } },
      ],
      carries: "nothing",
    },
    last: {},
    island: { goesTo: ["last"] },
  },
};

describe("npm run agent -- check", () => {
  it("draws what leads where, by whom and when", () => {
    const { status, stdout } = run("check", file("bank.ts", bank));
    expect(status).toBe(0);
    expect(stdout).toContain(
      [
        "sign_in                 a session begins here",
        "└─▶ banking             by itself once verified",
        "    ├─▶ mortgage        the model or the client asks",
        "    │   ├─▶ banking ↑   the model or the client asks",
        "    │   └─▶ banking ↑   after 10 min, 20 turns or 50 000 tokens",
        "    └─▶ sign_in ↑       the client asks",
      ].join("\n"),
    );
    // Exported twice, it is shown once; what is no agent is passed over.
    expect(stdout.match(/^bank: /gm)).toHaveLength(1);
    expect(stdout).not.toContain("warning");
  });

  it("says of each segment what it may use and who answers, and of each its boundaries", () => {
    const { stdout } = run("check", file("bank.ts", bank));
    expect(stdout).toMatch(/┌─ banking ─+ voice tiffany ─┐/);
    expect(stdout).toMatch(/│ get_balance {2}binding BANK_TOOLS; fetched ahead once verified +│/);
    expect(stdout).toMatch(/│ verify_identity {2}binding BANK_TOOLS; sets verified and customer +│/);
    expect(stdout).toMatch(/│ mortgage_advisor {2}sub-agent, binding MORTGAGES +│/);
    const sheet = stdout.slice(stdout.indexOf("Boundaries of segments")).replaceAll(/\s+/g, " ");
    for (const line of [
      "sign_in scope Finds out who is calling duration no limit of its own; a session ends after 60 min",
      "memory sees verified; the talk of mortgage (the last 2 turns); writes no facts; hands on what was said",
      "permissions only once verified; get_balance and transfer",
      "duration 10 min, 20 turns or 50 000 tokens, then banking",
      "verify_identity runs in another Worker, behind binding BANK_TOOLS",
      "may know who is calling, the session, verified, customer (secret) may set verified and customer",
      "show_card runs in the caller's browser, app or carrier",
      "used in no segment lists it may know its arguments only may set no facts",
    ])
      expect(sheet).toContain(line);
  });

  it("reads a JSON document, and tells what hurts within 100 columns", () => {
    const { status, stdout } = run("check", file("desk.json", JSON.stringify(document)));
    expect(status).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
    const text = stdout.replaceAll(/\s+/g, " ");
    for (const part of [
      "island only an operator leads here",
      "front ↑ a tool says so",
      "by itself once checked is yes",
      "anything binding A or binding B",
      "3 warnings",
      'no way leads from "front" to "island"',
      '"last" cannot be left',
      '"auth_token" sounds like a secret',
      "MCP server gate, at the setting GATE isolated by the network, signed with SigV4",
      "may know its arguments, customer (secret)",
      "with tools of binding RATES",
      "may set checked (by its check)",
      "isolated by a microVM for each session",
      "isolated by the network, by the token in TOKEN",
    ])
      expect(text).toContain(part);
  });

  it("says who reads long talks, where somebody does", () => {
    const summaries = { model: "amazon.nova-lite-v1:0", region: "eu-west-1" };
    const { stdout } = run("check", file("long.json", JSON.stringify({ ...document, summaries })));
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "long talks are read by amazon.nova-lite-v1:0 in eu-west-1",
    );
    expect(run("check", file("desk.json", JSON.stringify(document))).stdout).not.toContain("long talks");
  });

  it("makes a page of it", () => {
    const { stdout } = run("check", file("desk.json", JSON.stringify(document)), "--markdown");
    expect(stdout).toMatch(/^# desk\n/);
    expect(stdout).toContain("```text\nfront");
    expect(stdout).toContain(
      "|  | scope | duration | memory | permissions |\n| --- | --- | --- | --- | --- |",
    );
    expect(stdout).toContain("| `customer` |  | tools only | `anything` |");
    expect(stdout).toContain("- `segments.island`: no way leads");
    const tables = stdout.split("\n").filter((line) => line.startsWith("| `"));
    expect(tables.length).toBeGreaterThan(10);
  });

  it("shows the agents that the gateway serves", () => {
    const { status, stdout } = run("check", "agents/index.ts");
    expect(status).toBe(0);
    expect(stdout).toContain("get_mortgage_rates  binding BANK_TOOLS");
  });
});

describe("npm run agent refuses, with words that help,", () => {
  const wrong = typeScript(
    'export const a = defineAgent({ name: "a", prompt: "x", segments: { one: { goesTo: ["baking"] }, banking: {} } } as never);',
  );
  it.each<[string, () => string, string]>([
    [
      "an agent with mistakes",
      () => file("wrong.ts", wrong),
      'Agent "a" cannot be served (1 problem):\n  segments.one.goesTo[0]: there is no segment "baking". Did you mean "banking"?\n',
    ],
    ["code that cannot be read", () => file("broken.ts", "export const = 1;"), "broken.ts cannot be read: "],
    [
      "code that throws",
      () => file("throws.ts", 'throw new Error("no such luck");'),
      "cannot be read: no such luck",
    ],
    ["an import that leads nowhere", () => file("lost.ts", 'import "./nowhere.ts";'), "Cannot find module"],
    [
      "a file without agents",
      () => file("empty.ts", "export const a = 1;"),
      "empty.ts exports no agent: export what",
    ],
    ["a file that is not there", () => "agents/none.ts", "There is no file agents/none.ts."],
  ])("%s", (_, make, words) => {
    const { status, stdout, stderr } = run("check", make());
    expect(stderr).toContain(words);
    expect(stderr).not.toContain("    at ");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });

  it.each<[string, () => string, string]>([
    [
      "a document with mistakes",
      () => file("wrong.json", '{"name":"a","prompt":"x","tools":[{"type":"function"}]}'),
      "tools[0].type: a function cannot be written in JSON",
    ],
    [
      "a document that is none",
      () => file("broken.json", '{\n  "name": "a",\n  "prompt" "x"\n}'),
      'broken.json:3:12 is not JSON: here must be ":" and a value.',
    ],
    [
      "a folder",
      () => `${folder}/`,
      `${folder}/ is a folder: name a file in it, such as ${folder}/index.ts.`,
    ],
    [
      "a file of another kind",
      () => file("a.md", "# a"),
      "a.md is neither TypeScript (.ts) nor JSON (.json).",
    ],
  ])("%s", async (_, make, words) => {
    expect(await agentsIn(make())).toEqual({ ok: false, error: expect.stringContaining(words) });
  });

  it("a call that is wrong, in a line", () => {
    const { status, stderr } = run("chekc");
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'There is no command "chekc": choose check or schema (npm run agent -- --help says more)\n',
    });
  });

  it.each<[string, readonly string[], string]>([
    ["nothing", [], "Choose check or schema"],
    ["no file", ["check"], "Which file?"],
    ["two files", ["check", "a.ts", "b.ts"], "One file at a time"],
    ["an option nobody knows", ["check", "a.ts", "--html"], "--html"],
    ["a schema in Markdown", ["schema", "--markdown"], "schema takes a file and nothing more"],
  ])("and so of %s", (_, args, words) => {
    expect(parseAgentArguments(args)).toEqual({ ok: false, error: expect.stringContaining(words) });
  });
});

describe("npm run agent", () => {
  it("says what it can do", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("check <file> [--markdown]");
  });

  it("writes the schema for editors, which is the one in the project", () => {
    const path = join(folder, "agent.schema.json");
    const { status, stdout } = run("schema", path);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(`Wrote ${path}.`) });
    expect(readFileSync(path, "utf8")).toBe(readFileSync(join(root, "agents/agent.schema.json"), "utf8"));
    expect(run("schema", join(folder, "no/such/folder.json"))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("cannot be written"),
    });
  });
});
