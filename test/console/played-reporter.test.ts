import { expect, it } from "vitest";
import { PlayedReporter } from "../../console/src/audio/played-reporter.ts";

const playing = (answer: number, ms: number) => ({ position: { answer, ms }, finished: [], playing: true });
const silent = (answer: number, ms: number) => ({ ...playing(answer, ms), playing: false });

it("tells the position about every 250 ms while an answer plays", () => {
  const reporter = new PlayedReporter(250);
  const told = Array.from({ length: 26 }, (_, index) =>
    reporter.report(index * 40, playing(1, index * 40 + 1), 0),
  ).flat();
  expect(told.map(({ ms }) => ms)).toEqual([1, 281, 561, 841]);
});

it("does not count as heard what the device has yet to play", () => {
  const reporter = new PlayedReporter(250);
  expect(reporter.report(0, playing(1, 500), 120)).toEqual([{ answer: 1, ms: 380 }]);
  expect(new PlayedReporter(250).report(0, playing(1, 50), 120)).toEqual([{ answer: 1, ms: 0 }]);
});

it("tells the end of an answer at once, and only once", () => {
  const reporter = new PlayedReporter(250);
  reporter.report(0, playing(1, 100), 0);
  expect(reporter.report(40, silent(1, 140), 0)).toEqual([{ answer: 1, ms: 140 }]);
  expect(reporter.report(80, silent(1, 140), 0)).toEqual([]);
  expect(reporter.report(5000, silent(1, 140), 0)).toEqual([]);
});

it("tells where one answer ended when the next has begun", () => {
  const reporter = new PlayedReporter(250);
  reporter.report(0, playing(1, 100), 0);
  const next = { position: { answer: 2, ms: 10 }, finished: [{ answer: 1, ms: 220 }], playing: true };
  expect(reporter.report(250, next, 0)).toEqual([
    { answer: 1, ms: 220 },
    { answer: 2, ms: 10 },
  ]);
});

it("tells the place of an interruption once more, and nothing of that answer after it", () => {
  const reporter = new PlayedReporter(250);
  reporter.report(0, playing(1, 500), 0);
  expect(reporter.interrupted(40, 1, { answer: 1, ms: 540.4 })).toEqual({ answer: 1, ms: 540 });
  expect(reporter.report(400, silent(1, 540.4), 0)).toEqual([]);
});

it("says that nothing was heard of an answer that never sounded", () => {
  expect(new PlayedReporter(250).interrupted(0, 2, { answer: 1, ms: 900 })).toEqual({ answer: 2, ms: 0 });
  expect(new PlayedReporter(250).interrupted(0, 2, null)).toEqual({ answer: 2, ms: 0 });
});
