/**
 * Names in AgentCore Memory: they are AgentCore's to take, nobody else's, and tell nothing of the caller.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  actorOf,
  agentCoreSession,
  isWithin,
  metadataText,
  namespacesOf,
} from "../../src/memory/agent-core-names.ts";

const ACTOR = /^[a-zA-Z0-9][a-zA-Z0-9-_/]*(?::[a-zA-Z0-9-_/]+)*[a-zA-Z0-9-_/]*$/;

describe("a caller's name", () => {
  test("is one that AgentCore takes, and tells nothing of the caller", () => {
    fc.assert(
      fc.property(fc.option(fc.string()), fc.string({ unit: "binary" }), (tenant, caller) => {
        const actor = actorOf({ tenant, caller });
        expect(actor).toMatch(ACTOR);
        expect(actor).toMatch(/^caller-[0-9a-f]{64}$/);
      }),
    );
  });

  test("is one caller's of one tenant's alone, however both are spelled", () => {
    const pairs: readonly (readonly [string | null, string])[] = [
      ["a", "bc"],
      ["ab", "c"],
      [null, "abc"],
      ["null", "abc"],
      ["", "abc"],
      [null, '["a","bc"]'],
      ["a", 'b","c'],
      ['a","b', "c"],
      ["é", "x"],
      ["e\u0301", "x"],
    ];
    expect(new Set(pairs.map(([tenant, caller]) => actorOf({ tenant, caller }))).size).toBe(pairs.length);
    expect(actorOf({ tenant: "a", caller: "bc" })).toBe(actorOf({ caller: "bc", tenant: "a" }));
  });
});

test("a session keeps its name where AgentCore takes it", () => {
  expect(agentCoreSession("0a1b-2c")).toBe("0a1b-2c");
  for (const session of ["", "-a", "a/b", "a b", "é", "a".repeat(101)]) {
    expect(agentCoreSession(session)).toMatch(/^session-[0-9a-f]{64}$/);
  }
  expect(agentCoreSession("a/b")).not.toBe(agentCoreSession("a b"));
});

test("metadata has the characters that it may have", () => {
  expect(metadataText("the bank's {agent} é")).toBe("the bank_s _agent_ _");
  expect(metadataText("a".repeat(300))).toHaveLength(256);
});

describe("a namespace", () => {
  const pathOf = (template: string) => {
    const named = namespacesOf([template], "caller-1");
    return named.ok ? named.value[0]?.path : null;
  };

  test.each([
    ["/facts/{actorId}/", "/facts/caller-1/"],
    ["/facts/{actorId}", "/facts/caller-1"],
    ["/summaries/{actorId}/{sessionId}/", "/summaries/caller-1/"],
    ["/summaries/{actorId}/of-{sessionId}/x", "/summaries/caller-1/"],
    ["{actorId}", "caller-1"],
  ])("%s has its caller's things at %s", (template, path) => {
    expect(pathOf(template)).toBe(path);
  });

  test.each([
    "/facts/",
    "",
    "/strategies/{memoryStrategyId}/{actorId}/",
    "/{actorId}{sessionId}/",
    "/{actorid}/",
    "/fäcts/{actorId}/",
    "/*/{actorId}/",
    "/facts/\n{actorId}/",
  ])("%j is refused: it may hold another caller's, or is none", (template) => {
    expect(pathOf(template)).toBe(null);
  });

  test("holds what lies in it or below, part by part", () => {
    const here = { template: "", path: "/facts/caller-1/" };
    expect(
      ["/facts/caller-1/", "/facts/caller-1", "/facts/caller-1/s/"].map((each) => isWithin(each, here)),
    ).toEqual([true, true, true]);
    expect(
      ["/facts/caller-12/", "/facts/", "/facts/x/caller-1/", ""].some((each) => isWithin(each, here)),
    ).toBe(false);
  });
});
