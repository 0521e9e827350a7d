/**
 * Memory as a builder writes it: defaults, what the compiler refuses, and what is told of what cannot work.
 */
import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { MEMORY_KINDS } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { bank, facts, tools } from "./support/bank.ts";

const agent = { name: "bank", prompt: "You are kind.", tools, facts } as const;

/** As JavaScript, or a cast, would let a builder write it. */
const defineLoosely = (more: object): AgentDefinition => defineAgent({ ...agent, ...more } as never);

const problemsOf = (more: object): readonly string[] => {
  try {
    defineLoosely(more);
  } catch (error) {
    if (error instanceof AgentError)
      return error.problems.map(({ place, wrong, right }) => `${place}: ${wrong}. ${right}`);
    throw error;
  }
  return [];
};

describe("an agent's memory", () => {
  it("has every default when it is empty, and is none when it is left out", () => {
    expect(defineLoosely({ memory: {} }).memory).toEqual({
      store: { type: "caller" },
      recall: { kinds: MEMORY_KINDS, bytes: LIMITS.recallBytes, about: null },
      keep: { summaries: true, reader: null },
      requires: {},
      tools: true,
      days: LIMITS.memoryDays,
    });
    expect(defineLoosely({}).memory).toBeUndefined();
  });

  it("is what is written of it", () => {
    const reader = { model: "amazon.nova-2-lite-v1:0", region: "us-east-1" };
    const defined = defineAgent({
      ...agent,
      facts: { ...facts, matter: { setBy: ["get_balance"], remember: "matter" } },
      memory: {
        agentCore: { memoryId: "callers-Ab12Cd34Ef", namespaces: ["/facts/{actorId}/"] },
        recall: { kinds: ["matter"], bytes: 512, about: "mortgage" },
        keep: { summaries: false, reader },
        requires: { verified: true },
        tools: false,
        days: 30,
      },
    });
    expect(defined.memory).toMatchObject({
      store: { type: "agent_core", memoryId: "callers-Ab12Cd34Ef", region: null },
      recall: { kinds: ["matter"], bytes: 512, about: "mortgage" },
      keep: { summaries: false, reader },
      requires: { verified: true },
      tools: false,
      days: 30,
    });
    expect(defined.facts.matter).toMatchObject({ remember: "matter" });
  });

  it("may be kept from a segment", () => {
    const { sign_in, ...others } = bank.segments;
    const segments = { sign_in: { ...sign_in, sees: { memory: false } }, ...others };
    const [first, second] = defineAgent({ ...bank, memory: {}, segments }).segments;
    expect([first?.sees.memory, second?.sees.memory]).toEqual([false, undefined]);
  });

  it("requires facts that there are, as the compiler knows", () => {
    // @ts-expect-error no such fact
    expect(() => defineAgent({ ...agent, memory: { requires: { verifyed: true } } })).toThrow(AgentError);
    expect(problemsOf({ memory: { requires: { verifyed: true } } })).toEqual([
      expect.stringMatching(/^memory\.requires\.verifyed: .*Did you mean "verified"\?$/),
    ]);
  });

  it("requires facts that somebody can set", () => {
    expect(problemsOf({ facts: { verified: {} }, memory: { requires: { verified: true } } })).toEqual([
      expect.stringMatching(/^memory\.requires\.verified: nobody can set "verified"/),
    ]);
  });

  it("keeps no fact that is secret, and none where there is no memory", () => {
    const remembered = { secret: true, setBy: ["verify_identity"], remember: "fact" };
    expect(problemsOf({ memory: {}, facts: { customer: remembered } })).toEqual([
      "facts.customer.remember: the fact is secret. Leave one of the two out",
    ]);
    expect(problemsOf({ facts: { name: { ...remembered, secret: false } } })).toEqual([
      "facts.name.remember: the agent has no memory. Give it one (memory: {}), or leave this out",
    ]);
  });

  it.each([["/facts/"], ["/facts/{strategyId}/{actorId}/"], ["/{sessionId}/{actorId}/"]])(
    "tells records of no namespace that may hold other callers' (%s)",
    (namespace) => {
      const agentCore = { memoryId: "m-Ab12Cd34Ef", namespaces: [namespace] };
      expect(problemsOf({ memory: { agentCore } })).toEqual([
        expect.stringMatching(/^memory\.agentCore\.namespaces\[0\]: .*\{actorId\} must come before/),
      ]);
    },
  );

  it.each([
    ["a misspelt member", { recal: {} }, /^memory.*recal/],
    ["a kind that there is not", { recall: { kinds: ["preferences"] } }, /^memory\.recall\.kinds\[0\]/],
    ["no kinds", { recall: { kinds: [] } }, /^memory\.recall\.kinds: .*It is empty/],
    ["too many bytes", { recall: { bytes: LIMITS.recallBytesMost + 1 } }, /^memory\.recall\.bytes/],
    ["words that are none", { recall: { about: " " } }, /^memory\.recall\.about: .*It is empty/],
    ["too many days", { days: LIMITS.memoryDaysMost + 1 }, /^memory\.days/],
    ["a reader that is nobody", { keep: { reader: {} } }, /^memory\.keep\.reader\.model/],
  ])("is not described with %s", (_, memory, problem) => {
    expect(problemsOf({ memory })).toEqual([expect.stringMatching(problem)]);
  });

  it("redacts what there is a redactor for", () => {
    // @ts-expect-error no such redaction
    expect(() => defineAgent({ ...agent, redact: ["cards"] })).toThrow(AgentError);
    expect(problemsOf({ redact: ["cards"] })).toEqual([expect.stringMatching(/^redact\[0\]/)]);
  });
});
