import { describe, expect, it } from "vitest";
import { createMind } from "../../../emulator/mind/mind.ts";
import { hear, sayResult, scene, TODAY, TOOLS, words } from "./offers.ts";

const mind = () => createMind({ now: TODAY });

describe("the rules choose a tool and fill its arguments", () => {
  it.each([
    ["What's my balance?", "get_balance", { account: "checking" }],
    ["How much money is in my savings account?", "get_balance", { account: "savings" }],
    ["what is the weather in paris", "get_weather", { city: "paris" }],
    ["Will it rain in New York tomorrow?", "get_weather", { city: "New York", day: "tomorrow" }],
    ["Transfer fifty dollars to savings", "transfer_money", { amount: 50, to: "savings" }],
    ["Please send 1,250.50 to my checking account", "transfer_money", { amount: 1250.5, to: "checking" }],
    [
      "Book an outdoor table for four people on March 3rd for Jane Doe",
      "bookTable",
      { people: 4, date: "2027-03-03", name: "Jane Doe", outdoor: true },
    ],
    [
      "Book a table for two, not outdoor, on Friday for Smith",
      "bookTable",
      { people: 2, date: "2026-11-27", name: "Smith", outdoor: false },
    ],
    [
      "Search the documentation for limits",
      "kb___search_docs",
      { query: "Search the documentation for limits" },
    ],
    ["Where is my order, it is one two three four?", "order_status", { order_id: "1234" }],
    ["Where are orders AB-1234?", "order_status", { order_id: "AB-1234" }],
  ])("for %j", async (text, tool, args) => {
    expect(await hear(mind(), text)).toEqual([{ type: "use", tool, arguments: args }]);
  });

  it.each([
    ["Transfer 100 dollars from savings to checking", "savings", "checking"],
    ["Transfer to savings 100 dollars from checking", "checking", "savings"],
  ])("and knows where from and where to in %j", async (text, from, to) => {
    const account = { type: "string", enum: ["checking", "savings"] };
    const properties = { amount: { type: "number" }, from_account: account, to: account };
    const inputSchema = { type: "object", properties, required: ["from_account", "to"] };
    const tools = [{ name: "bank___transfer", description: "Moves money between accounts", inputSchema }];
    expect(await mind().react({ type: "text", text }, { ...scene(), tools })).toEqual([
      { type: "use", tool: "bank___transfer", arguments: { amount: 100, from_account: from, to } },
    ]);
  });

  it("passes on a number that was said though the schema refuses it, so that the refusal can be heard", async () => {
    const order = {
      name: "order_pizza",
      description: "Orders pizzas.",
      inputSchema: {
        type: "object",
        properties: { count: { type: "integer", minimum: 1, maximum: 20 } },
        required: ["count"],
      },
    };
    const steps = await mind().react(
      { type: "text", text: "Order 50 pizzas" },
      { ...scene(), tools: [order] },
    );
    expect(steps).toEqual([{ type: "use", tool: "order_pizza", arguments: { count: 50 } }]);
  });

  it("asks for what it must know, and then uses the tool", async () => {
    const ada = mind();
    expect(words(await hear(ada, "What's the weather?"))).toBe("Which city, please?");
    expect(await hear(ada, "London please.")).toEqual([
      { type: "use", tool: "get_weather", arguments: { city: "London" } },
    ]);
  });

  it("takes up the last tool again for a question that goes on", async () => {
    const ada = mind();
    await hear(ada, "What is the weather in Paris?");
    expect(await hear(ada, "And in Rome?")).toEqual([
      { type: "use", tool: "get_weather", arguments: { city: "Rome" } },
    ]);
  });

  it("uses no tool that is not offered, and none for small talk", async () => {
    expect(await hear(mind(), "What's my balance?", scene({ tools: [] }))).toEqual([
      { type: "say", text: "You said: What's my balance. What would you like to do?" },
    ]);
    for (const text of ["Hello", "Thank you", "Yes", "How are you?", "Tell me a story", "What can you do?"]) {
      expect(
        (await hear(mind(), text)).map(({ type }) => type),
        text,
      ).toEqual(["say"]);
    }
  });

  it.each([
    ["nothing", undefined],
    ["a text", "object"],
    ["true", true],
    ["null", null],
    ["properties that are none", { properties: [1, 2] }],
    [
      "types it does not know",
      { type: "object", properties: { a: { type: "tuple" }, b: { $ref: "#/x" } }, required: ["a"] },
    ],
    ["a pattern that is none", { properties: { a: { type: "string", pattern: "(" } }, required: ["a"] }],
    ["a schema without an end", endless()],
  ])("does not stumble over a schema that is %s", async (_, inputSchema) => {
    const odd = [{ name: "get_balance", description: "", inputSchema }];
    const [step] = await hear(mind(), "What's my balance?", scene({ tools: odd }));
    expect(["use", "say"]).toContain(step?.type);
  });

  it("fills what a strict schema requires, even when nothing was said about it", async () => {
    const properties = {
      flag: { type: "boolean" },
      count: { type: "integer", minimum: 3 },
      level: { type: "string", default: "low" },
      tags: { type: "array", items: { type: "string" } },
      kind: { anyOf: [{ type: "string", enum: ["a", "b"] }, { type: "null" }] },
    };
    const tool = {
      name: "get_balance",
      description: "",
      inputSchema: { properties, required: Object.keys(properties) },
    };
    expect(await hear(mind(), "Balance", scene({ tools: [tool] }))).toEqual([
      {
        type: "use",
        tool: "get_balance",
        arguments: { flag: false, count: 3, level: "low", tags: [], kind: "a" },
      },
    ]);
  });

  it("answers the same words in the same way", async () => {
    const talk = async (): Promise<unknown> => {
      const ada = mind();
      const answers = [];
      for (const text of ["Hello", "What's the weather?", "Oslo", "And in Rome?", "What did I say?"])
        answers.push(await hear(ada, text));
      return answers;
    };
    expect(await talk()).toEqual(await talk());
  });
});

