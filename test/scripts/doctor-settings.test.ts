/**
 * Whose credentials the doctor examines, and where.
 */
import { describe, expect, it } from "vitest";
import { parseDoctorOptions } from "../../scripts/lib/doctor-options.ts";
import { masked } from "../../scripts/lib/doctor-report.ts";
import { doctorSettings } from "../../scripts/lib/doctor-settings.ts";

const FILE = { AWS_ACCESS_KEY_ID: "AKIAFROMFILE", AWS_SECRET_ACCESS_KEY: "file-secret" };
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: "ASIAFROMENVIRONMENT",
  AWS_SECRET_ACCESS_KEY: "environment-secret",
  AWS_SESSION_TOKEN: "environment-token",
  AWS_REGION: "eu-north-1",
};
const settle = (file: object, env: Record<string, string>, emulator: string | null = null) =>
  doctorSettings(new Map(Object.entries(file)), env, { settingsFile: ".dev.vars", emulator });

describe("the doctor's credentials", () => {
  it("are the settings file's, with nothing of the environment's mixed in", () => {
    const result = settle(FILE, ENVIRONMENT);
    expect(result).toMatchObject({ ok: true, value: { source: ".dev.vars" } });
    expect(result.ok && result.value.values.get("AWS_ACCESS_KEY_ID")).toBe("AKIAFROMFILE");
    expect(result.ok && result.value.values.has("AWS_SESSION_TOKEN")).toBe(false);
  });

  it("are the environment's when the file has none", () => {
    const result = settle({}, ENVIRONMENT);
    expect(result).toMatchObject({ ok: true, value: { source: "the environment" } });
    expect(result.ok && result.value.values.get("AWS_SESSION_TOKEN")).toBe("environment-token");
  });

  it("are the emulator's when it is asked for, whatever else is there", () => {
    const result = settle(FILE, ENVIRONMENT, "http://127.0.0.1:8790");
    expect(result.ok && result.value.values.get("AWS_ACCESS_KEY_ID")).toBe("AKIDEMULATOR");
    expect(result.ok && result.value.values.get("BEDROCK_ENDPOINT")).toBe("http://127.0.0.1:8790");
  });

  it.each([
    ["none at all", {}, {}, "There are no AWS credentials"],
    ["half of a pair", { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" }, {}, "not AWS_SECRET_ACCESS_KEY"],
    [
      "half of a pair in the environment",
      {},
      { AWS_SECRET_ACCESS_KEY: "x" },
      "the environment has AWS_SECRET_ACCESS_KEY",
    ],
    [
      "a temporary key without its token",
      { ...FILE, AWS_ACCESS_KEY_ID: "ASIAEXAMPLE" },
      {},
      "AWS_SESSION_TOKEN is missing",
    ],
    ["a key with a space in it", { ...FILE, AWS_ACCESS_KEY_ID: "AKIA EXAMPLE" }, {}, "AWS_ACCESS_KEY_ID"],
  ])("that are %s are refused in one line", (_, file, env, words) => {
    const result = settle(file, env);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) });
    expect(!result.ok && result.error).not.toContain("\n");
  });

  it("are shown so that they can be recognised and not used", () => {
    expect(masked("AKIAIOSFODNN7EXAMPLE")).toBe("AKIA…MPLE");
    expect(masked("SHORT")).toBe("…");
  });
});

describe("the doctor's options", () => {
  it("take one region, several, or all that offer the model", () => {
    expect(parseDoctorOptions(["--region", "us-east-1"])).toMatchObject({
      value: { regions: ["us-east-1"] },
    });
    expect(parseDoctorOptions(["--region", "us-east-1, eu-north-1", "--region", "us-west-2"])).toMatchObject({
      value: { regions: ["us-east-1", "eu-north-1", "us-west-2"] },
    });
    expect(parseDoctorOptions(["--all-regions", "--model", "amazon.nova-2-5-sonic"])).toMatchObject({
      value: { regions: ["us-east-1", "eu-north-1"], allRegions: true },
    });
  });

  it("take the emulator with or without its address", () => {
    expect(parseDoctorOptions(["--emulator"])).toMatchObject({
      value: { emulator: "http://127.0.0.1:8790" },
    });
    expect(parseDoctorOptions(["--emulator", "http://127.0.0.1:1"])).toMatchObject({
      value: { emulator: "http://127.0.0.1:1" },
    });
  });

  it.each([
    ["an unknown model", ["--model", "nova"], "--model nova is not known"],
    ["an unknown option", ["--regions", "x"], "--help"],
    ["a stray word", ["us-east-1"], '"us-east-1" is not understood'],
    ["an address that is none", ["--emulator", "8790"], "--emulator 8790 is not an address"],
  ])("refuse %s in one line", (_, args, words) => {
    expect(parseDoctorOptions(args)).toMatchObject({ ok: false, error: expect.stringContaining(words) });
  });
});
