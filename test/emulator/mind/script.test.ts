import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createMind } from "../../../emulator/mind/mind.ts";
import { parseScenario, type Scenario } from "../../../emulator/scenarios/scenario.ts";
import type { Mind } from "../../../emulator/seams.ts";
import { hear, sayResult, scene, words } from "./offers.ts";

const scenario = (json: object): Scenario => {
  const parsed = parseScenario({ name: "test", ...json });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};
const shipped = (name: string): Scenario =>
  scenario(
    JSON.parse(readFileSync(new URL(`../../../emulator/scenarios/${name}.json`, import.meta.url), "utf8")),
  );
const speech = { samples: new Int16Array(16000), rate: 16000 };

describe("a scenario is played", () => {
  it("as the balance question: the tool is used and its result spoken", async () => {
    const mind = createMind({ scenario: shipped("balance") });
    const text = await mind.understand(speech, 0, scene());
    expect(text).toBe("What is the balance of my checking account?");
    expect(await hear(mind, text)).toEqual([
      { type: "use", tool: "get_balance", arguments: { account: "checking" } },
    ]);
    expect(await sayResult(mind, { balance: 1234.5 })).toBe(
      "Your balance is 1234.50 dollars. Is there anything else?",
    );
    expect(words(await hear(mind, await mind.understand(speech, 1, scene())))).toBe(
      "You are welcome. Goodbye!",
    );
  });

  it("with another answer when the tool failed", async () => {
    const mind = createMind({ scenario: shipped("balance") });
    await hear(mind, "My balance?");
    expect(await sayResult(mind, { error: "no" })).toContain("I cannot see your account just now");
  });

  it("with values taken from what was heard, and a turn that waits for the answer to a question", async () => {
    const mind = createMind({ scenario: shipped("weather") });
    expect(words(await hear(mind, "What is the weather like?"))).toBe("For which city?");
    expect(await hear(mind, "In Paris, please.")).toEqual([
      { type: "use", tool: "get_weather", arguments: { city: "Paris" } },
    ]);
    await sayResult(mind, { temperature: 18, condition: "sunny" }, "get_weather");
    expect(await hear(mind, "And what about New York?")).toEqual([
      { type: "use", tool: "get_weather", arguments: { city: "New York" } },
    ]);
  });

  it("with faults and pauses as steps", async () => {
    const mind = createMind({ scenario: shipped("faults") });
    expect((await hear(mind, "stall")).map(({ type }) => type)).toEqual(["say", "fault", "say"]);
    const slow = createMind({ scenario: scenario({ otherwise: [{ pause: 500 }, { say: "Hm." }] }) });
    expect(await hear(slow, "x")).toEqual([
      { type: "pause", ms: 500 },
      { type: "say", text: "Hm." },
    ]);
  });

  it("with a story long enough to talk into", async () => {
    const mind = createMind({ scenario: shipped("story") });
    expect(words(await hear(mind, "Tell me a story.")).split(" ").length).toBeGreaterThan(90);
    expect(words(await hear(mind, "Stop, please."))).toContain("I have stopped");
  });

  it("through tools that follow tools", async () => {
    const mind = createMind({
      scenario: scenario({
        otherwise: {
          do: [{ use: "find_caller", arguments: { said: "{{heard}}" } }],
          results: {
            do: [
              {
                use: "get_balance",
                arguments: { account: "{{result.accounts.0}}", deep: { list: ["{{result.limit}}"] } },
              },
            ],
            results: [{ say: "{{heard}}: {{results.get_balance.balance}}, {{result.missing}}." }],
          },
        },
      }),
    });
    expect(await hear(mind, "Me")).toEqual([{ type: "use", tool: "find_caller", arguments: { said: "Me" } }]);
    const found = {
      type: "results",
      results: [
        { toolUseId: "1", tool: "find_caller", arguments: {}, content: { accounts: ["A1"], limit: 7 } },
      ],
    } as const;
    expect(await mind.react(found, scene())).toEqual([
      { type: "use", tool: "get_balance", arguments: { account: "A1", deep: { list: [7] } } },
    ]);
    expect(await sayResult(mind, { balance: 3 })).toBe("Me: 3, unknown.");
  });

  it("only as far as it goes: what it does not know, the rules answer", async () => {
    const mind = createMind({
      scenario: scenario({ turns: [{ when: { words: ["tea"] }, do: [{ say: "Tea." }] }] }),
    });
    expect(words(await hear(mind, "Two teas"))).toBe("Tea.");
    expect(await hear(mind, "What is my balance?")).toEqual([
      { type: "use", tool: "get_balance", arguments: { account: "checking" } },
    ]);
    expect(await sayResult(mind, { balance: 3 })).toBe("The balance is 3.");
  });

  it("with results that come after the caller has gone on to something else", async () => {
    const mind = createMind({
      scenario: scenario({
        turns: [
          { when: { words: ["slow"] }, do: [{ use: "slow_tool" }], results: [{ say: "Slow is done." }] },
          { when: { words: ["quick"] }, do: [{ use: "quick_tool" }], results: [{ say: "Quick is done." }] },
        ],
      }),
    });
    await hear(mind, "slow");
    await hear(mind, "quick");
    expect(await sayResult(mind, {}, "quick_tool")).toBe("Quick is done.");
    expect(await sayResult(mind, {}, "slow_tool")).toBe("Slow is done.");
  });

  it("by the number of the turn, counted over the whole session", async () => {
    const turns = [0, 1, 2].map((turn) => ({ when: { turn }, do: [{ say: `Turn ${turn}.` }] }));
    const mind = createMind({ scenario: scenario({ turns }) });
    expect(words(await hear(mind, "a"))).toBe("Turn 0.");
    expect(words(await hear(mind, "b"))).toBe("Turn 1.");
    const next = createMind({ scenario: scenario({ turns }) });
    const history = ["a", "b"].map((text) => ({ role: "USER" as const, text }));
    expect(words(await hear(next, "c", scene({ history })))).toBe("Turn 2.");
  });
});