describe("the rules speak results", () => {
  it.each([
    [
      { account: "checking", balance: 1234.5, currency: "USD" },
      "The account is checking and the balance is 1,234.50 dollars.",
    ],
    [{ balance: 100 }, "The balance is 100."],
    [
      { city: "Paris", temperatureC: 18.25, sky: "clear", id: "x1" },
      "The city is Paris, the temperature is 18.25 degrees Celsius and the sky is clear.",
    ],
    [{ message: "Your table is booked" }, "Your table is booked."],
    [{ isError: false, content: [{ type: "text", text: "Twelve." }] }, "Twelve."],
    ["plain words", "Plain words."],
    [42, "Balance: 42."],
    [
      {
        items: [
          { name: "Tea", price: 3 },
          { name: "Cake", price: 4.5 },
        ],
      },
      "The items are Tea, price 3 and Cake, price 4.50.",
    ],
    [{ transactions: [] }, "There are no transactions."],
    [{ account: { owner: "Ann", open: true } }, "The owner is Ann and the open is yes."],
    [{}, "That is done."],
    [null, "That is done."],
  ])("%j", async (content, spoken) => {
    expect(await sayResult(mind(), content)).toBe(spoken);
  });

  it.each([
    [
      { error: { code: "timeout", message: "The bank did not answer in time." } },
      "I'm sorry, that did not work: The bank did not answer in time.",
    ],
    [{ error: "E42" }, "I'm sorry, that did not work. Is there something else I can do?"],
    [{ ok: false }, "I'm sorry, that did not work. Is there something else I can do?"],
    [
      { isError: true, message: "Error: x\n    at run (a.js:1)" },
      "I'm sorry, that did not work. Is there something else I can do?",
    ],
  ])("kindly when they are failures: %j", async (content, spoken) => {
    expect(await sayResult(mind(), content)).toBe(spoken);
  });

  it("takes a result told in brackets for a result, and asks no tool again", async () => {
    const told =
      '(The result of the tool get_balance, called with {"account":"savings"}, is here: {"balance":12,"of":{"a":1}}. Tell them.)';
    const steps = await mind().react({ type: "text", text: told }, scene());
    expect(steps).toEqual([{ type: "say", text: expect.stringContaining("balance is 12") }]);
  });

  it("says the words it is given in a stage direction", async () => {
    const told =
      '(The answer is not there yet. Bridge the wait with one sentence, such as "One moment, please." Say nothing else.)';
    const steps = await mind().react({ type: "text", text: told }, scene());
    expect(steps).toEqual([{ type: "say", text: "One moment, please." }]);
  });

  it("says something short about a huge result", async () => {
    const huge = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`field ${i}`, Array.from({ length: 50 }, () => i)]),
    );
    expect((await sayResult(mind(), huge)).length).toBeLessThan(600);
  });
});

