/**
 * Which stores of AgentCore's are asked after a caller, and as what: as their sessions would ask.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { parseConfig } from "../../src/base/config.ts";
import { storesBeside } from "../../src/edge/stores-beside.ts";
import { ENV } from "./house.ts";

const agent = (
  name: string,
  region: "us-east-1" | "eu-north-1" | "us-west-2",
  namespaces: readonly string[] | null,
  own?: string,
) =>
  defineAgent({
    ...{ name, region, voice: "tiffany", prompt: "You help." },
    ...(namespaces && {
      memory: { agentCore: { memoryId: "callers-Ab12Cd34Ef", namespaces, ...(own && { region: own }) } },
    }),
  });

describe("the stores beside callers' objects", () => {
  /** The region that a question was signed for, and the namespace it was about. */
  let asked: string[];
  let server: Server;
  beforeEach(async () => {
    asked = [];
    server = createServer(async (request, response) => {
      const { namespacePath } = JSON.parse((await request.toArray()).join(""));
      const region = /\/\d{8}\/([\w-]+)\/bedrock-agentcore\//.exec(request.headers.authorization ?? "")?.[1];
      asked.push(`${region} ${String(namespacePath).replace(/caller-[\da-f]{64}/, "*")}`);
      response.writeHead(200, { "content-type": "application/json" }).end('{"memoryRecordSummaries":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const ask = async (agents: readonly ReturnType<typeof agent>[], more: object = {}) => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = parseConfig({ ...ENV, AGENTCORE_ENDPOINT: endpoint, ...more });
    if (!config.ok) throw new Error("the settings are wrong");
    const stores = storesBeside(agents, config.value);
    const query = {
      kinds: ["fact", "preference"],
      about: null,
      limit: 8,
      bytes: 1_000,
      except: null,
    } as const;
    for (const { of } of stores) {
      const told = await of({ tenant: null, caller: "ada" })?.recall(query, AbortSignal.timeout(10_000));
      expect(told).toEqual({ ok: true, value: [] });
    }
    return { names: stores.map(({ name }) => name), asked: asked.toSorted() };
  };

  it("are none where no agent has one", async () => {
    expect(await ask([agent("plain", "us-east-1", null)])).toEqual({ names: [], asked: [] });
  });

  it("are each asked once, in all namespaces that any agent tells of", async () => {
    const agents = [
      agent("one", "us-east-1", ["/facts/{actorId}/"]),
      agent("two", "us-east-1", ["/facts/{actorId}/", "/preferences/{actorId}/"]),
      agent("three", "eu-north-1", ["/facts/{actorId}/"]),
      agent("four", "us-west-2", ["/facts/{actorId}/"], "eu-north-1"),
    ];
    expect(await ask(agents)).toEqual({
      names: ["agent_core", "agent_core"],
      asked: ["eu-north-1 /facts/*/", "us-east-1 /facts/*/", "us-east-1 /preferences/*/"],
    });
  });

  it("are where AWS_REGION has moved the agents, unless the memory has a region of its own", async () => {
    const agents = [
      agent("one", "us-east-1", ["/facts/{actorId}/"]),
      agent("two", "us-east-1", ["/preferences/{actorId}/"], "eu-north-1"),
    ];
    expect((await ask(agents, { AWS_REGION: "us-west-2" })).asked).toEqual([
      "eu-north-1 /preferences/*/",
      "us-west-2 /facts/*/",
    ]);
  });
});
