/**
 * Whole calls whose talk moves from voice to voice at random moments: nothing the caller says is lost or heard twice,
 * nothing the agent says is said twice, and every tool's result is told once.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../bench/hand-over/random.ts";
import { SCENARIO, SPOKEN } from "../../bench/hand-over/scenario.ts";
import { countFrames, timesTold, type Witness } from "../../bench/hand-over/witness.ts";
import { api, emulator, type Message } from "../workerd/call.ts";
import { MarkedCall } from "../workerd/hand-over/marked-call.ts";

/** Of one call. With three seeds more than twenty hand-overs. */
const STEPS = 9;
/** What is spoken, and the pause after which HIGH takes the turn (1.5 s), with something to spare. */
const SPOKEN_MS = 500;
const PAUSE_MS = 1_700;

const MOMENTS = ["caller speaks", "agent speaks", "tool runs", "silence", "barge-in"] as const;
type Moment = (typeof MOMENTS)[number];

beforeAll(() => emulator("/scenario", { method: "POST", body: JSON.stringify(SCENARIO) }));
afterAll(() => emulator("/scenario", { method: "DELETE" }));
afterEach(() => emulator("/faults", { method: "DELETE" }));

/** What a call has come to, for the judge at its end. */
interface Tally {
  utterances: number;
  readonly tales: number[];
  readonly lookedUp: number[];
  readonly log: string[];
}

/** Brings the call to a moment, and gives what is left to do afterwards. */
async function bringTo(
  caller: MarkedCall,
  moment: Moment,
  n: number,
  tally: Tally,
): Promise<() => Promise<void>> {
  const { call } = caller;
  const from = caller.messages.length;
  const endsUtterance = async (): Promise<void> => {
    caller.pause(PAUSE_MS);
    tally.utterances++;
    await call.since(from, ({ type, text }) => type === "transcript" && text === SPOKEN);
    const { answer } = await caller.says(from, "I am going on.");
    await caller.hears(answer);
  };
  const beginsTale = async (): Promise<unknown> => {
    tally.tales.push(n);
    caller.type(`Tale ${n}.`);
    const { answer } = await caller.says(from, `Tale ${n} begins.`);
    await caller.sounds(answer);
    return answer;
  };
  switch (moment) {
    case "silence":
      return async () => {};
    case "caller speaks":
      caller.speak(SPOKEN_MS);
      await call.since(from, ({ type, state }) => type === "speech" && state === "started");
      return endsUtterance;
    case "agent speaks": {
      const answer = await beginsTale();
      caller.pause(100);
      return () => caller.hears(answer);
    }
    case "barge-in": {
      const answer = await beginsTale();
      caller.speak(SPOKEN_MS);
      await call.since(from, (message) => message.type === "interrupted" && message.answer === answer);
      return endsUtterance;
    }
    case "tool runs": {
      tally.lookedUp.push(n);
      caller.type(`Look up ${n}.`);
      const wanted = await call.since(from, ({ type, name }) => type === "tool_call" && name === "look_up");
      return async () => {
        caller.pause(100);
        call.send({ type: "tool_result", call: wanted.call, result: { found: `thing-${n}-found` } });
        const { answer } = await caller.says(from, `Found ${n}.`);
        await caller.hears(answer);
      };
    }
  }
}

/** Moves the talk on by one of those who may, and waits until it has moved. */
async function moveOn(caller: MarkedCall, random: Random, moment: Moment, n: number): Promise<string> {
  const { call, segment } = caller;
  const from = caller.messages.length;
  const to = random.pick(OTHERS[segment] ?? ["front"]);
  // A model and its tools do nothing while the caller speaks.
  const isHeard = moment === "caller speaks" || moment === "barge-in";
  const by = random.pick(isHeard ? ["client", "operator"] : ["client", "operator", "model", "tool or fact"]);
  const moved = () => call.since(from, ({ type, reason }) => type === "segment" && reason === "transition");
  switch (by) {
    case "model": {
      caller.type(`Go to ${to} ${n}.`);
      await moved();
      await caller.hears((await caller.says(from, `Here about ${n}.`)).answer);
      break;
    }
    case "tool or fact": {
      if (segment === "desk") {
        call.send({ type: "go_to", segment: to });
        await moved();
        break;
      }
      caller.type(segment === "front" ? `Sign in ${n}.` : `Sign out ${n}.`);
      const words = segment === "front" ? `You are in, ${n}.` : `You are out, ${n}.`;
      await caller.hears((await caller.says(from, words)).answer);
      break;
    }
    case "operator": {
      const path = `/v1/sessions/${call.made.session}/segment`;
      const response = await api(path, { method: "POST", body: JSON.stringify({ segment: to }) });
      expect(response.ok).toBe(true);
      await moved();
      break;
    }
    default:
      call.send({ type: "go_to", segment: to });
      await moved();
  }
  return `${by}: ${segment} to ${caller.segment}`;
}
const OTHERS: Readonly<Record<string, readonly [string, string]>> = {
  front: ["desk", "bank"],
  bank: ["front", "desk"],
  desk: ["front", "bank"],
};

