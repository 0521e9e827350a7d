/**
 * What can be said to Nova, as JSON text, one function per event.
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/sonic-input-events.html
 */
import type { SampleRate } from "../../audio/format.ts";
import { base64Bytes, writeBase64 } from "../../base/base64.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { StreamSpec, ToolSpec } from "../../conversation/events.ts";
import { cleanJson, cleanText } from "./text.ts";

const utf8 = new TextEncoder();

const event = (name: string, body: Json): string => JSON.stringify({ event: { [name]: body } });

const PLAIN_TEXT = { mediaType: "text/plain" };
const lpcm = (rate: SampleRate): JsonObject => ({
  mediaType: "audio/lpcm",
  sampleRateHertz: rate,
  sampleSizeBits: 16,
  channelCount: 1,
  audioType: "SPEECH",
  encoding: "base64",
});

export const sessionStart = ({ inference, endpointing }: StreamSpec): string =>
  event("sessionStart", {
    inferenceConfiguration: { ...inference },
    turnDetectionConfiguration: { endpointingSensitivity: endpointing },
  });

const toolSpec = (tool: ToolSpec): JsonObject => ({
  toolSpec: {
    name: tool.name,
    description: cleanText(tool.description),
    // A string, as AWS's guide and every client have it; one of the guide's samples shows an object.
    inputSchema: { json: cleanJson(tool.inputSchema) },
  },
});

/** Opens the prompt: voice and tools are fixed from here on. The two tool members are left out without tools. */
export const promptStart = (prompt: string, spec: StreamSpec, tools: readonly ToolSpec[]): string =>
  event("promptStart", {
    promptName: prompt,
    textOutputConfiguration: PLAIN_TEXT,
    audioOutputConfiguration: { ...lpcm(spec.outputRate), voiceId: spec.voice },
    ...(tools.length === 0
      ? {}
      : {
          toolUseOutputConfiguration: { mediaType: "application/json" },
          toolConfiguration: { tools: tools.map(toolSpec), toolChoice: { auto: {} } },
        }),
  });

export type TextRole = "SYSTEM" | "USER" | "ASSISTANT";

/** `interactive`: said now and to be answered. Otherwise it is the system prompt or history. */
export const textStart = (prompt: string, content: string, role: TextRole, interactive: boolean): string =>
  event("contentStart", {
    promptName: prompt,
    contentName: content,
    type: "TEXT",
    interactive,
    role,
    textInputConfiguration: PLAIN_TEXT,
  });

export const audioStart = (prompt: string, content: string, rate: SampleRate): string =>
  event("contentStart", {
    promptName: prompt,
    contentName: content,
    type: "AUDIO",
    interactive: true,
    role: "USER",
    audioInputConfiguration: lpcm(rate),
  });

export const toolResultStart = (prompt: string, content: string, use: string): string =>
  event("contentStart", {
    promptName: prompt,
    contentName: content,
    type: "TOOL",
    interactive: false,
    role: "TOOL",
    toolResultInputConfiguration: { toolUseId: use, type: "TEXT", textInputConfiguration: PLAIN_TEXT },
  });

export const textInput = (prompt: string, content: string, text: string): string =>
  event("textInput", { promptName: prompt, contentName: content, content: text });

/** `json`: the text of a JSON object. */
export const toolResult = (prompt: string, content: string, json: string): string =>
  event("toolResult", { promptName: prompt, contentName: content, content: json });

export const contentEnd = (prompt: string, content: string): string =>
  event("contentEnd", { promptName: prompt, contentName: content });

export const promptEnd = (prompt: string): string => event("promptEnd", { promptName: prompt });

export const sessionEnd = (): string => event("sessionEnd", {});

/**
 * Makes the events of one audio content, in UTF-8. All but the audio itself is written once; what is given is good until
 * the next. PCM16 little-endian in.
 */
export const audioInputOf = (prompt: string, content: string): ((pcm: Uint8Array) => Uint8Array) => {
  const tail = '"}}}';
  const empty = event("audioInput", { promptName: prompt, contentName: content, content: "" });
  const head = utf8.encode(empty.slice(0, -tail.length));
  const end = utf8.encode(tail);
  let text = new Uint8Array(0);
  /** Of `text`, for audio of this length: all frames of a call have the same. */
  let madeFor = -1;
  return (pcm) => {
    if (pcm.length !== madeFor) {
      madeFor = pcm.length;
      text = new Uint8Array(head.length + base64Bytes(pcm.length) + end.length);
      text.set(head);
      text.set(end, text.length - end.length);
    }
    writeBase64(text, head.length, pcm);
    return text;
  };
};
