/**
 * The events of a well-behaved client, and audio to go with them.
 */
export type NovaEvent = { readonly event: Readonly<Record<string, unknown>> };

export const PROMPT = "prompt-1";
export const AUDIO = "audio-1";
export const RATE = 16_000;

export const sessionStart = (extra: Record<string, unknown> = {}): NovaEvent => ({
  event: {
    sessionStart: { inferenceConfiguration: { maxTokens: 1024, topP: 0.9, temperature: 0.7 }, ...extra },
  },
});

export const tool = (name: string, schema: unknown = { type: "object" }) => ({
  toolSpec: { name, description: `The tool ${name}`, inputSchema: { json: JSON.stringify(schema) } },
});

export const promptStart = (
  options: { voiceId?: string; rate?: number; tools?: readonly unknown[] } = {},
): NovaEvent => ({
  event: {
    promptStart: {
      promptName: PROMPT,
      textOutputConfiguration: { mediaType: "text/plain" },
      audioOutputConfiguration: {
        mediaType: "audio/lpcm",
        sampleRateHertz: options.rate ?? RATE,
        sampleSizeBits: 16,
        channelCount: 1,
        voiceId: options.voiceId ?? "matthew",
        encoding: "base64",
        audioType: "SPEECH",
      },
      ...(options.tools === undefined
        ? {}
        : {
            toolUseOutputConfiguration: { mediaType: "application/json" },
            toolConfiguration: { tools: options.tools, toolChoice: { auto: {} } },
          }),
    },
  },
});

export const contentEnd = (contentName: string): NovaEvent => ({
  event: { contentEnd: { promptName: PROMPT, contentName } },
});

export const textStart = (contentName: string, role: string, interactive = false): NovaEvent => ({
  event: {
    contentStart: {
      promptName: PROMPT,
      contentName,
      type: "TEXT",
      interactive,
      role,
      textInputConfiguration: { mediaType: "text/plain" },
    },
  },
});

export const textInput = (contentName: string, content: string): NovaEvent => ({
  event: { textInput: { promptName: PROMPT, contentName, content } },
});

export const text = (
  contentName: string,
  role: string,
  content: string,
  interactive = false,
): readonly NovaEvent[] => [
  textStart(contentName, role, interactive),
  textInput(contentName, content),
  contentEnd(contentName),
];

export const system = (): readonly NovaEvent[] => text("system-1", "SYSTEM", "You are a bank's assistant.");

export const audioStart = (contentName = AUDIO, rate = RATE): NovaEvent => ({
  event: {
    contentStart: {
      promptName: PROMPT,
      contentName,
      type: "AUDIO",
      interactive: true,
      role: "USER",
      audioInputConfiguration: {
        mediaType: "audio/lpcm",
        sampleRateHertz: rate,
        sampleSizeBits: 16,
        channelCount: 1,
        audioType: "SPEECH",
        encoding: "base64",
      },
    },
  },
});

export const audioBytes = (base64: string, contentName = AUDIO): NovaEvent => ({
  event: { audioInput: { promptName: PROMPT, contentName, content: base64 } },
});

const samples = (ms: number, value: number, rate = RATE): string =>
  Buffer.from(new Int16Array((ms * rate) / 1000).fill(value).buffer).toString("base64");

/** 20 ms in each event. */
const frames = (ms: number, value: number): readonly NovaEvent[] =>
  Array.from({ length: ms / 20 }, () => audioBytes(samples(20, value)));

export const silence = (ms: number): readonly NovaEvent[] => frames(ms, 0);
export const loud = (ms: number): readonly NovaEvent[] => frames(ms, 8000);
/** Something said, and enough silence after it for the test's ears. */
export const utterance = (ms = 200): readonly NovaEvent[] => [...loud(ms), ...silence(120)];

export const typed = (contentName: string, content: string): readonly NovaEvent[] =>
  text(contentName, "USER", content, true);

export const toolStart = (contentName: string, toolUseId: string, mediaType = "text/plain"): NovaEvent => ({
  event: {
    contentStart: {
      promptName: PROMPT,
      contentName,
      interactive: false,
      type: "TOOL",
      role: "TOOL",
      toolResultInputConfiguration: { toolUseId, type: "TEXT", textInputConfiguration: { mediaType } },
    },
  },
});

export const toolResult = (contentName: string, toolUseId: string, result: string): readonly NovaEvent[] => [
  toolStart(contentName, toolUseId),
  { event: { toolResult: { promptName: PROMPT, contentName, content: result } } },
  contentEnd(contentName),
];

export const promptEnd = (): NovaEvent => ({ event: { promptEnd: { promptName: PROMPT } } });
export const sessionEnd = (): NovaEvent => ({ event: { sessionEnd: {} } });

/** Everything up to the moment where the caller can speak. */
export const prologue = (options: Parameters<typeof promptStart>[0] = {}): readonly NovaEvent[] => [
  sessionStart(),
  promptStart(options),
  ...system(),
  audioStart(),
];

/** A hang-up in order. */
export const epilogue = (): readonly NovaEvent[] => [contentEnd(AUDIO), promptEnd(), sessionEnd()];
