import { describe, expect, it } from "vitest";
import type { StreamSpec } from "../../../src/conversation/events.ts";
import { audioInputOf } from "../../../src/model/nova-sonic/input-events.ts";
import { prologue, textContent } from "../../../src/model/nova-sonic/prologue.ts";
import { countingIds, spec, tool } from "./spec.ts";

const NAMES = { prompt: "P", audio: "A" };
const events = (changes: Partial<StreamSpec> = {}) =>
  prologue(spec(changes), NAMES, countingIds()).map((json) => JSON.parse(json).event);
const names = (all: readonly object[]): string[] => all.map((event) => Object.keys(event).join());

describe("the prologue", () => {
  it("says session, prompt and system prompt, then opens the audio", () => {
    expect(events({ inference: { maxTokens: 1024, topP: 0.9, temperature: 0.7 } })).toEqual([
      {
        sessionStart: {
          inferenceConfiguration: { maxTokens: 1024, topP: 0.9, temperature: 0.7 },
          turnDetectionConfiguration: { endpointingSensitivity: "MEDIUM" },
        },
      },
      {
        promptStart: {
          promptName: "P",
          textOutputConfiguration: { mediaType: "text/plain" },
          audioOutputConfiguration: {
            mediaType: "audio/lpcm",
            sampleRateHertz: 24000,
            sampleSizeBits: 16,
            channelCount: 1,
            voiceId: "matthew",
            encoding: "base64",
            audioType: "SPEECH",
          },
        },
      },
      {
        contentStart: {
          promptName: "P",
          contentName: "id-1",
          type: "TEXT",
          interactive: false,
          role: "SYSTEM",
          textInputConfiguration: { mediaType: "text/plain" },
        },
      },
      { textInput: { promptName: "P", contentName: "id-1", content: "You are a test." } },
      { contentEnd: { promptName: "P", contentName: "id-1" } },
      {
        contentStart: {
          promptName: "P",
          contentName: "A",
          type: "AUDIO",
          interactive: true,
          role: "USER",
          audioInputConfiguration: {
            mediaType: "audio/lpcm",
            sampleRateHertz: 16000,
            sampleSizeBits: 16,
            channelCount: 1,
            audioType: "SPEECH",
            encoding: "base64",
          },
        },
      },
    ]);
  });

  it("offers tools with their schema as a string", () => {
    const [, promptStart] = events({ tools: [tool("get_balance")] });
    expect(promptStart.promptStart).toMatchObject({
      toolUseOutputConfiguration: { mediaType: "application/json" },
      toolConfiguration: {
        tools: [
          {
            toolSpec: {
              name: "get_balance",
              description: "Does get_balance.",
              inputSchema: { json: '{"type":"object","properties":{}}' },
            },
          },
        ],
        toolChoice: { auto: {} },
      },
    });
  });

  it("never offers a tool whose name Nova would refuse the stream for", () => {
    const bad = ["", "my tool", "a.b", "naïve", "a/b", "x".repeat(65), "a\n"];
    const [, some] = events({ tools: [...bad, "target___ok-1"].map(tool) });
    expect(some.promptStart.toolConfiguration.tools).toHaveLength(1);
    const [, none] = events({ tools: bad.map(tool) });
    expect(none.promptStart).not.toHaveProperty("toolConfiguration");
    expect(none.promptStart).not.toHaveProperty("toolUseOutputConfiguration");
  });

  it("tells the history between the system prompt and the audio, each message in a content of its own", () => {
    const all = events({
      history: [
        { role: "caller", text: "Hello?" },
        { role: "agent", text: "Hello." },
      ],
    });
    expect(names(all).join(" ")).toBe(
      "sessionStart promptStart contentStart textInput contentEnd contentStart textInput contentEnd contentStart textInput contentEnd contentStart",
    );
    const starts = all.flatMap((event) => ("contentStart" in event ? [event.contentStart] : []));
    expect(starts.map(({ role, interactive, type }) => [type, role, interactive])).toEqual([
      ["TEXT", "SYSTEM", false],
      ["TEXT", "USER", false],
      ["TEXT", "ASSISTANT", false],
      ["AUDIO", "USER", true],
    ]);
    expect(new Set(starts.map(({ contentName }) => contentName)).size).toBe(4);
  });

  it("splits a long message over several inputs of one content, by bytes and not by characters", () => {
    const text = "äöü 🎙 ".repeat(300);
    const all = events({ history: [{ role: "caller", text }] });
    const inputs = all.flatMap((event) => ("textInput" in event ? [event.textInput] : [])).slice(1);
    expect(inputs.length).toBeGreaterThan(3);
    for (const { content } of inputs) expect(Buffer.byteLength(content)).toBeLessThanOrEqual(1024);
    expect(inputs.map(({ content }) => content).join("")).toBe(text);
    expect(new Set(inputs.map(({ contentName }) => contentName)).size).toBe(1);
  });

  it("sends a long system prompt in one piece", () => {
    const inputs = names(events({ prompt: "word ".repeat(2000) })).filter((name) => name === "textInput");
    expect(inputs).toHaveLength(1);
  });

  it("leaves out messages of nothing, which Nova does not take", () => {
    expect(textContent("P", "c", "USER", " \u0000\n", true)).toEqual([]);
  });
});

describe("audio events", () => {
  it("are what JSON.stringify would make of them", () => {
    const pcm = Uint8Array.from({ length: 640 }, (_, i) => i * 7);
    const backing = new Uint8Array(700);
    backing.set(pcm, 3);
    expect(Buffer.from(audioInputOf("P", "A")(backing.subarray(3, 643))).toString()).toBe(
      JSON.stringify({
        event: {
          audioInput: { promptName: "P", contentName: "A", content: Buffer.from(pcm).toString("base64") },
        },
      }),
    );
  });
});
