/**
 * What a client may send to the hosted agent. Source: AWS's sample server for Strands over WebSocket (agentcore-samples,
 * bidirectional streaming), and Strands' own input events.
 */
import * as z from "zod";
import { readAudio } from "../protocol/audio-input.ts";
import { err, ok, type Result } from "../result.ts";

/** Hz. Strands knows 48 kHz as well, which the agent's model does not hear. */
const rate = z.union([z.literal(16000), z.literal(24000)]);

export const configEvent = z.looseObject({
  type: z.literal("config"),
  voice: z.string().min(1).default("tiffany"),
  model_id: z.string().default("amazon.nova-2-sonic-v1:0"),
  region: z.string().optional(),
  input_sample_rate: rate.default(16000),
  output_sample_rate: rate.default(16000),
  system_prompt: z.string().default(""),
});
export type AgentConfig = z.infer<typeof configEvent>;

const clientEvent = z.discriminatedUnion("type", [
  configEvent,
  z.looseObject({ type: z.literal("text_input"), text: z.string() }),
  z.looseObject({ type: z.literal("bidi_text_input"), text: z.string() }),
  z.looseObject({
    type: z.literal("bidi_audio_input"),
    audio: z.string(),
    format: z.literal("pcm"),
    sample_rate: rate,
    channels: z.literal(1),
  }),
  z.looseObject({ type: z.literal("bidi_image_input") }),
]);

export type ClientEvent =
  | { readonly type: "config"; readonly config: AgentConfig }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "audio"; readonly samples: Int16Array; readonly rate: number }
  | { readonly type: "image" };

export interface Unreadable {
  /** The event's type as far as it can be told, for the trace. */
  readonly name: string;
  readonly why: string;
}

export function readClientEvent(text: string): Result<ClientEvent, Unreadable> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err({ name: "?", why: "Invalid JSON" });
  }
  const named = z.object({ type: z.string() }).safeParse(value);
  const name = named.success ? named.data.type.slice(0, 64) : "?";
  const parsed = clientEvent.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return err({ name, why: `${issue?.path.join(".") || "event"}: ${issue?.message ?? "not valid"}` });
  }
  const event = parsed.data;
  switch (event.type) {
    case "config":
      return ok({ type: "config", config: event });
    case "text_input":
    case "bidi_text_input":
      return ok({ type: "text", text: event.text });
    case "bidi_image_input":
      return ok({ type: "image" });
    case "bidi_audio_input": {
      if (text.length > MOST_AUDIO_CHARS)
        return err({ name, why: "an audio event of more than 10 000 bytes" });
      const samples = readAudio(event.audio);
      return samples.ok
        ? ok({ type: "audio", samples: samples.value, rate: event.sample_rate })
        : err({ name, why: samples.error.why });
    }
  }
}

/** What AWS's sample splits at; what happens above is not told, so here it is an error. */
const MOST_AUDIO_CHARS = 10_000;
