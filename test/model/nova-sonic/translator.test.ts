import { describe, expect, it } from "vitest";
import { type NovaOutput, readOutput } from "../../../src/model/nova-sonic/output-events.ts";
import { Translator } from "../../../src/model/nova-sonic/translator.ts";

type Named = readonly [name: string, body: Record<string, unknown>];

const SPECULATIVE = '{"generationStage":"SPECULATIVE"}';
const FINAL = '{"generationStage":"FINAL"}';

const text = (
  contentId: string,
  role: string,
  stage: string,
  content: string,
  stopReason = "PARTIAL_TURN",
): Named[] => [
  ["contentStart", { contentId, type: "TEXT", role, additionalModelFields: stage }],
  ["textOutput", { contentId, role, content }],
  ["contentEnd", { contentId, type: "TEXT", stopReason }],
];
const audioStart = (contentId: string): Named => [
  "contentStart",
  { contentId, type: "AUDIO", role: "ASSISTANT" },
];
const audio = (contentId: string): Named => ["audioOutput", { contentId, content: "AQACAA==" }];
const audioEnd = (contentId: string, stopReason: string): Named => [
  "contentEnd",
  { contentId, type: "AUDIO", stopReason },
];
const marker = (contentId: string): Named => [
  "textOutput",
  { contentId, content: '{ "interrupted" : true }' },
];

const read = ([name, body]: Named): NovaOutput =>
  readOutput(new TextEncoder().encode(JSON.stringify({ event: { [name]: body } })));

const told = (...events: readonly Named[]): unknown[] => {
  const translator = new Translator();
  return events
    .flatMap((event) => translator.read(read(event)))
    .map((event) => (event.type === "agent_audio" ? { ...event, pcm: [...event.pcm] } : event));
};

const types = (...events: readonly Named[]): string[] =>
  told(...events).map((event) => (event as { type: string }).type);

describe("a turn", () => {
  it("reads as the caller's words, then each sentence planned, heard and spoken", () => {
    expect(
      told(
        ["completionStart", { completionId: "k" }],
        ["userSpeechStart", { inputAudioOffsetMs: 1250 }],
        ["userSpeechEnd", { inputAudioOffsetMs: 2600 }],
        ...text("u", "USER", FINAL, "What is my balance?"),
        ...text("s", "ASSISTANT", SPECULATIVE, "It is twelve."),
        audioStart("a"),
        audio("a"),
        audioEnd("a", "PARTIAL_TURN"),
        ...text("f", "ASSISTANT", FINAL, "It is twelve."),
        audioStart("b"),
        audioEnd("b", "END_TURN"),
        ...text("g", "ASSISTANT", FINAL, "Anything else?", "END_TURN"),
      ),
    ).toEqual([
      { type: "speech_started", offsetMs: 1250 },
      { type: "speech_stopped", offsetMs: 2600 },
      { type: "caller_text", text: "What is my balance?" },
      { type: "agent_text", stage: "planned", text: "It is twelve." },
      { type: "agent_audio_started", content: "a" },
      { type: "agent_audio", content: "a", pcm: [1, 0, 2, 0] },
      { type: "agent_audio_ended", content: "a", last: false },
      { type: "agent_text", stage: "spoken", text: "It is twelve." },
      { type: "agent_audio_started", content: "b" },
      { type: "agent_audio_ended", content: "b", last: true },
      { type: "agent_text", stage: "spoken", text: "Anything else?" },
    ]);
  });

  it("says nothing of empty transcripts", () => {
    expect(types(...text("u", "USER", FINAL, ""), ...text("f", "ASSISTANT", FINAL, "  \n"))).toEqual([]);
  });

  it("takes speech events without an offset", () => {
    expect(told(["userSpeechStart", {}])).toEqual([{ type: "speech_started", offsetMs: null }]);
  });

  it("counts tokens since the stream opened", () => {
    const total = { input: { speechTokens: 10, textTokens: 20 }, output: { speechTokens: 30 } };
    expect(told(["usageEvent", { details: { delta: {}, total }, totalTokens: 60 }])).toEqual([
      { type: "usage", tokens: { inputSpeech: 10, inputText: 20, outputSpeech: 30, outputText: 0 } },
    ]);
  });
});

