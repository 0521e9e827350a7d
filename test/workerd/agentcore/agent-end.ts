/**
 * A hosted agent's end of a stream, for tests in workerd.
 */
import type { StreamSpec } from "../../../src/conversation/events.ts";
import {
  type AgentCoreVoiceOptions,
  createAgentCoreVoice,
} from "../../../src/model/agentcore-voice/agentcore-voice.ts";
import { spec } from "../../model/nova-sonic/spec.ts";
import { dialModel, type Call as ModelCall } from "../model-end.ts";

export const ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/helper-a1B2c3D4e5";
export const SESSION = "0b6f3a52-8d0e-4c43-9d5c-0d3c3f3a7f11";

export interface Said {
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface Call extends ModelCall<Said> {
  /** The agent's end. */
  readonly agent: WebSocket;
  /** The agent says these, one message each. */
  readonly says: (...events: readonly object[]) => void;
  /** The config as the tests want it. */
  readonly begin: () => void;
}

/** Opens a stream whose door stays shut until `answer`. */
export const dialCall = (
  changes: Partial<StreamSpec> = {},
  options: Partial<AgentCoreVoiceOptions> = {},
): Call => {
  const call = dialModel<Said>(
    (ends) => createAgentCoreVoice({ ...ends, runtimeArn: ARN, session: SESSION, ...options }),
    spec(changes),
    (data) => JSON.parse(String(data)),
  );
  return {
    ...call,
    agent: call.far,
    says: (...events) => {
      for (const event of events) call.far.send(JSON.stringify(event));
    },
    begin: () => call.stream.begin(spec(changes)),
  };
};

/** Opens a stream, begins it and waits until its config has arrived. */
export const startCall = async (
  changes: Partial<StreamSpec> = {},
  options: Partial<AgentCoreVoiceOptions> = {},
): Promise<Call> => {
  const call = dialCall(changes, options);
  call.answer();
  await call.opened();
  call.begin();
  await call.sent.first(({ type }) => type === "config");
  return call;
};

/** `ms` of PCM16 at `rate` Hz, as base64. */
export const audio = (rate = 24_000, ms = 20): Said => ({
  type: "bidi_audio_stream",
  audio: Buffer.alloc((rate * 2 * ms) / 1000, 7).toString("base64"),
  format: "pcm",
  sample_rate: rate,
  channels: 1,
});
export const transcript = (text: string, role = "assistant", final = false): Said => ({
  type: "bidi_transcript_stream",
  delta: { text },
  text,
  role,
  is_final: final,
  current_transcript: text,
});
/** Told at last, so that what came before it has been dealt with. */
export const MARK = transcript("That was all.", "user", true);
