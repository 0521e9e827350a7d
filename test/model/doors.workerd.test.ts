import { describe, expect, it } from "vitest";
import type { UpgradeRequest } from "../../src/aws/upgrade.ts";
import { err } from "../../src/base/result.ts";
import { runtimeSessionId } from "../../src/model/agentcore-voice/session-id.ts";
import { capabilitiesOf } from "../../src/model/capabilities-of.ts";
import { speechModels } from "../../src/model/doors.ts";
import { Arrivals } from "../workerd/arrivals.ts";
import { countingIds } from "./nova-sonic/spec.ts";

const NOVA = "amazon.nova-2-sonic-v1:0";
const RUNTIME = "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/concierge-a1B2c3D4e5";

const doors = (endpoints: { endpoint: string | null; agentcoreEndpoint: string | null }) => {
  const dialled = new Arrivals<UpgradeRequest>();
  const model = speechModels({
    config: endpoints,
    credentials: { get: () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }) },
    session: "a-session",
    clock: { now: () => 1_795_348_800_123 },
    ids: countingIds(),
    log: () => undefined,
    dial: async (request) => {
      dialled.push(request);
      return err({ type: "unreachable", cause: "closed" });
    },
  });
  const dials = async (name: string, region: string) => {
    const before = dialled.all.length;
    model(name).open({ model: name, region }, () => undefined);
    return dialled.first((request) => dialled.all.indexOf(request) >= before);
  };
  return { model, dials };
};
const AWS = { endpoint: null, agentcoreEndpoint: null };

describe("a model's name", () => {
  it("leads through Bedrock's door, or through AgentCore's", async () => {
    const { dials } = doors(AWS);
    expect((await dials(NOVA, "eu-north-1")).url).toMatch(
      /^https:\/\/bedrock-runtime\.eu-north-1\.amazonaws\.com\/model\/amazon\.nova-2-sonic-v1%3A0\//,
    );
    const hosted = await dials(`${RUNTIME}/runtime-endpoint/canary`, "us-west-2");
    expect(hosted.url).toBe(
      `https://bedrock-agentcore.us-west-2.amazonaws.com/runtimes/${encodeURIComponent(RUNTIME)}/ws?qualifier=canary`,
    );
  });

  it("leads where the settings say instead", async () => {
    const { dials } = doors({ endpoint: "http://127.0.0.1:1", agentcoreEndpoint: "http://127.0.0.1:2" });
    expect((await dials(NOVA, "us-east-1")).url).toMatch(/^http:\/\/127\.0\.0\.1:1\/model\//);
    expect((await dials(RUNTIME, "us-west-2")).url).toMatch(/^http:\/\/127\.0\.0\.1:2\/runtimes\//);
  });

  it("gives the same model every time, and another for another name", () => {
    const { model } = doors(AWS);
    expect(model(NOVA)).toBe(model(NOVA));
    expect(model(RUNTIME)).toBe(model(RUNTIME));
    expect(model(`${RUNTIME}/runtime-endpoint/canary`)).not.toBe(model(RUNTIME));
    expect(model(RUNTIME)).not.toBe(model(NOVA));
  });

  it("tells what can be asked of it before it is made", () => {
    const { model } = doors(AWS);
    for (const name of [NOVA, RUNTIME]) expect(model(name).capabilities).toBe(capabilitiesOf(name));
    expect(capabilitiesOf(NOVA).tools).toBe(true);
    expect(capabilitiesOf(RUNTIME).tools).toBe(false);
  });

  it("of an agent that is hosted keeps the session's own microVM over all its streams", async () => {
    const { dials } = doors(AWS);
    const header = "x-amzn-bedrock-agentcore-runtime-session-id";
    const first = await dials(RUNTIME, "us-west-2");
    const second = await dials(RUNTIME, "us-west-2");
    expect(first.headers?.[header]).toBe(runtimeSessionId("a-session"));
    expect(second.headers?.[header]).toBe(first.headers?.[header]);
  });
});