describe("tool uses", () => {
  it("are passed on once, however often they are said", () => {
    const use: Named = ["toolUse", { toolUseId: "u1", toolName: "get", content: '{"a":1}' }];
    const other: Named = ["toolUse", { toolUseId: "u2", toolName: "get", content: '{"a":1}' }];
    expect(told(use, use, other)).toEqual([
      { type: "tool_use", use: "u1", name: "get", argumentsText: '{"a":1}' },
      { type: "tool_use", use: "u2", name: "get", argumentsText: '{"a":1}' },
    ]);
  });

  it("keep their arguments when these come as an object, or not at all", () => {
    expect(
      told(
        ["toolUse", { toolUseId: "u1", toolName: "get", content: { a: 1 } }],
        ["toolUse", { toolUseId: "u2", toolName: "get" }],
      ),
    ).toMatchObject([{ argumentsText: '{"a":1}' }, { argumentsText: "{}" }]);
  });
});

describe("a barge-in", () => {
  const speaking: Named[] = [
    ...text("s", "ASSISTANT", SPECULATIVE, "A long story."),
    audioStart("a"),
    audio("a"),
  ];
  const start: Named = [
    "contentStart",
    { contentId: "m", type: "TEXT", role: "ASSISTANT", additionalModelFields: FINAL },
  ];
  const interruptions = (events: readonly Named[]) =>
    types(...events).filter((type) => type === "interrupted").length;

  it("is told once when audio, text and the text's end all say so", () => {
    const cut = [
      audioEnd("a", "INTERRUPTED"),
      start,
      marker("m"),
      ["contentEnd", { contentId: "m", type: "TEXT", stopReason: "INTERRUPTED" }] as const,
    ];
    expect(types(...speaking, ...cut).slice(3)).toEqual(["agent_audio_ended", "interrupted"]);
  });

  it("is told once when the audio ends as if nothing were", () => {
    const cut = [
      audioEnd("a", "END_TURN"),
      start,
      marker("m"),
      ["contentEnd", { contentId: "m", type: "TEXT", stopReason: "INTERRUPTED" }] as const,
    ];
    expect(types(...speaking, ...cut).slice(3)).toEqual(["agent_audio_ended", "interrupted"]);
  });

  it("is told by the text's end alone", () => {
    expect(
      interruptions([
        ...speaking,
        start,
        ["contentEnd", { contentId: "m", type: "TEXT", stopReason: "INTERRUPTED" }],
      ]),
    ).toBe(1);
  });

  it("is told by the text alone, spaces or not, and is never the agent's words", () => {
    expect(types(...text("m", "ASSISTANT", FINAL, '{"interrupted":true}'))).toEqual(["interrupted"]);
    expect(types(...text("m", "ASSISTANT", SPECULATIVE, '{ "interrupted" : true }\n'))).toEqual([
      "interrupted",
    ]);
  });

  it("ends the audio that was open, and drops what still comes of it", () => {
    expect(types(...speaking, start, marker("m"), audio("a"), audioEnd("a", "END_TURN")).slice(3)).toEqual([
      "agent_audio_ended",
      "interrupted",
    ]);
  });

  it("is told again for the next answer", () => {
    const again: Named[] = [
      audioStart("b"),
      audioEnd("b", "END_TURN"),
      ...text("n", "ASSISTANT", FINAL, '{ "interrupted" : true }', "INTERRUPTED"),
    ];
    const planned: Named[] = [
      ...text("p", "ASSISTANT", SPECULATIVE, "Next."),
      ...text("o", "ASSISTANT", FINAL, '{ "interrupted" : true }', "INTERRUPTED"),
    ];
    expect(interruptions([...speaking, start, marker("m"), ...again, ...planned])).toBe(3);
  });

  it("is not what a caller says when they say it", () => {
    expect(told(...text("u", "USER", FINAL, 'I said "interrupted": true'))).toEqual([
      { type: "caller_text", text: 'I said "interrupted": true' },
    ]);
  });
});

describe("a model that loses count", () => {
  it("may open contents without end", () => {
    const translator = new Translator();
    for (let i = 0; i < 1000; i++) translator.read(read(audioStart(`a${i}`)));
    expect(translator.read(read(audio("a999")))).toHaveLength(1);
    expect(translator.read(read(audio("a1")))).toEqual([]);
  });

  it("may open a content twice", () => {
    expect(
      types(audioStart("a"), audioStart("a"), audioEnd("a", "END_TURN"), audioEnd("a", "END_TURN")),
    ).toEqual(["agent_audio_started", "agent_audio_ended"]);
  });
});
