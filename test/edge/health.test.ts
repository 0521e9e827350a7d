import { describe, expect, it } from "vitest";
import { AGENTS, ENV, errorOf, openHouse } from "./house.ts";

const healthOf = async (env: Readonly<Record<string, unknown>>, agents = AGENTS) => {
  const response = await openHouse(env, { agents }).ask("/healthz");
  return { status: response.status, body: await response.json() };
};

describe("the health of a gateway", () => {
  it("is good when it is configured, and says where its model is", async () => {
    expect(await healthOf({ ...ENV, AWS_REGION: "us-west-2" })).toEqual({
      status: 200,
      body: {
        status: "ok",
        checks: { config: [], agents: 2, model: { region: "us-west-2", endpoint: "aws" } },
      },
    });
  });

  it("says that the model is not AWS's where an endpoint is set, and not which", async () => {
    const { body } = await healthOf({ ...ENV, BEDROCK_ENDPOINT: "http://127.0.0.1:8790" });
    expect(body).toMatchObject({ checks: { model: { endpoint: "custom" } } });
    expect(JSON.stringify(body)).not.toContain("8790");
  });

  it("names one region only where all agents share it", async () => {
    expect((await healthOf(ENV)).body).toMatchObject({ checks: { model: { region: null } } });
    expect((await healthOf(ENV, AGENTS.slice(0, 1))).body).toMatchObject({
      checks: { model: { region: "us-east-1" } },
    });
  });

  it("says what is missing and what would be right, and never a value", async () => {
    const { status, body } = await healthOf({
      ...ENV,
      TICKET_SECRET: "hunter22",
      AWS_ACCESS_KEY_ID: undefined,
    });
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: "not_ready",
      checks: {
        config: [
          { setting: "AWS_ACCESS_KEY_ID", problem: "is missing" },
          { setting: "TICKET_SECRET", problem: "is too short", remedy: expect.stringContaining("32") },
        ],
        model: null,
      },
    });
    expect(JSON.stringify(body)).not.toContain("hunter22");
  });

  it("is not good without agents", async () => {
    expect(await healthOf(ENV, [])).toMatchObject({
      status: 503,
      body: { status: "not_ready", checks: { agents: 0 } },
    });
  });
});

describe("a gateway that is not configured", () => {
  it("answers everything else with where to look, whoever asks", async () => {
    const { ask, askWithKey, sessions } = openHouse({});
    for (const response of [
      await ask("/v1/agents"),
      await askWithKey("/v1/sessions", { method: "POST" }),
      await ask("/v1/sessions/x/connect"),
      await ask("/v1/agents", { method: "PUT" }),
    ]) {
      expect(response.status).toBe(503);
      expect(await errorOf(response)).toEqual({
        code: "not_configured",
        message: "The gateway is not fully configured.",
        detail: "GET /healthz says what is missing",
      });
    }
    expect(sessions.objects.size).toBe(0);
  });
});
