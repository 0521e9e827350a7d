import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { AGENT, Stage } from "./stage.ts";

const FRAME_MS = 100;
const HOURS = 2;
const utf8 = new TextEncoder();
const bytes = (value: unknown): number => utf8.encode(JSON.stringify(value)).byteLength;

const numberOf = (pcm: Uint8Array): number => new DataView(pcm.buffer, pcm.byteOffset).getUint32(0);

/** A call of two hours: a question and an answer every 20 s or so, each frame of the caller's with a number of its own. */
function longCall() {
  const stage = Stage.talking({ limits: { ...AGENT.limits, sessionMs: LIMITS.sessionMaxMs } });
  const begun = stage.now;
  const heard = new Map<number, number[]>();
  const prompts: {
    prompt: number;
    tellsOfTheBeginning: boolean;
    history: number;
    messages: readonly { role: string; text: string }[];
  }[] = [];
  const snapshots: number[] = [];
  let frames = 0;
  let live = 1;

  const take = (): void => {
    for (const effect of stage.effects) {
      if (effect.type === "stream.begin") {
        live = effect.generation;
        const { prompt, history } = effect.spec;
        prompts.push({
          prompt: utf8.encode(prompt).byteLength,
          tellsOfTheBeginning: prompt.includes("Question 1:"),
          history: history.reduce((sum, { text }) => sum + utf8.encode(text).byteLength, 0),
          messages: history,
        });
      }
      if (effect.type === "stream.audio" && numberOf(effect.pcm) > 0)
        heard.set(effect.generation, [...(heard.get(effect.generation) ?? []), numberOf(effect.pcm)]);
    }
    const fresh = stage.of("stream.open").map(({ generation }) => generation);
    stage.effects.length = 0;
    // The door takes a second to open.
    for (const generation of fresh) {
      waitFor(1_000);
      stage.model({ type: "opened", connectMs: 900 }, generation);
      take();
    }
  };

  function waitFor(ms: number): void {
    for (let at = 0; at < ms; at += FRAME_MS) {
      stage.pass(FRAME_MS);
      const pcm = silence(FRAME_MS, 16000);
      frames++;
      new DataView(pcm.buffer).setUint32(0, frames);
      stage.command({ type: "audio", pcm });
    }
  }

  for (let turn = 1; stage.now < begun + HOURS * 3_600_000; turn++) {
    waitFor(6_000);
    take();
    stage.callerSays(`Question ${turn}: ${"and what about this, that and the other ".repeat(4)}`, live);
    stage.useTool(`u${turn}`, "get_balance", "{}", live);
    stage.play({
      type: "tool_result",
      call: `t${turn}`,
      outcome: { status: "ok", value: { balance: turn } },
    });
    waitFor(700);
    stage.say(`Answer ${turn}: ${"well, it is like this ".repeat(12)}`, 11_000, { generation: live });
    take();
    waitFor(12_000);
    take();
    expect(stage.record.length).toBe(3 * turn);
    snapshots.push(bytes(stage.conversation.snapshot()));
  }
  return { stage, frames, heard, prompts, snapshots };
}

describe("a call of two hours", () => {
  const { stage, frames, heard, prompts, snapshots } = longCall();

  it("moves to a fresh stream fifteen times and more, without a gap", () => {
    expect(prompts.length).toBeGreaterThanOrEqual(15);
    expect(stage.conversation.progress.streams).toBe(prompts.length + 1);
  });

  it("loses no frame of the caller's: every one is heard, and in order by each stream", () => {
    const all = new Set<number>();
    for (const marks of heard.values()) {
      for (const [place, mark] of marks.entries()) expect(mark).toBeGreaterThan(marks[place - 1] ?? 0);
      for (const mark of marks) all.add(mark);
    }
    expect(all.size).toBe(frames);
  });

  it("replays to a fresh stream no more than the ring holds", () => {
    const generations = [...heard.keys()].sort((a, b) => a - b);
    for (const [place, generation] of generations.entries()) {
      const before = heard.get(generations[place - 1] ?? 0) ?? [];
      const twice = before.filter((mark) => mark >= (heard.get(generation)?.[0] ?? 0));
      expect(twice.length * FRAME_MS).toBeLessThanOrEqual(LIMITS.replayRingMs + 2 * FRAME_MS);
    }
  });

  it("tells each stream what was said last, within the model's bounds", () => {
    for (const { history, messages } of prompts) {
      expect(history).toBeLessThanOrEqual(LIMITS.historyBytes);
      expect(messages.at(-1)).toMatchObject({ role: "agent" });
    }
    const numbers = prompts.map(({ messages }) =>
      Number(/Answer (\d+)/.exec(messages.at(-1)?.text ?? "")?.[1]),
    );
    for (const [place, number] of numbers.entries()) expect(number).toBeGreaterThan(numbers[place - 1] ?? 0);
  });

  it("tells it how the call began, in a prompt that does not grow without end", () => {
    const sizes = prompts.map(({ prompt }) => prompt);
    expect(Math.max(...sizes)).toBeLessThan(LIMITS.compactedBytes + 1_000);
    expect(prompts.filter((spec) => spec.tellsOfTheBeginning).length).toBeGreaterThan(prompts.length / 2);
    expect(prompts.at(-1)).toMatchObject({ tellsOfTheBeginning: true });
    // From the middle of the call on it is as long as it gets.
    const late = sizes.slice(sizes.length / 2);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(100);
  });

  it("is stored in as much room at its end as at its beginning, what was said aside", () => {
    expect((snapshots.at(-1) ?? 0) - (snapshots[1] ?? 0)).toBeLessThan(50);
  });
});
