/**
 * Names of Workers that would leave `npm start` waiting in silence.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkWorkerNames, inOrderOfBindings } from "../../scripts/lib/worker-names.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "antiphon-test-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const GATEWAY = 'name = "antiphon"\n[[services]]\nbinding = "BANK_TOOLS"\nservice = "bank-tools"\n';

const project = (gateway: string, workers: Readonly<Record<string, string>>) => {
  writeFileSync(join(root, "wrangler.toml"), gateway);
  for (const [folder, toml] of Object.entries(workers)) {
    mkdirSync(join(root, "examples", folder), { recursive: true });
    writeFileSync(join(root, "examples", folder, "wrangler.toml"), toml);
  }
  return checkWorkerNames(root);
};

describe("the names of Workers", () => {
  it("are good when each is its own and every binding finds one", () => {
    expect(project(GATEWAY, { bank: 'name = "bank-tools"\n' })).toEqual({ refused: null, warnings: [] });
  });

  it("are those of this project", () => {
    const here = new URL("../..", import.meta.url).pathname;
    expect(checkWorkerNames(here)).toEqual({ refused: null, warnings: [] });
  });

  it("are refused, with both files, when a folder was copied and its name was not changed", () => {
    const toml = '# The bank\nname = "bank-tools" # mine\n';
    expect(project(GATEWAY, { bank: toml, copied: toml }).refused).toBe(
      'examples/bank/wrangler.toml and examples/copied/wrangler.toml both name their Worker "bank-tools": give each folder a name of its own.',
    );
  });

  it("are refused when a tool Worker has the gateway's", () => {
    expect(project(GATEWAY, { bank: "name = 'antiphon'\n" }).refused).toContain(
      "wrangler.toml and examples/bank/wrangler.toml",
    );
  });

  it.each([
    ["empty", 'name = ""\n'],
    ["missing", 'main = "src/index.ts"\n[env.staging]\nname = "other"\n'],
  ])("are refused when one is %s", (_, toml) => {
    expect(project(GATEWAY, { bank: toml }).refused).toContain(
      "examples/bank/wrangler.toml gives its Worker no name",
    );
  });
});

describe("a binding to a Worker that is not here", () => {
  it("is warned about, with the name that was meant", () => {
    const { refused, warnings } = project(GATEWAY, { bank: 'name = "bank-toolz"\n' });
    expect(refused).toBeNull();
    expect(warnings).toEqual([
      'wrangler.toml binds BANK_TOOLS to "bank-tools", but no folder of examples/ has a Worker of that name. Did you mean "bank-toolz"?',
    ]);
  });

  it("may be deployed elsewhere", () => {
    const inline = 'name = "antiphon"\nservices = [\n  { binding = "CRM", service = "crm" },\n]\n';
    expect(project(inline, {}).warnings).toEqual([
      'wrangler.toml binds CRM to "crm", but no folder of examples/ has a Worker of that name. It is found only if it is deployed elsewhere.',
    ]);
  });
});

describe("the order in which Workers are deployed", () => {
  const bound = (name: string, service: string) =>
    `name = "${name}"\n[[services]]\nbinding = "OTHER"\nservice = "${service}"\n`;
  const order = () => inOrderOfBindings(root).map(({ name }) => name);

  it("puts each after those that it is bound to", () => {
    project(GATEWAY, {
      adviser: bound("adviser", "tools"),
      ledger: 'name = "ledger"\n',
      tools: bound("tools", "ledger"),
    });
    expect(order()).toEqual(["ledger", "tools", "adviser"]);
  });

  it("stays as it is where Workers need each other, themselves or one that is elsewhere", () => {
    project(GATEWAY, { a: bound("a", "b"), b: bound("b", "a"), c: bound("c", "c"), d: bound("d", "crm") });
    expect(order().sort()).toEqual(["a", "b", "c", "d"]);
  });

  it("finds those that lie in a folder of an example, and nothing that was installed there", () => {
    project(GATEWAY, {
      "bank/tools": 'name = "tools"\n',
      "bank/node_modules": 'name = "no"\n',
      plain: 'name = "plain"\n',
    });
    expect(order()).toEqual(["bank/tools", "plain"]);
  });
});
