import { describe, expect, it } from "vitest";
import { Answer } from "../../src/conversation/answer.ts";

const told = (): Answer => {
  const answer = new Answer(1, 1, 1, "main");
  answer.plan("One two three four.");
  answer.addAudio(2000, 0);
  answer.endAudio();
  answer.plan("Five six.");
  answer.addAudio(1000, 0);
  answer.endAudio();
  return answer;
};

describe("what was heard of an answer", () => {
  it.each([
    [0, ""],
    [499, ""],
    [500, "One"],
    [1999, "One two three"],
    [2000, "One two three four."],
    [2600, "One two three four. Five"],
    [3000, "One two three four. Five six."],
    [9999, "One two three four. Five six."],
  ])("within %i ms is %j", (ms, text) => {
    expect(told().textWithin(ms)).toBe(text);
  });

  it("follows the client's report and the clock since", () => {
    const answer = told();
    answer.played(700, 1000);
    expect(answer.heardMs(1000)).toBe(700);
    expect(answer.heardMs(1500)).toBe(1200);
    expect(answer.heardMs(60_000)).toBe(3000);
  });

  it("does not believe a report that runs backwards or past what was sent", () => {
    const answer = told();
    answer.played(99_999, 0);
    expect(answer.heardMs(0)).toBe(3000);
    answer.played(10, 0);
    expect(answer.heardMs(0)).toBe(3000);
  });

  it("is what was spoken, where that differs from the plan", () => {
    const answer = told();
    answer.speak("Uno dos.");
    expect(answer.textWithin(2000)).toBe("Uno dos.");
    expect(answer.settled).toBe(false);
    answer.sent = true;
    answer.speak("Tres.");
    expect(answer.settled).toBe(true);
    expect(answer.text()).toBe("Uno dos. Tres.");
  });
});
