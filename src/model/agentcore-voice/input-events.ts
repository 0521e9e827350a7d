/**
 * What can be said to a hosted agent, as JSON text, one function per event. The config is the envelope of AWS's sample
 * server; the rest are Strands' own input events, the same in both of its vocabularies.
 */
import { Buffer } from "node:buffer";
import { splitPcm } from "../../audio/frames.ts";
import type { JsonObject } from "../../base/json.ts";
import { LIMITS } from "../../base/limits.ts";
import type { StreamSpec } from "../../conversation/events.ts";
import { foldHistory } from "./fold-history.ts";

/** Rates that Strands takes and gives, and a client may have too, in Hz. */
export type AgentRate = 16_000 | 24_000;

/** The rate an agent is asked for in a client's stead: the client's own, or the next above the telephone's. */
export const agentRate = (rate: StreamSpec["inputRate"]): AgentRate => (rate === 8_000 ? 16_000 : rate);

/** First on every connection. `extra` goes to the agent as it is; what the session has settled stands above it. */
export const config = (spec: StreamSpec, region: string, extra: JsonObject): string => {
  const settled = {
    ...extra,
    type: "config",
    voice: spec.voice,
    region,
    input_sample_rate: agentRate(spec.inputRate),
    output_sample_rate: agentRate(spec.outputRate),
  };
  const room =
    LIMITS.runtimeFrameBytes - Buffer.byteLength(JSON.stringify({ ...settled, system_prompt: "" }));
  return JSON.stringify({ ...settled, system_prompt: foldHistory(spec.prompt, spec.history, room) });
};

export const textInput = (text: string): string =>
  JSON.stringify({ type: "bidi_text_input", text: text.toWellFormed(), role: "user" });

const AUDIO_HEAD = '{"type":"bidi_audio_input","audio":"';
const audioTail = (rate: AgentRate): string => `","format":"pcm","sample_rate":${rate},"channels":1}`;

/** Bytes of PCM in the largest audio event: three bytes are four characters, two bytes are a sample. */
export const AUDIO_PIECE_BYTES =
  Math.floor((((LIMITS.runtimeAudioEventBytes - AUDIO_HEAD.length - audioTail(24_000).length) / 4) * 3) / 6) *
  6;

/** Makes audio events, each within the limit. Half a sample at the very end is left out. */
export const audioInputsOf = (rate: AgentRate): ((pcm: Uint8Array) => readonly string[]) => {
  const tail = audioTail(rate);
  return (pcm) =>
    splitPcm(pcm, AUDIO_PIECE_BYTES).map(
      (piece) =>
        AUDIO_HEAD + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("base64") + tail,
    );
};
