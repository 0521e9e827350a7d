/**
 * `.dev.vars` as people write it, and as they get it wrong.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { unstable_readConfig, unstable_getVarsForDev as wranglerReads } from "wrangler";
import { formatEnvFile, parseDevVars } from "../../scripts/lib/dev-vars.ts";
import { readSettingsFile } from "../../scripts/lib/settings-file.ts";

const read = (text: string): unknown => {
  const result = parseDevVars(text);
  return result.ok ? Object.fromEntries(result.value.values) : result.error;
};

describe("reading .dev.vars", () => {
  it("takes bare and quoted values, comments and blank lines", () => {
    const text = "# mine\n\nA=one\nB = 'two words' # why\nC=\"a#b\"\nexport D=x=y\nE=f#g # h\r\n";
    expect(read(text)).toEqual({ A: "one", B: "two words", C: "a#b", D: "x=y", E: "f#g" });
  });

  it("takes an empty value as not given", () => {
    expect(read("AWS_ACCESS_KEY_ID=\nAWS_REGION=''\n")).toEqual({});
  });

  it("reads a file that begins with a byte order mark", () => {
    expect(read("\uFEFFA=1")).toEqual({ A: "1" });
  });

  it.each([
    ["a line without =", "A=1\nAWS_ACCESS_KEY_ID AKIA", 2, "is not KEY=VALUE"],
    ["a name with a dash", "MY-KEY=1", 1, "is not KEY=VALUE"],
    ["JSON", '{\n"a": 1 }', 1, "is not KEY=VALUE"],
    ["a quote left open", "A='abc", 1, "opens a quote for A"],
    ["words after a quoted value", "A='abc' def", 1, "opens a quote for A"],
    ["a setting given twice", "A=1\n\nA=2", 3, "sets A a second time"],
  ])("says the line of %s", (_, text, line, words) => {
    expect(read(text)).toMatchObject({ line, mend: expect.stringContaining(words) });
  });

  it("never repeats a value, which may be a secret", () => {
    expect(JSON.stringify(read("A='very-secret\n"))).not.toContain("very-secret");
    expect(JSON.stringify(read("very secret words"))).not.toContain("secret");
  });
});

describe("a name that is no setting", () => {
  const warnings = (text: string): readonly string[] => {
    const result = parseDevVars(text);
    return result.ok ? result.value.warnings : [];
  };

  it("is told with its line, and with what was meant", () => {
    expect(warnings("# mine\nFOO=bar\nAWS_REGON=us-east-1\nAPI_KEY=x\n")).toEqual([
      "line 2: FOO is no setting",
      "line 3: AWS_REGON is no setting; did you mean AWS_REGION?",
      "line 4: API_KEY is no setting; did you mean API_KEYS?",
    ]);
  });

  it("may be a builder's own, and is passed on", () => {
    expect(read("CRM_TOKEN=abc")).toEqual({ CRM_TOKEN: "abc" });
  });

  it("is not in the example", () => {
    const example = new URL("../../.dev.vars.example", import.meta.url);
    expect(warnings(readFileSync(example, "utf8"))).toEqual([]);
  });
});

describe("the file of settings", () => {
  const root = mkdtempSync(join(tmpdir(), "antiphon-test-"));
  afterAll(() => rmSync(root, { recursive: true }));

  it("may be missing when nobody named it, and must be there when somebody did", () => {
    expect(readSettingsFile({ name: ".dev.vars", given: false }, root)).toMatchObject({ ok: true });
    expect(readSettingsFile({ name: "staging.vars", given: true }, root)).toEqual({
      ok: false,
      error: "There is no settings file staging.vars: correct its name, or leave it out for .dev.vars.",
    });
  });

  it("is named in what is said of its lines", () => {
    writeFileSync(join(root, "my.vars"), "FOO=bar\n");
    expect(readSettingsFile({ name: "my.vars", given: true }, root)).toMatchObject({
      value: { warnings: ["my.vars line 1: FOO is no setting"] },
    });
  });
});

describe("the settings written for wrangler", () => {
  const directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  it("come back from wrangler as they were", () => {
    const values = new Map([
      ["PLAIN", "abc"],
      ["DOLLAR", "pa$$word$HOME$" + "{PATH}"],
      ["HASH", "a #b"],
      ["EQUALS", "a=b=="],
      ["APOSTROPHE", "it's"],
      ["QUOTES", `it's "so"\\n`],
      ["BACKSLASH", "a\\nb"],
      ["SPACES", "  two  "],
    ]);
    const config = join(directory, "wrangler.toml");
    const file = join(directory, "settings.env");
    writeFileSync(config, 'name = "x"\ncompatibility_date = "2026-11-01"\n');
    writeFileSync(file, formatEnvFile(values));
    const read = wranglerReads(config, [file], unstable_readConfig({ config }).vars, undefined, true);
    expect(
      Object.fromEntries(Object.entries(read).map(([name, binding]) => [name, bindingValue(binding)])),
    ).toEqual(Object.fromEntries(values));
  });
});

function bindingValue(binding: unknown): unknown {
  return typeof binding === "object" && binding !== null && "value" in binding ? binding.value : binding;
}
