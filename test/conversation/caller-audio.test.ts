import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { CallerAudio } from "../../src/conversation/caller-audio.ts";

const second = silence(1000, 16000);

const heardThenNot = (heard: number, unheard: number): CallerAudio => {
  const audio = new CallerAudio();
  for (let i = 0; i < heard; i++) audio.push(second, 16000, 3000, true);
  for (let i = 0; i < unheard; i++) audio.push(second, 16000, 10_000, false);
  return audio;
};

describe("the caller's audio", () => {
  it("keeps the last of it and no more", () => {
    expect(heardThenNot(100, 0).since(0)).toHaveLength(3);
    expect(heardThenNot(0, 100).since(0)).toHaveLength(10);
  });

  it("is not called lost where a stream that is gone had heard it", () => {
    expect(heardThenNot(3, 10).takeDroppedMs()).toBe(0);
  });

  it("is called lost, once, where no stream ever heard it", () => {
    const audio = heardThenNot(3, 12);
    expect(audio.takeDroppedMs()).toBe(2000);
    expect(audio.takeDroppedMs()).toBe(0);
  });

  it("is not replayed where it was understood", () => {
    const audio = heardThenNot(3, 0);
    audio.account(2000);
    expect(audio.since(0)).toHaveLength(1);
  });
});
