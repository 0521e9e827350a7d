/**
 * What the emulator hears and says while things break. Every question has a number, and so has its answer: an answer
 * that is spoken twice, or never, shows. Patterns are not anchored, since what is asked again comes in other words.
 */
const use = (tool: string, args: object = { number: "{{match.n}}" }) => [{ use: tool, arguments: args }];
const say = (text: string) => [{ say: text }];

const goTo = (segment: string) => ({
  when: { pattern: `\\bgo to ${segment} (?<n>\\d+)`, tool: `go_to_${segment}` },
  do: use(`go_to_${segment}`, { reason: "asked" }),
});

const RATES = "What are the mortgage rates?";

/** Whoever is asked may be out of order, and then the caller is told so. */
const asks = (word: string, tool: string, args: object, words: string) => ({
  when: { pattern: `\\bthe ${word} (?<n>\\d+)`, tool },
  do: use(tool, args),
  results: say(words),
  failed: say(`No ${word} for {{match.n}}.`),
});

/** What is told of a tool's result to a stream that did not ask for it. */
const lateResult = (tool: string, words: string) => ({
  when: { pattern: `result of the tool ${tool}, called earlier with .*?"number":"(?<n>\\d+)` },
  do: say(words),
});

export const SPOKEN = "Go on, please.";

/** Both are known, so that callers may sign in over and over. */
const ANA = { account_number: "10025518", date_of_birth: "1988-03-14" };

export const SCENARIO = {
  name: "chaos",
  // Whoever takes over in the middle of things may count utterances differently: all of them are the same.
  heard: Array.from({ length: 400 }, () => SPOKEN),
  turns: [
    {
      when: { pattern: 'tool \\w+ was called with .*"(number|question)":"\\D*(?<n>\\d+)' },
      do: say("It is not known what became of {{match.n}}."),
    },
    lateResult("count", "Counted {{match.n}}."),
    lateResult("look_up", "Found {{match.n}}."),
    lateResult("sign_in", "You are in, {{match.n}}."),
    { when: { pattern: "result of the tool" }, do: say("That is done.") },
    ...[
      asks("account", "account", { account: "checking" }, "Account {{match.n}}: {{result.balance}}."),
      asks("clerk", "ask_clerk", { question: "Note {{match.n}}." }, "The clerk has {{match.n}}."),
      asks("files", "ask_files", { question: `${RATES} {{match.n}}` }, "The files have {{match.n}}."),
      asks("insurer", "ask_insurer", { question: `${RATES} {{match.n}}` }, "The insurer has {{match.n}}."),
    ],
    {
      when: { pattern: "\\btale (?<n>\\d+)" },
      do: say(
        "Tale {{match.n}} begins. It went on for a long time. Nobody knew where it would lead. Tale {{match.n}} ends.",
      ),
    },
    { when: { pattern: "\\bping (?<n>\\d+)" }, do: say("Pong {{match.n}}.") },
    {
      when: { pattern: "\\blook up (?<n>\\d+)" },
      do: use("look_up"),
      results: say("Found {{match.n}}."),
      failed: say("Nothing on {{match.n}}."),
    },
    {
      when: { pattern: "\\bcount (?<n>\\d+)" },
      do: use("count"),
      results: say("Counted {{match.n}}."),
      failed: say("No count of {{match.n}}."),
    },
    {
      when: { pattern: "\\bsign in (?<n>\\d+)", tool: "sign_in" },
      do: use("sign_in"),
      results: say("You are in, {{match.n}}."),
    },
    {
      when: { pattern: "\\bI am Ana (?<n>\\d+)", tool: "verify_identity" },
      do: use("verify_identity", ANA),
      results: say("Thank you, {{match.n}}."),
    },
    {
      when: { pattern: "\\bbalance (?<n>\\d+)", tool: "get_balance" },
      do: use("get_balance", { account: "checking" }),
      results: say("Balance {{match.n}}: {{result.balance}}."),
      failed: say("No balance {{match.n}}."),
    },
    {
      when: { pattern: "\\badviser (?<n>\\d+)", tool: "ask_mortgage_adviser" },
      do: use("ask_mortgage_adviser", { question: "What are the mortgage rates?" }),
      results: say("The adviser has answered {{match.n}}."),
      failed: say("No adviser for {{match.n}}."),
    },
    ...["front", "desk", "office", "banking", "mortgage"].map(goTo),
    // Where the talk is there already, or has come there with the question.
    { when: { pattern: "\\bgo to \\w+ (?<n>\\d+)" }, do: say("Here about {{match.n}}.") },
    { when: { pattern: 'last words were: "\\D*(?<n>\\d+)' }, do: say("Here about {{match.n}}.") },
    { when: { pattern: "^\\(Somebody else goes on" }, do: say("Goodbye for now.") },
    { when: { pattern: "^\\(You have just taken over" }, do: say("Here I am.") },
    { when: { pattern: "^\\(" }, do: say("Sorry about that.") },
    { when: { words: ["go", "on"] }, do: say("I am going on.") },
    { when: { pattern: "(?<n>\\d+)" }, do: say("I cannot do {{match.n}} here.") },
  ],
  otherwise: say("I did not expect that."),
  textAgents: [{ name: "clerk", when: { words: ["clerk"] }, otherwise: say("It is noted.") }],
};
