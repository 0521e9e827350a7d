/**
 * Every rule, broken once: the exception, its words, and the end of the stream.
 */
import { describe, expect, test } from "vitest";
import { createBench } from "../support/bench.ts";
import * as nova from "../support/events.ts";
import { use } from "../support/senses.ts";

type Send = nova.NovaEvent | readonly nova.NovaEvent[];

const GENERIC = "Invalid input request, please fix your input and try again";
const HISTORY_LATE = "Chat history should be sent completely before streaming audio.";
const HISTORY_LARGE = "Chat history is over max limit";
const BYTES = "Invalid event bytes";

const start = [nova.sessionStart(), nova.promptStart()];
const beforeAudio = [...start, ...nova.system()];
const withAudio = nova.prologue();
const change = (event: nova.NovaEvent, path: string, value: unknown): nova.NovaEvent => {
  const copy = structuredClone(event) as { event: Record<string, unknown> };
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let place: Record<string, unknown> = copy.event;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
};
const audioConfig = "promptStart.audioOutputConfiguration";
const many = (role: string, count: number, size: number): readonly nova.NovaEvent[] =>
  Array.from({ length: count }, (_, index) => nova.text(`h${index}`, role, "a".repeat(size))).flat();

const violations: readonly [string, string | RegExp, readonly Send[]][] = [
  ["a promptStart before sessionStart", GENERIC, [nova.promptStart()]],
  ["a second sessionStart", GENERIC, [nova.sessionStart(), nova.sessionStart()]],
  ["a second prompt", GENERIC, [...start, nova.promptStart()]],
  ["a temperature above 1", GENERIC, [nova.sessionStart({ inferenceConfiguration: { temperature: 1.5 } })]],
  ["no tokens to speak with", GENERIC, [nova.sessionStart({ inferenceConfiguration: { maxTokens: 0 } })]],
  [
    "an unknown sensitivity",
    GENERIC,
    [nova.sessionStart({ turnDetectionConfiguration: { endpointingSensitivity: "EXTREME" } })],
  ],
  [
    "an unknown voice",
    "Received invalid voiceId",
    [nova.sessionStart(), nova.promptStart({ voiceId: "greta" })],
  ],
  ["44.1 kHz", GENERIC, [nova.sessionStart(), nova.promptStart({ rate: 44_100 })]],
  [
    "8 bit samples",
    GENERIC,
    [nova.sessionStart(), change(nova.promptStart(), `${audioConfig}.sampleSizeBits`, 8)],
  ],
  ["stereo", GENERIC, [nova.sessionStart(), change(nova.promptStart(), `${audioConfig}.channelCount`, 2)]],
  [
    "a prompt without a name",
    GENERIC,
    [nova.sessionStart(), change(nova.promptStart(), "promptStart.promptName", "")],
  ],
  [
    "a tool name with a space",
    /Value 'get balance' at 'toolConfiguration\.tools\.2\.member\.toolSpec\.name' failed to satisfy constraint/,
    [nova.sessionStart(), nova.promptStart({ tools: [nova.tool("ok"), nova.tool("get balance")] })],
  ],
  [
    "a tool schema that is not JSON",
    GENERIC,
    [
      nova.sessionStart(),
      nova.promptStart({ tools: [{ toolSpec: { name: "x", inputSchema: { json: "{" } } }] }),
    ],
  ],
  [
    "a choice of a tool that is not offered",
    GENERIC,
    [
      nova.sessionStart(),
      change(nova.promptStart({ tools: [nova.tool("x")] }), "promptStart.toolConfiguration.toolChoice", {
        tool: { name: "y" },
      }),
    ],
  ],
  ["an event nobody knows", GENERIC, [...start, { event: { moodStart: {} } }]],
  ["two events in one", GENERIC, [{ event: { sessionStart: {}, sessionEnd: {} } }]],
  [
    "another prompt's name",
    GENERIC,
    [...start, change(nova.textStart("s", "SYSTEM"), "contentStart.promptName", "p2")],
  ],
  ["a content name used twice", GENERIC, [...beforeAudio, nova.textStart("system-1", "USER")]],
  ["audio before the system prompt", GENERIC, [...start, nova.audioStart()]],
  ["history before the system prompt", GENERIC, [...start, nova.textStart("h", "USER")]],
  ["a second system prompt", GENERIC, [...beforeAudio, nova.textStart("s2", "SYSTEM")]],
  ["a system prompt without text", GENERIC, [...start, nova.textStart("s", "SYSTEM"), nova.contentEnd("s")]],
  ["a system prompt after the start of audio", GENERIC, [...withAudio, nova.textStart("s2", "SYSTEM")]],
  [
    "a text content within another",
    GENERIC,
    [...beforeAudio, nova.textStart("h1", "USER"), nova.textStart("h2", "USER")],
  ],
  [
    "a text that is not text/plain",
    GENERIC,
    [
      ...start,
      change(nova.textStart("s", "SYSTEM"), "contentStart.textInputConfiguration.mediaType", "text/html"),
    ],
  ],
  ["an unknown role", GENERIC, [...start, nova.textStart("s", "DEVELOPER")]],
  [
    "history that begins with the assistant",
    /^First message in chat history should not be Assistant\. Deserialization error/,
    [...beforeAudio, nova.textStart("h", "ASSISTANT")],
  ],
  ["history after the start of audio", HISTORY_LATE, [...withAudio, nova.textStart("h", "USER")]],
  [
    "audio started while history is open",
    HISTORY_LATE,
    [...beforeAudio, nova.textStart("h", "USER"), nova.audioStart()],
  ],
  [
    "audio sent while history is open",
    HISTORY_LATE,
    [...beforeAudio, nova.textStart("h", "USER"), nova.silence(20)],
  ],
  [
    "a piece of history above 1 KB",
    HISTORY_LARGE,
    [...beforeAudio, nova.textStart("h", "USER"), nova.textInput("h", "a".repeat(1025))],
  ],
  [
    "a piece of history above 1 KB in UTF-8",
    HISTORY_LARGE,
    [...beforeAudio, nova.textStart("h", "USER"), nova.textInput("h", "é".repeat(513))],
  ],
  ["history above 40 KB", HISTORY_LARGE, [...beforeAudio, many("USER", 41, 1000)]],
  ["a second audio content", GENERIC, [...withAudio, nova.audioStart("audio-2")]],
  [
    "a second audio content after the first",
    GENERIC,
    [...withAudio, nova.contentEnd(nova.AUDIO), nova.audioStart("audio-2")],
  ],
  ["audio at 11 kHz", GENERIC, [...beforeAudio, nova.audioStart("a", 11_025)]],
  ["audio without its start", GENERIC, [...beforeAudio, nova.silence(20)]],
  ["audio after its end", GENERIC, [...withAudio, nova.contentEnd(nova.AUDIO), nova.silence(20)]],
  ["audio that is not base64", BYTES, [...withAudio, nova.audioBytes("****")]],
  ["half a sample", BYTES, [...withAudio, nova.audioBytes("AAAA")]],
  [
    "more than 10 KB of audio at once",
    BYTES,
    [...withAudio, nova.audioBytes(Buffer.alloc(10_242).toString("base64"))],
  ],
  ["typed text before audio", GENERIC, [...beforeAudio, nova.textStart("t", "USER", true)]],
  ["typed text that is empty", GENERIC, [...withAudio, ...nova.typed("t", "  ")]],
  ["text without its start", GENERIC, [...withAudio, nova.textInput("t", "hello")]],
  ["text in an audio content", GENERIC, [...withAudio, nova.textInput(nova.AUDIO, "hello")]],
  ["an end without its start", GENERIC, [...withAudio, nova.contentEnd("nothing")]],
  ["a result for no tool use", GENERIC, [...withAudio, nova.toolStart("r", "nobody-asked")]],
  ["promptEnd without audio", GENERIC, [...beforeAudio, nova.promptEnd()]],
  ["promptEnd while audio is open", GENERIC, [...withAudio, nova.promptEnd()]],
  [
    "sessionEnd without a prompt",
    "No prompts were received in the sequence",
    [nova.sessionStart(), nova.sessionEnd()],
  ],
  ["sessionEnd before promptEnd", GENERIC, [...withAudio, nova.sessionEnd()]],
  [
    "contents after promptEnd",
    GENERIC,
    [...withAudio, nova.contentEnd(nova.AUDIO), nova.promptEnd(), nova.textStart("t", "USER", true)],
  ],
];

