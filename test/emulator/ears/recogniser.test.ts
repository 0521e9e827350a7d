import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closest, phrasebook, wordsOf } from "../../../emulator/ears/phrasebook.ts";
import { createRecogniser, type Recogniser } from "../../../emulator/ears/recogniser.ts";
import { type ClosableVoice, createVoice } from "../../../emulator/voice/voice.ts";
import { TOOLS } from "../mind/offers.ts";

const installed = await createRecogniser();
await installed?.close();

describe.skipIf(installed === undefined)("the recogniser that is installed (pocketsphinx)", () => {
  let voice: ClosableVoice;
  let recogniser: Recogniser;
  beforeAll(async () => {
    voice = await createVoice();
    recogniser = (await createRecogniser({ timeoutMs: 60_000 })) as Recogniser;
  });
  afterAll(async () => {
    await recogniser.close();
    await voice.close();
  });

  it.each([
    ["tiffany", 16000, "What is my balance?"],
    ["matthew", 16000, "How much money is in my savings account?"],
    ["tiffany", 8000, "What is my balance?"],
    ["tiffany", 24000, "What is the weather in London?"],
    ["matthew", 16000, "Yes please."],
  ])("hears what %s says at %i Hz: %s", async (voiceId, rate, text) => {
    const samples = await voice.speak(text, voiceId, rate);
    const heard = await recogniser.recognise({ samples, rate }, { sentences: [], tools: TOOLS });
    expect(wordsOf(heard)).toEqual(wordsOf(text));
  });

  it("hears a sentence it was told to expect, as it is written there", async () => {
    const text = "Cancel my appointment with Doctor O'Neil on Monday!";
    const samples = await voice.speak(text, "tiffany", 16000);
    expect(
      await recogniser.recognise({ samples, rate: 16000 }, { sentences: [text, "Hello."], tools: [] }),
    ).toBe(text);
  });

  it("hears nothing in silence, and in nothing", async () => {
    for (const length of [16000, 0]) {
      const speech = { samples: new Int16Array(length), rate: 16000 };
      expect(await recogniser.recognise(speech, { sentences: [], tools: TOOLS })).toBe("");
    }
  });
});

describe("a recogniser that misbehaves", () => {
  const directory = mkdtempSync(join(tmpdir(), "recogniser-test-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "cmudict-en-us.dict"), "hello HH AH L OW\nbalance B AE L AH N S\n");
  const speech = { samples: new Int16Array(800), rate: 8000 };
  const program = async (script: string, timeoutMs = 60_000): Promise<Recogniser> => {
    const path = join(directory, `program-${Math.abs(script.length)}`);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return (await createRecogniser({ program: path, model: directory, timeoutMs })) as Recogniser;
  };
  const hear = async (recogniser: Recogniser): Promise<string> => {
    const heard = await recogniser.recognise(speech, { sentences: [], tools: [] });
    await recogniser.close();
    return heard;
  };

  it("by never ending is killed, and understood nothing", async () => {
    expect(await hear(await program("exec sleep 600", 200))).toBe("");
  });

  it("by failing understood nothing", async () => {
    expect(await hear(await program("echo hello; exit 3"))).toBe("");
  });

  it("by talking without end is not listened to", async () => {
    expect((await hear(await program("exec yes hello", 300))).length).toBeLessThan(10_001);
  });

  it("is ended when the emulator closes", async () => {
    const recogniser = await program("exec sleep 500", 60_000);
    const heard = recogniser.recognise(speech, { sentences: [], tools: [] });
    await recogniser.close();
    expect(await heard).toBe("");
  });

  it("is not there when no program or no model is found", async () => {
    expect(await createRecogniser({ model: "/nowhere" })).toBeUndefined();
  });

  it("leaves no file behind", async () => {
    const files = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("emulator-ears-"));
    const before = new Set(files());
    const recogniser = await program("echo hello");
    const own = files().filter((name) => !before.has(name));
    expect(await recogniser.recognise(speech, { sentences: [], tools: [] })).toBe("Hello.");
    await recogniser.close();
    expect(files().filter((name) => own.includes(name))).toEqual([]);
  });
});

describe("what a recogniser is told to expect", () => {
  it("is about the tools on offer: their names, values and questions for them", () => {
    const { sentences, vocabulary } = phrasebook({ sentences: [], tools: TOOLS });
    const said = new Set(sentences.map(({ words }) => words.join(" ")));
    for (const text of [
      "what is my balance",
      "what is the weather in",
      "how much is in my savings account",
      "book table please",
    ]) {
      expect(said, text).toContain(text);
    }
    for (const word of ["checking", "savings", "restaurant", "paris", "monday", "fifty", "hello"])
      expect(vocabulary).toContain(word);
  });

  it("stays small and quick with many wordy tools", () => {
    const tools = Array.from({ length: 100 }, (_, i) => ({
      name: `tool_${"abcdefghij"[i % 10]}`,
      description: "a different word each time ".repeat(1000),
      inputSchema: null,
    }));
    expect(phrasebook({ sentences: [], tools }).sentences.length).toBeLessThan(200_000);
  });
});

describe("what was heard is written", () => {
  it.each([
    ["what is my balance", "What is my balance?"],
    ["hello there", "Hello there."],
    ["can i ask", "Can I ask?"],
    ["", ""],
    ["  ", ""],
  ])("%j as %j", (heard, written) => {
    expect(closest(heard, [])).toBe(written);
  });

  it("as the expected sentence when it was nearly that", () => {
    const expected = ["Cancel my appointment on Monday.", "Thank you, that is all."];
    expect(closest("cancel my a portland on monday", ["Cancel my appointment on Monday."])).toBe(
      "Cancel my a portland on monday.",
    );
    expect(closest("hello", expected)).toBe("Hello.");
    expect(closest("cancel my department on monday", expected)).toBe("Cancel my appointment on Monday.");
    expect(closest("thank you that as all", expected)).toBe("Thank you, that is all.");
  });
});