describe("the rules know what was said", () => {
  it("greets when it is told to, by the name in its prompt", async () => {
    const greeting = "Hello! I am Ada, an assistant of Fernbank. How can I help you today?";
    for (const text of [
      "Greet the caller.",
      "(The caller has joined. Say hello.)",
      "Begin the conversation",
    ]) {
      expect(words(await hear(mind(), text)), text).toBe(greeting);
    }
    expect(words(await hear(mind(), 'Greet the caller with: "Welcome back, Tom."'))).toBe(
      "Welcome back, Tom.",
    );
  });

  it("remembers it within a stream, and from the history of the stream before", async () => {
    const ada = mind();
    await hear(ada, "My name is Bob");
    expect(words(await hear(ada, "What's my name?"))).toBe("Your name is Bob.");
    const history = [
      { role: "USER", text: "My name is Eve and I like tea." },
      { role: "ASSISTANT", text: "Noted." },
    ] as const;
    const next = mind();
    expect(words(await hear(next, "What did I say before?", scene({ history })))).toBe(
      "You said: My name is Eve and I like tea.",
    );
    expect(words(await hear(next, "What is my name?", scene({ history })))).toBe("Your name is Eve.");
    expect(words(await hear(mind(), "Say that again", scene({ history })))).toBe("I said: Noted.");
  });

  it("says so when there is nothing to remember", async () => {
    expect(words(await hear(mind(), "What did I say before?"))).toBe("You have not said anything before.");
  });

  it("names what it can do when it does not know what is meant", async () => {
    const answer = words(await hear(mind(), "Flibbertigibbet", scene({ tools: TOOLS.slice(0, 2) })));
    expect(answer).toBe("I'm not sure what you mean. I can help with get balance and get weather.");
  });
});

describe("what was said in an utterance", () => {
  const speech = { samples: new Int16Array(16000 * 2), rate: 16000 };

  it("is not invented: without a recogniser the length is all that is known, and the caller is told", async () => {
    const ada = mind();
    const text = await ada.understand(speech, 0, scene());
    expect(text).toBe("(speech of 2.0 seconds)");
    expect(words(await hear(ada, text))).toContain("no speech recogniser is installed");
  });

  it("is what the recogniser heard, who is told which tools there are", async () => {
    const expected: string[] = [];
    const ada = createMind({
      recognise: async (_, { tools }) => {
        expected.push(...tools.map(({ name }) => name));
        return " What is my balance? ";
      },
    });
    expect(await ada.understand(speech, 0, scene())).toBe("What is my balance?");
    expect(expected).toEqual(TOOLS.map(({ name }) => name));
  });

  it("is asked for again when the recogniser understood nothing", async () => {
    const ada = createMind({ recognise: async () => "" });
    expect(words(await hear(ada, await ada.understand(speech, 0, scene())))).toBe(
      "I'm sorry, I did not understand that.",
    );
  });
});

function endless(): unknown {
  const schema: Record<string, unknown> = { type: "object", required: ["inner"] };
  schema.properties = { inner: schema };
  return schema;
}