describe("a stream is ended with a validationException for", () => {
  test.each(violations)("%s", (_, message, events) => {
    const bench = createBench();
    bench.send(...events.slice(0, -1));
    expect(bench.ended()).toBe("open");
    bench.send(...events.slice(-1));
    expect(bench.received().at(-1)).toEqual({
      type: "exception",
      name: "validationException",
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
    expect(bench.ended()).toBe("ended");
    expect(bench.closed()).toBe(1);
    expect(bench.trace.since(0).find((entry) => entry.name === "violation")?.body).toHaveProperty("why");
  });

  test.each([
    ["text that is not JSON", "{"],
    ["control characters", '{"event":{"textInput":{"content":"\u0001"}}}'],
    ["nothing", ""],
  ])("%s", (_, json) => {
    const bench = createBench();
    bench.stream.receive(json);
    expect(bench.received()).toEqual([{ type: "exception", name: "validationException", message: BYTES }]);
  });

  test.each([
    "null",
    "[]",
    '"event"',
    '{"event":[]}',
    '{"event":{}}',
    '{"event":{"__proto__":{}}}',
    '{"event":{"toString":{}}}',
  ])("JSON that is no event: %s", (json) => {
    const bench = createBench();
    bench.stream.receive(json);
    expect(bench.received()).toEqual([{ type: "exception", name: "validationException", message: GENERIC }]);
  });
});

describe("a tool result", () => {
  const askedBench = async (settings = {}) => {
    const bench = createBench({ script: { hi: [use("look")] }, settings });
    bench.send(nova.prologue({ tools: [nova.tool("look")] }), nova.typed("t", "hi"));
    await bench.clock.advance(1000);
    const [asked] = bench.received().filter((frame) => frame.type === "event" && frame.name === "toolUse");
    return { bench, id: asked?.type === "event" ? String(asked.body.toolUseId) : "" };
  };
  const lastWords = (bench: ReturnType<typeof createBench>): string => {
    const last = bench.received().at(-1);
    return last?.type === "exception" ? last.message : "";
  };

  test("that is not JSON ends the stream", async () => {
    const { bench, id } = await askedBench();
    bench.send(nova.toolResult("r", id, "twelve euros"));
    expect(lastWords(bench)).toBe("Tool Response parsing error");
  });

  test("given twice ends the stream", async () => {
    const { bench, id } = await askedBench();
    bench.send(nova.toolResult("r", id, "12"));
    expect(bench.ended()).toBe("open");
    bench.send(nova.toolResult("r2", id, "12"));
    expect(lastWords(bench)).toBe(GENERIC);
  });

  test("of another media type ends the stream", async () => {
    const { bench, id } = await askedBench();
    bench.send(nova.toolStart("r", id, "application/json"));
    expect(lastWords(bench)).toBe("Tool result media type must be one of: [text/plain]");
  });

  test("that is announced and not sent ends the stream", async () => {
    const { bench, id } = await askedBench();
    bench.send(nova.toolStart("r", id), nova.contentEnd("r"));
    expect(lastWords(bench)).toBe(GENERIC);
  });

  test("may be waited for while audio goes on, unless the switch forbids it", async () => {
    const usual = await askedBench();
    usual.bench.send(nova.silence(20));
    expect(usual.bench.ended()).toBe("open");
    const strict = await askedBench({ refuseAudioWhileToolPending: true });
    strict.bench.send(nova.silence(20));
    expect(lastWords(strict.bench)).toBe(GENERIC);
    expect(strict.bench.ended()).toBe("ended");
  });
});

describe("a stream goes on with", () => {
  test.each<[string, readonly Send[]]>([
    ["an empty inference configuration", [nova.sessionStart({ inferenceConfiguration: {} })]],
    [
      "a tool schema as an object",
      [
        nova.sessionStart(),
        nova.promptStart({
          tools: [
            { toolSpec: { name: "a___b", description: "", inputSchema: { json: { type: "object" } } } },
          ],
        }),
      ],
    ],
    ["a long system prompt", [...start, ...nova.text("s", "SYSTEM", "a".repeat(30_000))]],
    [
      "a system prompt for speech",
      [...beforeAudio, ...nova.text("s2", "SYSTEM_SPEECH", "Hindi in Latin letters"), nova.audioStart()],
    ],
    ["history of just 40 KB", [...beforeAudio, many("USER", 40, 1024), nova.audioStart()]],
    [
      "one message in several pieces",
      [
        ...beforeAudio,
        nova.textStart("h", "USER"),
        nova.textInput("h", "a".repeat(1024)),
        nova.textInput("h", "b".repeat(1024)),
        nova.contentEnd("h"),
        ...nova.text("h2", "ASSISTANT", "Yes."),
        nova.audioStart(),
      ],
    ],
    ["members that AWS may add", [change(nova.sessionStart(), "sessionStart.future", { a: 1 })]],
    ["an empty piece of audio", [...withAudio, nova.audioBytes("")]],
    [
      "8 kHz in and 24 kHz out",
      [nova.sessionStart(), nova.promptStart({ rate: 24_000 }), ...nova.system(), nova.audioStart("a", 8000)],
    ],
  ])("%s", (_, events) => {
    const bench = createBench();
    bench.send(...events);
    expect(bench.received().filter((frame) => frame.type !== "event")).toEqual([]);
    expect(bench.ended()).toBe("open");
  });

  test("the scene that a mind is told: model, system prompt, history and tools", async () => {
    const scenes: unknown[] = [];
    const bench = createBench({
      mind: {
        understand: async () => "",
        react: async (_cue, scene) => {
          scenes.push(scene);
          return [];
        },
      },
    });
    bench.send(
      nova.sessionStart(),
      nova.promptStart({ tools: [nova.tool("look", { type: "object", properties: {} })] }),
      nova.system(),
      nova.text("h1", "USER", "Hello."),
      nova.text("h2", "ASSISTANT", "Good day."),
      nova.audioStart(),
      nova.typed("t", "go"),
    );
    await bench.clock.advance(10);
    expect(scenes).toEqual([
      {
        modelId: "amazon.nova-2-sonic-v1:0",
        systemPrompt: "You are a bank's assistant.",
        history: [
          { role: "USER", text: "Hello." },
          { role: "ASSISTANT", text: "Good day." },
        ],
        tools: [
          { name: "look", description: "The tool look", inputSchema: { type: "object", properties: {} } },
        ],
      },
    ]);
  });
});
