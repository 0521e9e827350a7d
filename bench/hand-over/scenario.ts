/**
 * What the emulator hears and says while hand-overs are measured. Every question has a number, and so has its answer: an
 * answer that is spoken twice, or to nobody, shows.
 */
const use = (tool: string) => [{ use: tool, arguments: { number: "{{match.n}}" } }];
const say = (text: string) => [{ say: text }];

/** Asked to go somewhere, it goes; where it is there already the tool is unknown to it, and it says so. */
const goTo = (segment: string) => ({
  when: { pattern: `^go to ${segment} (?<n>\\d+)` },
  do: [{ use: `go_to_${segment}`, arguments: { reason: "asked" } }],
  results: say("Goodbye for now."),
  failed: say("Here about {{match.n}}."),
});

export const SPOKEN = "Go on, please.";

export const SCENARIO = {
  name: "hand-overs",
  // Whoever takes over in the middle of things may count utterances differently: all of them are the same.
  heard: Array.from({ length: 200 }, () => SPOKEN),
  turns: [
    {
      when: { pattern: "^tale (?<n>\\d+)" },
      do: say("Tale {{match.n}} begins. Nobody knew where it would lead. Tale {{match.n}} ends."),
    },
    { when: { pattern: "^ping (?<n>\\d+)" }, do: say("Pong {{match.n}}.") },
    {
      when: { pattern: "^look up (?<n>\\d+)" },
      do: use("look_up"),
      results: say("Found {{match.n}}."),
      failed: say("Nothing on {{match.n}}."),
    },
    {
      when: { pattern: "^sign in (?<n>\\d+)" },
      do: use("sign_in"),
      results: say("You are in, {{match.n}}."),
    },
    {
      when: { pattern: "^sign out (?<n>\\d+)" },
      do: use("sign_out"),
      results: say("You are out, {{match.n}}."),
    },
    ...["front", "bank", "desk", "hosted", "own"].map(goTo),
    // What a fresh stream is told.
    {
      when: { pattern: 'result of the tool look_up.*"number":"?(?<n>\\d+)' },
      do: say("Found {{match.n}}."),
    },
    {
      when: { pattern: 'result of the tool sign_in.*"number":"?(?<n>\\d+)' },
      do: say("You are in, {{match.n}}."),
    },
    {
      when: { pattern: 'result of the tool sign_out.*"number":"?(?<n>\\d+)' },
      do: say("You are out, {{match.n}}."),
    },
    { when: { pattern: 'last words were: "\\D*(?<n>\\d+)' }, do: say("Here about {{match.n}}.") },
    { when: { pattern: "^\\(Somebody else goes on" }, do: say("Goodbye for now.") },
    { when: { pattern: "^\\(You have just taken over" }, do: say("Here I am.") },
    { when: { words: ["go", "on"] }, do: say("I am going on.") },
  ],
  otherwise: say("I did not expect that."),
};
