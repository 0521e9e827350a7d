import { describe, expect, it } from "vitest";
import { Transcript } from "../../src/conversation/transcript.ts";

const said = {
  type: "agent",
  turn: 1,
  at: 0,
  segment: "main",
  text: "Forty pounds.",
  interrupted: false,
} as const;

describe("what is on record", () => {
  it("is told once as new, and again only when it was corrected", () => {
    const transcript = new Transcript();
    const index = transcript.add(said);
    expect(transcript.takeChanged()).toHaveLength(1);
    transcript.correct(index, "Forty pounds.", false);
    expect(transcript.takeChanged()).toEqual([]);
    transcript.correct(index, "Forty", true);
    expect(transcript.takeChanged()).toMatchObject([{ text: "Forty", interrupted: true }]);
  });
});