describe("a scenario for agents that know different tools", () => {
  const turns = [
    { when: { words: ["balance"], tool: "get_balance" }, do: [{ use: "get_balance" }] },
    { when: { words: ["balance"], tool: "sign_in" }, do: [{ say: "Who are you?" }] },
    { when: { words: ["mortgage"] }, do: [{ say: "We have mortgages." }] },
  ];
  const signIn = { name: "sign_in", description: "Signs in.", inputSchema: { type: "object" } };

  it("takes the turn whose tool is on offer", async () => {
    const mind = createMind({ scenario: scenario({ turns }) });
    expect(await hear(mind, "My balance?")).toEqual([{ type: "use", tool: "get_balance", arguments: {} }]);
    expect(words(await hear(mind, "My balance?", scene({ tools: [signIn] })))).toBe("Who are you?");
  });

  it("may use a tool that is not on offer, as a model does that makes one up", async () => {
    const forced = createMind({
      scenario: scenario({ otherwise: [{ use: "transfer", arguments: { to: "me" } }] }),
    });
    expect(await hear(forced, "x", scene({ tools: [signIn] }))).toEqual([
      { type: "use", tool: "transfer", arguments: { to: "me" } },
    ]);
  });

  it("is asked with the caller's words that a direction quotes, and not with words that are to be said", async () => {
    const mind = createMind({ scenario: scenario({ turns }) });
    const quoted = '(The caller said: "Tell me about a mortgage." Answer now.)';
    expect(words(await hear(mind, quoted))).toBe("We have mortgages.");
    const given = '(Say "A colleague for mortgages takes over." Nothing else.)';
    expect(words(await hear(mind, given))).toBe("A colleague for mortgages takes over.");
  });
});

describe("the n-th utterance of a scenario", () => {
  const heard = ["Hello.", "What is my balance?", "Thank you."];
  const understood = (mind: Mind, index: number, history: readonly string[] = []): Promise<string> =>
    mind.understand(speech, index, scene({ history: history.map((text) => ({ role: "USER", text })) }));

  it("means what the scenario says, and after the last one the recogniser is asked", async () => {
    const mind = createMind({ scenario: scenario({ heard }), recognise: async () => "Something else." });
    for (const [index, text] of heard.entries()) expect(await understood(mind, index)).toBe(text);
    expect(await understood(mind, 3)).toBe("Something else.");
  });

  it("is counted on where a session moves to a fresh stream with its history", async () => {
    const mind = createMind({ scenario: scenario({ heard }) });
    expect(await understood(mind, 0, ["Hello. What is my balance?"])).toBe("Thank you.");
    const other = createMind({ scenario: scenario({ heard }) });
    expect(await understood(other, 0, ["Hello.", "Something else"])).toBe("What is my balance?");
    expect(await understood(other, 1, ["Hello.", "Something else"])).toBe("Thank you.");
  });

  it("is counted on after words of the caller that a direction quotes", async () => {
    const mind = createMind({ scenario: scenario({ heard }) });
    await mind.react({ type: "text", text: '(The caller said: "What is my balance?")' }, scene());
    expect(await understood(mind, 0, ["Hello."])).toBe("Thank you.");
  });

  it("may be one that nobody understands", async () => {
    expect(await understood(createMind({ scenario: scenario({ heard: [""] }) }), 0)).toBe("");
  });
});
