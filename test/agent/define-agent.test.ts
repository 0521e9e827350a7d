import { describe, expect, it } from "vitest";
import * as z from "zod";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { binding, clientTool, fn, isListedTool } from "../../src/agent/tool-list.ts";
import { LIMITS } from "../../src/base/limits.ts";

/** As JavaScript, or a cast, would let a builder write it. */
const defineLoosely = (options: object) => defineAgent(options as Parameters<typeof defineAgent>[0]);

const complaintOf = (define: () => unknown): AgentError => {
  try {
    define();
  } catch (error) {
    if (error instanceof AgentError) return error;
    throw error;
  }
  throw new Error("nothing was complained of");
};

const small = { name: "first", prompt: "You are kind." };

describe("an agent of a name and a prompt", () => {
  it("is complete, with every default filled in", () => {
    expect(defineAgent(small)).toEqual({
      name: "first",
      model: "amazon.nova-2-sonic-v1:0",
      region: "us-east-1",
      voice: "matthew",
      endpointing: "MEDIUM",
      prompt: "You are kind.",
      greeting: null,
      tools: [],
      fillers: {
        afterMs: LIMITS.fillerAfterMs,
        phrases: [expect.any(String), expect.any(String), expect.any(String)],
      },
      holdAudioDuringTools: false,
      inference: {},
      limits: {
        sessionMs: LIMITS.sessionMs,
        sessionTurns: null,
        sessionTokens: null,
        sessionCost: null,
        answerWatchMs: LIMITS.answerWatchMs,
        rotateAtTurnEndMs: LIMITS.rotateAtTurnEndMs,
        rotateAtSilenceMs: LIMITS.rotateAtSilenceMs,
        rotateAtOnceMs: LIMITS.rotateAtOnceMs,
      },
      facts: {},
      segments: [
        {
          name: "main",
          purpose: null,
          model: "amazon.nova-2-sonic-v1:0",
          region: "us-east-1",
          voice: "matthew",
          endpointing: "MEDIUM",
          inference: {},
          prompt: "You are kind.",
          tools: null,
          goesTo: [],
          requires: {},
          sees: { facts: null, talk: null },
          writes: null,
          carries: { type: "talk" },
          budget: null,
          opening: null,
          prefetch: [],
        },
      ],
      start: "main",
      warnings: [],
    });
  });

  it("keeps what its builder chose", () => {
    const agent = defineAgent({
      ...small,
      model: "amazon.nova-2-5-sonic",
      region: "eu-north-1",
      voice: "tina",
      endpointing: "LOW",
      greeting: "Say hello.",
      inference: { temperature: 0.2 },
      limits: { sessionMs: 60_000 },
    });
    expect(agent).toMatchObject({
      region: "eu-north-1",
      voice: "tina",
      endpointing: "LOW",
      greeting: "Say hello.",
    });
    expect(agent.inference).toEqual({ temperature: 0.2 });
    expect(agent.limits).toMatchObject({ sessionMs: 60_000, rotateAtOnceMs: LIMITS.rotateAtOnceMs });
  });
});

describe("what the editor already refuses", () => {
  it("a voice, a region, an endpointing or a setting that does not exist", () => {
    // @ts-expect-error no such voice
    expect(() => defineAgent({ ...small, voice: "mathew" })).toThrow(AgentError);
    // @ts-expect-error Nova 2.5 is not in Tokyo
    expect(() => defineAgent({ ...small, model: "amazon.nova-2-5-sonic", region: "ap-northeast-1" })).toThrow(
      AgentError,
    );
    // @ts-expect-error lower case
    expect(() => defineAgent({ ...small, endpointing: "high" })).toThrow(AgentError);
    // @ts-expect-error a slip
    expect(() => defineAgent({ ...small, greting: "Hello" })).toThrow(AgentError);
  });
});

