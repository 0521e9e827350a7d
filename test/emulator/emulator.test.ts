/**
 * The emulator as it comes: its own ears, voice and mind.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/emulator.ts";
import { parseScenario } from "../../emulator/scenarios/scenario.ts";
import { createVoice } from "../../emulator/voice/voice.ts";
import { type DoorStream, openWebSocket } from "./support/door-client.ts";
import * as nova from "./support/events.ts";

describe("the emulator as it comes", () => {
  let emulator: Emulator;
  let stream: DoorStream;

  beforeAll(async () => {
    const scenario = parseScenario({
      name: "greeting",
      heard: ["good morning"],
      turns: [
        { when: { words: ["morning"] }, do: [{ say: "Good morning to you." }] },
        { when: { words: ["typed"] }, do: [{ say: "That was typed." }] },
      ],
    });
    if (!scenario.ok) throw new Error(scenario.error);
    emulator = await startEmulator({ port: 0, h2Port: 0, scenario: scenario.value });
    const opened = await openWebSocket(emulator);
    if (!opened.ok) throw new Error(opened.refused.message);
    stream = opened.stream;
    await send(nova.prologue({ rate: 24_000 }));
  });
  afterAll(() => emulator.close());

  const send = async (events: readonly nova.NovaEvent[]): Promise<void> => {
    for (const event of events) stream.send(await stream.seal(event));
  };
  const said = (words: string) =>
    stream.until(
      (frame) => frame.type === "event" && frame.name === "textOutput" && frame.body.content === words,
    );

  test("hears speech, answers it and typed text aloud, and hangs up in order", async () => {
    const voice = await createVoice();
    const question = await voice.speak("good morning", "tiffany", nova.RATE);
    await voice.close();
    const heard = new Int16Array(question.length + 3 * nova.RATE);
    heard.set(question, nova.RATE / 2);
    const pieces = Array.from({ length: heard.length / 512 }, (_, index) =>
      heard.slice(index * 512, (index + 1) * 512),
    );
    await send(pieces.map((piece) => nova.audioBytes(Buffer.from(piece.buffer).toString("base64"))));
    await said("good morning");
    await said("Good morning to you.");
    await stream.until((frame) => frame.type === "event" && frame.body.stopReason === "END_TURN");

    await send(nova.typed("t", "this is typed"));
    await said("That was typed.");
    await send(nova.epilogue());
    const received = await stream.over;
    expect(received.at(-1)?.name).toBe("completionEnd");
    const [record] = emulator.registry.list();
    const levels = record?.trace
      .since(0)
      .flatMap((entry) => (entry.name === "audioOutput" ? [entry.audio?.level ?? -100] : []));
    expect(Math.max(...(levels ?? []))).toBeGreaterThan(-35);
  });
});
