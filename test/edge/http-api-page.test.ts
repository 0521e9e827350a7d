import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { ERRORS } from "../../src/base/errors.ts";
import { correctionRequest } from "../../src/edge/caller-entry.ts";
import { callerQuery } from "../../src/edge/caller-memories.ts";
import { ENDPOINTS } from "../../src/edge/edge.ts";
import { METHODS } from "../../src/edge/endpoint.ts";
import { segmentRequest } from "../../src/edge/segment-request.ts";
import { sessionRequest } from "../../src/edge/session-request.ts";
import { readSections, sectionOf } from "../dialect/page-tables.ts";
import { rowsOf } from "../dialect/schema-rows.ts";
import { LedgerOverALine } from "../model/leased-stage.ts";
import { said } from "./callers.ts";
import { AGENTS, ENV, KEY, NOW, openHouse } from "./house.ts";

const sections = readSections("http-api.md");
const jsonOf = (heading: string): unknown =>
  JSON.parse(/```json\n([\s\S]*?)```/.exec(sectionOf(sections, heading).text)?.[1] ?? "");

describe("the HTTP API's page", () => {
  it("lists every address with its methods and what it needs", () => {
    const told = sectionOf(sections, "The HTTP API").rows.map((row) => row.slice(0, 3));
    const served = ENDPOINTS.map(({ path, methods, needs }) => [
      `\`${path}\``,
      METHODS.filter((method) => methods[method] !== undefined).join(", "),
      needs === "key" ? "API key" : "ticket",
    ]);
    expect(told).toEqual([["`/healthz`", "GET", "nothing"], ...served]);
  });

  it("has a section for every method of every address", () => {
    const told = sections.map(({ heading }) => heading).filter((heading) => /^`[A-Z]+ /.test(heading));
    const served = ENDPOINTS.flatMap(({ path, methods }) =>
      METHODS.filter((method) => methods[method] !== undefined).map((method) => `\`${method} ${path}\``),
    );
    expect([...told].sort()).toEqual(["`GET /healthz`", ...served].sort());
  });

  it("tells the members of a session's request as its schema has them", () => {
    const told = sectionOf(sections, "`POST /v1/sessions`").rows.map(([member, type, needed]) => ({
      member,
      type,
      needed,
    }));
    expect(told).toEqual(rowsOf(sessionRequest).map((row) => ({ ...row, member: `\`${row.member}\`` })));
  });

  it("tells the members of a wish to move as its schema has them", () => {
    const told = sectionOf(sections, "`POST /v1/sessions/:id/segment`").rows.map(
      ([member, type, needed]) => ({
        member,
        type,
        needed,
      }),
    );
    expect(told).toEqual(rowsOf(segmentRequest).map((row) => ({ ...row, member: `\`${row.member}\`` })));
  });

  it("tells the members of a correction as its schema has them", () => {
    const told = sectionOf(sections, "`PATCH /v1/callers/entries/:id`").rows.map(
      ([member, type, needed]) => ({ member, type, needed }),
    );
    expect(told).toEqual(rowsOf(correctionRequest).map((row) => ({ ...row, member: `\`${row.member}\`` })));
  });

  it("tells how a caller is named, as the query's schema has it", () => {
    const told = sectionOf(sections, "Callers").rows.map(([member, needed]) => ({ member, needed }));
    expect(told).toEqual(
      rowsOf(callerQuery).map(({ member, needed }) => ({ member: `\`${member}\``, needed })),
    );
  });

  it("tells every error's status and words", () => {
    const told = sectionOf(sections, "Errors").rows;
    expect(told).toEqual(
      Object.entries(ERRORS).map(([code, { status, message }]) => [`\`${code}\``, String(status), message]),
    );
  });

  it("shows answers with the members that real ones have", async () => {
    const house = openHouse();
    const made = (await (await house.post({ agent: "bank" })).json()) as { session: string };
    const object = house.sessions.objects.get(made.session);
    if (object !== undefined) object.talking = true;
    await house.askWithKey(`/v1/sessions/${made.session}/segment`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: '{"segment":"loans"}',
    });
    const status = await (await house.askWithKey(`/v1/sessions/${made.session}`)).json();
    const agents = await (await house.askWithKey("/v1/agents")).json();
    expect(shape(jsonOf("`POST /v1/sessions`"))).toEqual(shape(made));
    expect(shape(jsonOf("`GET /v1/sessions/:id`"))).toEqual(shape(status));
    expect(shape(jsonOf("`GET /v1/agents`"))).toEqual(
      shape({ agents: [(agents as { agents: unknown[] }).agents[0]] }),
    );
    const caller = { caller: "frida", tenant: "acme" };
    const { session } = (await (await house.post({ agent: "bank", ...caller })).json()) as {
      session: string;
    };
    const entries = [said("Prefers letters.", session, NOW)];
    await house.callers
      .of(caller.caller, caller.tenant)
      .keep({ id: "b1", session, agent: "bank", entries, turns: [] });
    const remembered = await (await house.askWithKey(`/v1/callers?${new URLSearchParams(caller)}`)).json();
    expect(shape(jsonOf("`GET /v1/callers`"))).toEqual(shape(remembered));
    const capacity = new LedgerOverALine(systemClock, 20);
    const counted = openHouse(
      { ...ENV, TENANT_SHARES: "acme=0.8" },
      { capacity, agents: AGENTS.slice(0, 1) },
    );
    expect(shape(jsonOf("`GET /v1/capacity`"))).toEqual(
      shape(await (await counted.askWithKey("/v1/capacity")).json()),
    );
    const health = await (await openHouse({}).ask("/healthz")).json();
    expect(Object.keys(jsonOf("`GET /healthz`") as object)).toEqual(Object.keys(health as object));
    const refused = await (await house.post({ agent: "bank", callr: "x" })).json();
    expect(jsonOf("Errors")).toEqual(refused);
  });
});

/** The names of all members, without their values. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]));
  return "";
};