async function playCall(
  seed: number,
): Promise<{ caller: MarkedCall; tally: Tally; witnesses: readonly Witness[] }> {
  const random = createRandom(seed);
  const caller = await MarkedCall.ready("three-voices");
  const tally: Tally = { utterances: 0, tales: [], lookedUp: [], log: [] };
  for (let step = 0; step < STEPS; step++) {
    const n = seed * 100 + step * 2 + 1;
    const moment = random.pick(MOMENTS);
    const finish = await bringTo(caller, moment, n, tally);
    tally.log.push(`${moment}, ${await moveOn(caller, random, moment, n + 1)}`);
    await finish();
    caller.playAll();
  }
  caller.pause(100);
  return { caller, tally, witnesses: await caller.hangUp() };
}

const said = (messages: readonly Message[], words: string): readonly unknown[] => [
  ...new Set(
    messages.flatMap(({ type, role, text, answer }) =>
      type === "transcript" && role === "agent" && String(text).includes(words) ? [answer] : [],
    ),
  ),
];

describe.each([11, 12, 13])("a call that moves at random moments (seed %d)", (seed) => {
  let played: Awaited<ReturnType<typeof playCall>>;
  beforeAll(async () => {
    played = await playCall(seed);
  });

  it("moves, and the gap in which nobody hears the caller is none", () => {
    const moves = played.caller.messages.filter(
      ({ type, reason }) => type === "segment" && reason === "transition",
    );
    expect(moves.length, played.tally.log.join("\n")).toBeGreaterThanOrEqual(7);
    expect(moves.map(({ gapMs }) => gapMs)).toEqual(moves.map(() => 0));
  });

  it("loses, doubles and reorders none of the caller's frames", () => {
    const { lost, disordered } = countFrames(played.witnesses, 0, played.caller.frames);
    expect({ lost, disordered }, played.tally.log.join("\n")).toEqual({ lost: [], disordered: [] });
  });

  it("understands everything that was spoken once", () => {
    const understood = played.caller.messages.filter(
      ({ type, role, text }) => type === "transcript" && role === "caller" && text === SPOKEN,
    );
    expect(understood.length, played.tally.log.join("\n")).toBe(played.tally.utterances);
  });

  it("says no answer twice", () => {
    const { messages } = played.caller;
    for (const n of played.tally.tales) expect(said(messages, `Tale ${n} begins.`)).toHaveLength(1);
    for (const n of played.tally.lookedUp) expect(said(messages, `Found ${n}.`)).toHaveLength(1);
    expect(said(messages, "I am going on.")).toHaveLength(played.tally.utterances);
    expect(said(messages, "I did not expect that.")).toEqual([]);
  });

  it("lets nothing be heard of an answer after it was interrupted", () => {
    const { messages } = played.caller;
    const late = messages.flatMap((cut, place) =>
      cut.type === "interrupted"
        ? messages
            .slice(place)
            .filter(({ type, answer }) => type === "audio" && Number(answer) <= Number(cut.answer))
        : [],
    );
    expect(late).toEqual([]);
  });

  it("ends every tool call once, and tells its result to one stream once", () => {
    const ofType = (wanted: string): unknown[] =>
      played.caller.messages.filter(({ type }) => type === wanted).map(({ call }) => call);
    expect(ofType("tool_ended").toSorted()).toEqual(ofType("tool_started").toSorted());
    expect(new Set(ofType("tool_ended")).size).toBe(ofType("tool_ended").length);
    for (const n of played.tally.lookedUp) expect(timesTold(played.witnesses, `thing-${n}-found`)).toBe(1);
  });
});
