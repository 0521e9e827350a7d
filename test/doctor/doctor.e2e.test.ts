/**
 * The doctor against the emulator: it passes where all is well, and names the right mend for each refusal.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Observation } from "../../doctor/observation.ts";
import { mendOf } from "../../scripts/lib/doctor-report.ts";
import { type DoctorWorker, startDoctorWorker } from "../../scripts/lib/doctor-worker.ts";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { EMULATOR_CREDENTIALS } from "../../scripts/lib/settings.ts";
import { npm, Running } from "../scripts/support/running.ts";

const MODEL = "amazon.nova-2-sonic-v1:0";
const PATIENT = { region: "us-east-1", model: MODEL, accessKeyId: "AKIDEMULATOR", hasSessionToken: false };

let emulator: Running;
let url = "";
let doctor: DoctorWorker;
const opened: DoctorWorker[] = [];

const doctorWith = async (settings: Record<string, string>): Promise<DoctorWorker> => {
  const values = { ...EMULATOR_CREDENTIALS, BEDROCK_ENDPOINT: url, ENVIRONMENT: "development", ...settings };
  const worker = await startDoctorWorker(
    new Map(Object.entries({ TICKET_SECRET: "the-doctor-opens-no-sessions-at-all", ...values })),
  );
  opened.push(worker);
  return worker;
};

beforeAll(async () => {
  const [port = 0, h2Port = 0] = await freePorts(2);
  url = `http://127.0.0.1:${port}`;
  emulator = new Running(process.execPath, [
    "emulator/main.ts",
    "--port",
    String(port),
    "--h2-port",
    String(h2Port),
  ]);
  await emulator.says("ready");
  doctor = await doctorWith({});
});
afterAll(async () => {
  await Promise.all(opened.map((worker) => worker.stop()));
  await emulator.stop();
});

async function examine(by: DoctorWorker, more: { region?: string; model?: string; voice?: string } = {}) {
  const seen: Observation[] = [];
  await by.examine({ region: "us-east-1", model: MODEL, voice: "matthew", ...more }, (step) =>
    seen.push(step),
  );
  return seen;
}

/** The last step's failure: where, and the code of its mend. */
async function failure(by: DoctorWorker, more: { region?: string; model?: string; voice?: string } = {}) {
  const last = (await examine(by, more)).at(-1);
  if (last?.step !== "failed") return { at: "nowhere", code: "none" };
  return { at: last.at, code: mendOf(last, { ...PATIENT, ...more }).code };
}

async function order(fault: object): Promise<void> {
  const response = await fetch(`${url}/_emulator/faults`, {
    method: "POST",
    body: JSON.stringify({ fault }),
  });
  expect(response.ok, await response.text()).toBe(true);
}

describe("the doctor", () => {
  it("finds everything well, step by step", async () => {
    const steps = (await examine(doctor)).map(({ step }) => step);
    expect(steps).toEqual(["reached", "opened", "accepted", "words", "audio", "spoke", "closed"]);
  });

  it("says so on the terminal, and that one region of one works", async () => {
    const { code, output } = await npm("run", "--silent", "doctor", "--", "--emulator", url).ended;
    expect(output).toContain("✓ goodbye");
    expect(output).toContain("1 of 1 region works.");
    expect(code).toBe(0);
  });

  it("shows AWS's words and the mend on the terminal, and fails", async () => {
    await order({ type: "refuse", status: 403 });
    const { code, output } = await npm("run", "--silent", "doctor", "--", "--emulator", url).ended;
    expect(output).toContain("403 AccessDeniedException You don't have access to the model");
    expect(output).toContain("Model access");
    expect(output).toContain("bedrock:InvokeModelWithBidirectionalStream");
    expect(code).toBe(1);
  });

  it.each([
    ["model_access", { status: 403 }],
    [
      "iam_action",
      { status: 403, message: "User: x is not authorized to perform: bedrock:InvokeModel on resource: y" },
    ],
    ["expired_token", { status: 403, errorType: "ExpiredTokenException" }],
    ["model_not_here", { status: 404 }],
    ["no_such_door", { status: 404, errorType: "UnknownOperationException" }],
    ["request", { status: 400 }],
    ["throttled", { status: 429 }],
    ["model_not_ready", { status: 429, errorType: "ModelNotReadyException" }],
    ["model_trouble", { status: 408 }],
    ["model_trouble", { status: 424 }],
    ["model_trouble", { status: 500 }],
    ["model_trouble", { status: 503 }],
  ])("says %s at a door that refuses with %o", async (code, refusal) => {
    await order({ type: "refuse", ...refusal });
    expect(await failure(doctor)).toEqual({ at: "opened", code });
  });

  it.each([
    ["request", "validationException"],
    ["throttled", "throttlingException"],
    ["model_trouble", "modelStreamErrorException"],
    ["model_trouble", "modelTimeoutException"],
    ["model_trouble", "internalServerException"],
    ["model_trouble", "serviceUnavailableException"],
  ])("says %s when the stream ends with %s", async (code, exception) => {
    await order({ type: "exception", exception });
    expect((await failure(doctor)).code).toBe(code);
  });

  it.each([
    ["model_trouble", { type: "internal531" }],
    ["dropped", { type: "cut" }],
    ["damaged", { type: "garbage", kind: "bad_crc" }],
  ])("says %s when the stream suffers %o", async (code, fault) => {
    await order(fault);
    expect((await failure(doctor)).code).toBe(code);
  });

  it.each([["join_frames", "split_frames", "padding", "unknown_event"]])(
    "finds all well although the stream has %s, %s, %s and %s",
    async (...faults) => {
      for (const type of faults) await order({ type });
      expect((await examine(doctor)).at(-1)?.step).toBe("closed");
    },
  );

  it("says voice when the model does not know it", async () => {
    expect((await failure(doctor, { voice: "nobody" })).code).toBe("voice");
  });

  it("says that a region does not offer the model", async () => {
    expect(await failure(doctor, { region: "eu-west-3" })).toEqual({ at: "opened", code: "model_not_here" });
  });

  it("says unknown_key when AWS does not know the access key", async () => {
    const stranger = await doctorWith({ AWS_ACCESS_KEY_ID: "AKIASTRANGER" });
    expect(await failure(stranger)).toEqual({ at: "opened", code: "unknown_key" });
  });

  it("says secret when the secret is not the key's", async () => {
    const mistyped = await doctorWith({ AWS_SECRET_ACCESS_KEY: "not-the-secret" });
    expect(await failure(mistyped)).toEqual({ at: "opened", code: "secret" });
  });

  it("says unreachable when nobody is there", async () => {
    const [nobody = 0] = await freePorts(1);
    const lost = await doctorWith({ BEDROCK_ENDPOINT: `http://127.0.0.1:${nobody}` });
    expect(await failure(lost)).toEqual({ at: "reached", code: "unreachable" });
  });
});
