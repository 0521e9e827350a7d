/**
 * What the emulator hears and says in the long call: each question has a number, and so has its answer.
 */
const numbered = (word: string) => `\\b${word} (?<n>\\d+)`;
const say = (text: string) => [{ say: text }];
const use = (tool: string) => [{ use: tool, arguments: { number: "{{match.n}}" } }];

/** As a caller says it who has much to tell: talks of two hours outgrow what a model is told of them. */
export const CHATTER = "I have been meaning to ask this for a while, and I would like to be sure. ".repeat(
  12,
);
/** Long enough to be moved in the middle of it. */
export const ALOUD = "I am going on. It is a long way, and nobody knows where it leads. So far it was good.";
export const SORRY = "Sorry about that.";

export const SCENARIO = {
  name: "long call",
  heard: Array.from({ length: 400 }, () => "Go on, please."),
  turns: [
    {
      when: { pattern: numbered("tale") },
      do: say(
        "Tale {{match.n}} begins. It went on for a long time. Nobody knew where it would lead. Tale {{match.n}} ends.",
      ),
    },
    { when: { pattern: numbered("ping") }, do: say("Pong {{match.n}}.") },
    { when: { pattern: numbered("count") }, do: use("count"), results: say("Counted {{match.n}}.") },
    { when: { pattern: numbered("look up") }, do: use("look_up"), results: say("Found {{match.n}}.") },
    { when: { pattern: "^\\(" }, do: say(SORRY) },
    { when: { words: ["go", "on"] }, do: say(ALOUD) },
  ],
  otherwise: say("I did not expect that."),
};
