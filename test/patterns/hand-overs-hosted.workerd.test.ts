/**
 * A whole call that moves from Nova Sonic to an agent hosted on AgentCore Runtime and back: who calls cannot tell them
 * apart, but for the voice.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENARIO, SPOKEN } from "../../bench/hand-over/scenario.ts";
import { countFrames } from "../../bench/hand-over/witness.ts";
import { emulator } from "../workerd/call.ts";
import { MarkedCall } from "../workerd/hand-over/marked-call.ts";
import { RUNTIME } from "../workerd/hand-over/runtime.ts";

/** Nova at HIGH takes the turn after 1.5 s, the hosted agent after its own 1.75 s. */
const PAUSE_MS = 2_000;

beforeAll(() => emulator("/scenario", { method: "POST", body: JSON.stringify(SCENARIO) }));
afterAll(() => emulator("/scenario", { method: "DELETE" }));

/** Asks in writing, and gives the answer's number once it was heard. */
async function ask(caller: MarkedCall, question: string, words: string): Promise<unknown> {
  const from = caller.messages.length;
  caller.type(question);
  const { answer } = await caller.says(from, words);
  await caller.hears(answer);
  return answer;
}

/** Talks over a tale, and waits until that is answered. Gives the answer that was cut off. */
async function bargeIn(caller: MarkedCall, n: number): Promise<unknown> {
  const from = caller.messages.length;
  caller.type(`Tale ${n}.`);
  const { answer } = await caller.says(from, `Tale ${n} begins.`);
  await caller.sounds(answer);
  caller.speak(500);
  await caller.call.since(from, (message) => message.type === "interrupted" && message.answer === answer);
  caller.pause(PAUSE_MS);
  await caller.call.since(from, ({ type, text }) => type === "transcript" && text === SPOKEN);
  await caller.hears((await caller.says(from, "I am going on.")).answer);
  return answer;
}

/** Moves by the client's word, while nobody speaks. */
async function moveTo(caller: MarkedCall, segment: string): Promise<void> {
  const from = caller.messages.length;
  caller.call.send({ type: "go_to", segment });
  await caller.call.since(from, ({ type, name }) => type === "segment" && name === segment);
}

describe("a call from Nova to a hosted agent and back", () => {
  it("is one call: notices, transcript, interruptions and history alike", async () => {
    const caller = await MarkedCall.ready("own-and-hosted");
    const cut: unknown[] = [];
    await ask(caller, "Ping 1.", "Pong 1.");
    cut.push(await bargeIn(caller, 2));
    await moveTo(caller, "hosted");
    await ask(caller, "Ping 3.", "Pong 3.");
    cut.push(await bargeIn(caller, 4));
    await moveTo(caller, "own");
    await ask(caller, "Ping 5.", "Pong 5.");
    cut.push(await bargeIn(caller, 6));
    caller.pause(100);
    const streams = await caller.streams();
    const witnesses = await caller.hangUp();

    const { messages } = caller;
    expect(messages.filter(({ type }) => type === "segment")).toMatchObject([
      { name: "own", reason: "start", gapMs: 0 },
      { name: "hosted", reason: "transition", from: "own", by: "client", gapMs: 0 },
      { name: "own", reason: "transition", from: "hosted", by: "client", gapMs: 0 },
    ]);
    expect(messages.filter(({ type }) => type === "interrupted").map(({ answer }) => answer)).toEqual(cut);
    for (const [place, message] of messages.entries())
      if (message.type === "interrupted")
        expect(
          messages
            .slice(place)
            .filter(({ type, answer }) => type === "audio" && Number(answer) <= Number(message.answer)),
        ).toEqual([]);
    const { lost, disordered } = countFrames(witnesses, 0, caller.frames);
    expect({ lost, disordered }).toEqual({ lost: [], disordered: [] });
    expect(messages.filter(({ type, text }) => type === "transcript" && text === SPOKEN)).toHaveLength(3);

    // The hosted agent is told what was said in its prompt, Nova in its history.
    const [first, hosted, back] = streams;
    if (!first || !hosted || !back || streams.length !== 3) throw new Error(`${streams.length} streams`);
    expect((await hosted.until("note", "connected")).body).toMatchObject({ runtime: RUNTIME });
    const { system_prompt: prompt } = (await hosted.until("received", "config")).body as {
      system_prompt: string;
    };
    expect(prompt).toContain("Caller: Ping 1.\nYou: Pong 1.");
    expect(prompt).toContain(SPOKEN);
    const told = (await back.entries()).flatMap(({ name, body }) =>
      name === "textInput" ? [String((body as { content: string }).content)] : [],
    );
    expect(told).toEqual(
      expect.arrayContaining(["Pong 1.", "Pong 3."].map((words) => expect.stringContaining(words))),
    );
    expect(told.filter((text) => text.includes("Tale 4 ends."))).toEqual([]);
  });

  it("answers there what moved it there", async () => {
    const caller = await MarkedCall.ready("own-and-hosted");
    // The hosted agent plays the same scenario, where these words lead to a farewell.
    await ask(caller, "Go to hosted 7.", "Goodbye for now.");
    expect(caller.segment).toBe("hosted");
    const witnesses = await caller.hangUp();
    expect(witnesses.map(({ asked }) => asked)).toEqual([["Go to hosted 7."], ["Go to hosted 7."]]);
  });

  it("lets a caller who speaks finish, and is heard whole on the other side", async () => {
    const caller = await MarkedCall.ready("own-and-hosted");
    for (const [n, segment] of ["hosted", "own"].entries()) {
      const from = caller.messages.length;
      caller.speak(500);
      // A hosted agent does not say that it hears somebody.
      await (await caller.streams()).at(-1)?.hears(caller.frames - 1);
      await moveTo(caller, segment);
      caller.pause(PAUSE_MS);
      await caller.call.since(from, ({ type, text }) => type === "transcript" && text === SPOKEN);
      await caller.hears((await caller.says(from, "I am going on.")).answer);
      expect(
        caller.messages.filter(({ type, text }) => type === "transcript" && text === SPOKEN),
      ).toHaveLength(n + 1);
    }
    const witnesses = await caller.hangUp();
    const { lost, disordered } = countFrames(witnesses, 0, caller.frames);
    expect({ lost, disordered }).toEqual({ lost: [], disordered: [] });
  });
});