describe("a builder's mistake", () => {
  it.each<[string, object, string, RegExp, string]>([
    [
      "a mistyped voice",
      { voice: "mathew" },
      "voice",
      /"mathew" is not a voice of amazon.nova-2/,
      'Did you mean "matthew"?',
    ],
    ["a voice in capitals", { voice: "Tiffany" }, "voice", /"Tiffany"/, 'Did you mean "tiffany"?'],
    [
      "a voice of nobody",
      { voice: "zarathustra" },
      "voice",
      /not a voice/,
      'Choose one of "tiffany", "matthew"',
    ],
    [
      "a mistyped model",
      { model: "amazon.nova-2-sonic" },
      "model",
      /not a speech model/,
      'Did you mean "amazon.nova-2-sonic-v1:0"?',
    ],
    [
      "the retired model",
      { model: "amazon.nova-sonic-v1:0" },
      "model",
      /14 September 2026/,
      'Did you mean "amazon.nova-2-sonic-v1:0"?',
    ],
    [
      "a text model",
      { model: "anthropic.claude" },
      "model",
      /not a speech model/,
      'Choose one of "amazon.nova-2-sonic-v1:0"',
    ],
    ["a mistyped region", { region: "us-east1" }, "region", /not in "us-east1"/, 'Did you mean "us-east-1"?'],
    [
      "a region without the model",
      { model: "amazon.nova-2-5-sonic", region: "us-west-2" },
      "region",
      /amazon.nova-2-5-sonic is not in/,
      "us-east-1",
    ],
    [
      "endpointing in lower case",
      { endpointing: "high" },
      "endpointing",
      /"high" is not one/,
      'Did you mean "HIGH"?',
    ],
    ["a mistyped setting", { promt: "x" }, "promt", /no such setting/, 'Did you mean "prompt"?'],
    [
      "a mistyped inner setting",
      { inference: { topp: 1 } },
      "inference.topp",
      /no such setting/,
      'Did you mean "topP"?',
    ],
    ["a setting nobody has", { colour: "red" }, "colour", /no such setting/, 'Choose one of "name"'],
    ["an empty prompt", { prompt: "  " }, "prompt", /will not do/, "Say who the agent is"],
    ["no prompt", { prompt: undefined }, "prompt", /missing/, "Say who the agent is"],
    ["a prompt that is a list", { prompt: ["a"] }, "prompt", /an array is no string/, "Say who the agent is"],
    ["a name with blanks", { name: "My Agent" }, "name", /"My Agent" will not do/, '"bank-assistant"'],
    [
      "a temperature of 3",
      { inference: { temperature: 3 } },
      "inference.temperature",
      /3 will not do/,
      "<=1",
    ],
    ["half a token", { inference: { maxTokens: 0.5 } }, "inference.maxTokens", /0\.5/, "int"],
    [
      "a session of a day",
      { limits: { sessionMs: 86_400_000 } },
      "limits.sessionMs",
      /86400000/,
      "<=14400000",
    ],
    ["a session of no turns", { limits: { sessionTurns: 0 } }, "limits.sessionTurns", /0 will not do/, ">0"],
    ["a session that earns money", { limits: { sessionCost: -1 } }, "limits.sessionCost", /-1/, ">0"],
    [
      "limits out of order",
      { limits: { rotateAtTurnEndMs: 450_000 } },
      "limits.rotateAtTurnEndMs",
      /not before rotateAtSilenceMs/,
      "rise",
    ],
    [
      "a last limit after the stream's end",
      { limits: { rotateAtOnceMs: 480_000 } },
      "limits.rotateAtOnceMs",
      /not before the stream's own end/,
      "8 minutes",
    ],
    [
      "a tool that is a string",
      { tools: ["BANK_TOOLS"] },
      "tools[0]",
      /"BANK_TOOLS" will not do/,
      'binding("NAME")',
    ],
    [
      "a tool made by nobody",
      { tools: [binding("A"), { name: "x", run() {} }] },
      "tools[1]",
      /will not do/,
      "fn({…})",
    ],
  ])(
    "%s is told with its place, what is wrong and what would be right",
    (_, mistake, place, wrong, right) => {
      const { problems } = complaintOf(() => defineLoosely({ ...small, ...mistake }));
      expect(problems.map((problem) => problem.place)).toContain(place);
      const problem = problems.find((one) => one.place === place);
      expect(problem?.wrong).toMatch(wrong);
      expect(problem?.right).toContain(right);
    },
  );

  it.each<[string, ReturnType<typeof binding>, string, RegExp]>([
    ["a binding that is no name", binding("bank tools"), "tools[0].binding", /cannot be a binding's name/],
    [
      "an `only` that is no tool's name",
      binding("BANK", { only: ["get balance"] }),
      "tools[0].only[0]",
      /no tool's name/,
    ],
    [
      "a client tool with a blank",
      clientTool({ name: "show card", description: "x", input: z.object({}) }),
      "tools[0].name",
      /"show card"/,
    ],
    [
      "a tool without words",
      clientTool({ name: "show", description: " ", input: z.object({}) }),
      "tools[0].description",
      /empty/,
    ],
    [
      "an input JSON cannot say",
      clientTool({ name: "show", description: "x", input: z.object({ when: z.date() }) }),
      "tools[0].input",
      /Date cannot be represented/,
    ],
    [
      "a wait of an hour",
      fn({ name: "wait", description: "x", input: z.object({}), timeoutMs: 3_600_000, run: () => 1 }),
      "tools[0].timeoutMs",
      /3600000/,
    ],
    [
      "a wait that is no number",
      clientTool({ name: "wait", description: "x", input: z.object({}), timeoutMs: Number.NaN }),
      "tools[0].timeoutMs",
      /NaN/,
    ],
  ])("%s is told where it stands", (_, tool, place, wrong) => {
    const { problems } = complaintOf(() => defineAgent({ ...small, tools: [tool] }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ place, wrong: expect.stringMatching(wrong) });
  });

  it("a name used twice is told with the place of the first", () => {
    const show = clientTool({ name: "show", description: "x", input: z.object({}) });
    const { problems } = complaintOf(() =>
      defineAgent({ ...small, tools: [binding("BANK"), show, show, binding("BANK")] }),
    );
    expect(problems).toEqual([
      { place: "tools[2]", wrong: 'tool "show" is listed already', right: "tools[1] has it; name it once" },
      {
        place: "tools[3]",
        wrong: 'binding "BANK" is listed already',
        right: "tools[0] has it; name it once",
      },
    ]);
  });

  it("never hides another: all are told in one readable error", () => {
    const error = complaintOf(() =>
      defineLoosely({
        name: "bank",
        prompt: "",
        voice: "lupé",
        endpointing: "fast",
        tools: [binding("not a name")],
      }),
    );
    expect(error.agent).toBe("bank");
    expect(error.message).toBe(
      [
        'Agent "bank" cannot be served (4 problems):',
        '  endpointing: "fast" is not one of its values. Choose one of "HIGH", "MEDIUM", "LOW"',
        '  prompt: "" will not do. Say who the agent is and how it speaks',
        '  voice: "lupé" is not a voice of amazon.nova-2-sonic-v1:0. Did you mean "lupe"?',
        '  tools[0].binding: "not a name" cannot be a binding\'s name. Use the name under [[services]] in wrangler.toml, such as "BANK_TOOLS"',
      ].join("\n"),
    );
  });

  it.each([[null], [undefined], ["first"], [42], [[]]])(
    "describing an agent by %j is refused, not crashed on",
    (nonsense) => {
      expect(complaintOf(() => defineAgent(nonsense as never)).problems.length).toBeGreaterThan(0);
    },
  );
});

describe("an agent's tools", () => {
  it("become sources in the order they were listed", () => {
    const agent = defineAgent({
      ...small,
      tools: [
        binding("BANK_TOOLS", { only: ["get_balance"] }),
        clientTool({
          name: "show_card",
          description: "Shows a card.",
          input: z.object({ title: z.string() }),
        }),
        fn({
          name: "add",
          description: "Adds.",
          input: z.object({ a: z.number() }),
          timeoutMs: 50,
          run: ({ a }) => a + 1,
        }),
      ],
    });
    expect(agent.tools).toEqual([
      { type: "binding", binding: "BANK_TOOLS", only: ["get_balance"] },
      {
        type: "client",
        tools: [
          {
            name: "show_card",
            description: "Shows a card.",
            inputSchema: { type: "object", properties: { title: { type: "string" } }, required: ["title"] },
            timeoutMs: LIMITS.toolMs,
          },
        ],
      },
      {
        type: "functions",
        tools: [
          {
            name: "add",
            description: "Adds.",
            inputSchema: { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
            timeoutMs: 50,
            run: expect.any(Function),
          },
        ],
      },
    ]);
  });

  it("a function may give back what JSON can say, and nothing else compiles", () => {
    interface Account {
      readonly id: string;
      readonly note?: string;
    }
    const input = z.object({});
    const made = [
      fn({ name: "a", description: "x", input, run: (): Account => ({ id: "1" }) }),
      fn({ name: "b", description: "x", input, run: async () => {} }),
      // @ts-expect-error a Date
      fn({ name: "c", description: "x", input, run: () => ({ at: new Date() }) }),
      // @ts-expect-error a Map
      fn({ name: "d", description: "x", input, run: async () => new Map() }),
      // @ts-expect-error a BigInt
      fn({ name: "e", description: "x", input, run: () => 5n }),
      // @ts-expect-error the input has no such member
      fn({ name: "f", description: "x", input: z.object({ a: z.string() }), run: ({ b }) => b }),
    ];
    expect(made.every(isListedTool)).toBe(true);
  });
});