describe("a stage direction in brackets", () => {
  const direct = (text: string, where = scene()) => mind().react({ type: "text", text }, where);

  it.each([
    '(You have just taken over. The caller\'s last words, not yet answered: "What is my balance?" Answer them now; do not greet.)',
    '(The caller\'s last words were: "What is my balance?" Go on from there, and do not repeat what was said.)',
    "(Before you came, the customer just asked “What is my balance?”)",
  ])("that quotes the caller is heard as the caller's words: %s", async (text) => {
    expect(await direct(text)).toEqual([
      { type: "use", tool: "get_balance", arguments: { account: "checking" } },
    ]);
  });

  it("that quotes the caller beside a result is answered by what the caller asked", async () => {
    const text = '(It is known: {"name": "Ana"}. The caller\'s last question was "Will it rain in Paris?")';
    expect(await direct(text)).toEqual([{ type: "use", tool: "get_weather", arguments: { city: "Paris" } }]);
  });

  it("leaves the caller's quoted words in what was said before", async () => {
    const one = mind();
    await one.react({ type: "text", text: '(The caller said: "I like tea.")' }, scene());
    expect(words(await hear(one, "What did I say before?"))).toBe("You said: I like tea.");
  });

  it.each([
    [
      '(Somebody else goes on in a moment. Say "One moment, please." Say nothing else.)',
      "One moment, please.",
    ],
    ["(Tell the caller that a colleague for weather takes over.)", "A colleague for weather takes over."],
    ["(Tell them that you are putting them through.)", "I am putting you through."],
    ["(You have just taken over here. Go on with what the caller wants.)", "What can I do for you?"],
    [
      '(The result of the tool get_balance has arrived: {"balance": 12}. Tell the caller.)',
      "The balance is 12.",
    ],
  ])("gives what is to be said: %s", async (text, said) => {
    expect(words(await direct(text))).toBe(said);
  });

  it("that forbids a greeting brings none", async () => {
    expect(words(await direct("(The caller is on the line already: do not greet them, ask.)"))).toBe(
      "What can I do for you?",
    );
  });
});

describe("a tool that hands the talk over", () => {
  const way = (to: string, purpose: string) => ({
    name: `go_to_${to}`,
    description: `Moves the talk to the part "${to}": ${purpose}. Use it as soon as the caller wants that; do not announce it.`,
    inputSchema: { type: "object", properties: { reason: { type: "string" } }, required: ["reason"] },
  });
  const tools = [...TOOLS, way("mortgage", "What a loan costs"), way("kitchen", "Recipes and groceries")];
  const ask = (text: string) => mind().react({ type: "text", text }, scene({ tools }));

  it.each([
    ["How about a mortgage?", "go_to_mortgage"],
    ["I need a loan for a house", "go_to_mortgage"],
    ["Any recipe with eggs?", "go_to_kitchen"],
  ])("is used for what is done there, with the reason: %s", async (text, tool) => {
    expect(await ask(text)).toEqual([{ type: "use", tool, arguments: { reason: text } }]);
  });

  it("is not used where another tool is meant, nor for small talk", async () => {
    expect(await ask("Transfer 50 dollars to savings")).toMatchObject([{ tool: "transfer_money" }]);
    for (const text of ["Go on.", "Let us talk.", "Thank you, that is all."])
      expect((await ask(text)).map(({ type }) => type)).toEqual(["say"]);
  });

  it("is not used because a direction names what is done there", async () => {
    expect(
      words(await ask("(Say goodbye: tell the caller that a colleague for mortgages takes over.)")),
    ).toBe("A colleague for mortgages takes over.");
    expect(words(await ask("(Go on about the mortgage.)"))).toBe("What can I do for you?");
  });
});

describe("a sign-in", () => {
  const inputSchema = {
    type: "object",
    properties: { account_number: { type: "string" }, date_of_birth: { type: "string", format: "date" } },
    required: ["account_number", "date_of_birth"],
  };
  const verify = { name: "verify_identity", description: "Signs the caller in.", inputSchema };
  it.each([
    "My account number is 10025518, and I was born on 1988-03-14.",
    "I was born on 14 March 1988, account number 10025518",
    "Account number 1002 5518, date of birth March 14th, 1988",
  ])("is filled with the number and the birthday: %s", async (text) => {
    expect(await mind().react({ type: "text", text }, scene({ tools: [verify] }))).toEqual([
      {
        type: "use",
        tool: "verify_identity",
        arguments: { account_number: "10025518", date_of_birth: "1988-03-14" },
      },
    ]);
  });
});

it("does what a tool's result directs, where it is a stage direction", async () => {
  expect(await sayResult(mind(), '(Somebody else goes on. Say "One moment, please." In one sentence.)')).toBe(
    "One moment, please.",
  );
  expect(await sayResult(mind(), { result: "(Tell the caller that a colleague takes over.)" })).toBe(
    "A colleague takes over.",
  );
});
