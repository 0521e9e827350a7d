/**
 * The events of a well-behaved client of Nova Sonic, as JSON text, with one tool.
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/sonic-input-events.html
 */
import { randomUUID } from "node:crypto";

export interface Names {
  readonly prompt: string;
  readonly audio: string;
}

const event = (name: string, body: object): string => JSON.stringify({ event: { [name]: body } });
const PLAIN_TEXT = { mediaType: "text/plain" };
const lpcm = (sampleRateHertz: number) => ({
  mediaType: "audio/lpcm",
  sampleRateHertz,
  sampleSizeBits: 16,
  channelCount: 1,
  audioType: "SPEECH",
  encoding: "base64",
});

const contentEnd = (promptName: string, contentName: string): string =>
  event("contentEnd", { promptName, contentName });

/** All up to where audio may flow. */
export function prologue({ prompt, audio }: Names): readonly string[] {
  const promptName = prompt;
  const system = randomUUID();
  const json = JSON.stringify({
    type: "object",
    properties: { number: { type: "string" } },
    required: ["number"],
  });
  const toolSpec = { name: "look_up", description: "Looks a number up.", inputSchema: { json } };
  return [
    event("sessionStart", {
      inferenceConfiguration: { maxTokens: 1024, topP: 0.9, temperature: 0.7 },
      turnDetectionConfiguration: { endpointingSensitivity: "MEDIUM" },
    }),
    event("promptStart", {
      promptName,
      textOutputConfiguration: PLAIN_TEXT,
      audioOutputConfiguration: { ...lpcm(24_000), voiceId: "matthew" },
      toolUseOutputConfiguration: { mediaType: "application/json" },
      toolConfiguration: { tools: [{ toolSpec }], toolChoice: { auto: {} } },
    }),
    event("contentStart", {
      ...{ promptName, contentName: system, type: "TEXT", interactive: false, role: "SYSTEM" },
      textInputConfiguration: PLAIN_TEXT,
    }),
    event("textInput", { promptName, contentName: system, content: "You are the voice of a shop." }),
    contentEnd(prompt, system),
    event("contentStart", {
      ...{ promptName, contentName: audio, type: "AUDIO", interactive: true, role: "USER" },
      audioInputConfiguration: lpcm(16_000),
    }),
  ];
}

export const audioInput = ({ prompt, audio }: Names, pcm: Buffer): string =>
  event("audioInput", { promptName: prompt, contentName: audio, content: pcm.toString("base64") });

export function toolResult({ prompt }: Names, toolUseId: string, result: object): readonly string[] {
  const contentName = randomUUID();
  return [
    event("contentStart", {
      ...{ promptName: prompt, contentName, interactive: false, type: "TOOL", role: "TOOL" },
      toolResultInputConfiguration: { toolUseId, type: "TEXT", textInputConfiguration: PLAIN_TEXT },
    }),
    event("toolResult", { promptName: prompt, contentName, content: JSON.stringify(result) }),
    contentEnd(prompt, contentName),
  ];
}

export const epilogue = ({ prompt, audio }: Names): readonly string[] => [
  contentEnd(prompt, audio),
  event("promptEnd", { promptName: prompt }),
  event("sessionEnd", {}),
];
