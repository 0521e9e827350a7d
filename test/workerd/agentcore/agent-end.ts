/**
 * A hosted agent's end of a stream, for tests in workerd: a real WebSocket whose other end the test holds.
 */
import type { Upgrade, UpgradeRequest } from "../../../src/aws/upgrade.ts";
import type { UpgradeFailure } from "../../../src/aws/upgrade-failure.ts";
import { err, ok } from "../../../src/base/result.ts";
import type { ModelEvent, StreamEnd, StreamSpec } from "../../../src/conversation/events.ts";
import {
  type AgentCoreVoiceOptions,
  createAgentCoreVoice,
} from "../../../src/model/agentcore-voice/agentcore-voice.ts";
import type { ModelStream } from "../../../src/model/speech-model.ts";
import { spec } from "../../model/nova-sonic/spec.ts";
import { Arrivals, type Closed } from "../bedrock-end.ts";

export const ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/helper-a1B2c3D4e5";
export const SESSION = "0b6f3a52-8d0e-4c43-9d5c-0d3c3f3a7f11";

export interface Said {
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface Call {
  readonly stream: ModelStream;
  /** What the owner was told. */
  readonly told: Arrivals<ModelEvent>;
  /** What the agent was sent. */
  readonly sent: Arrivals<Said>;
  readonly closed: Arrivals<Closed>;
  readonly notes: string[];
  readonly dialled: UpgradeRequest[];
  /** Lets the door open (or not). */
  readonly answer: (failure?: UpgradeFailure) => void;
  /** The agent's end. */
  readonly agent: WebSocket;
  /** The agent says these, one message each. */
  readonly says: (...events: readonly object[]) => void;
  readonly end: () => Promise<StreamEnd>;
}

/** Starts a stream whose door stays shut until `answer`. */
export const dialCall = (
  changes: Partial<StreamSpec> = {},
  options: Partial<AgentCoreVoiceOptions> = {},
): Call => {
  const { 0: ours, 1: agent } = new WebSocketPair();
  const told = new Arrivals<ModelEvent>();
  const sent = new Arrivals<Said>();
  const closed = new Arrivals<Closed>();
  const notes: string[] = [];
  const dialled: UpgradeRequest[] = [];
  const door = Promise.withResolvers<UpgradeFailure | undefined>();
  agent.addEventListener("message", ({ data }) => sent.push(JSON.parse(String(data))));
  agent.addEventListener("close", ({ code }) => closed.push({ code }));
  agent.accept();
  const dial: Upgrade = async (request) => {
    dialled.push(request);
    const failure = await door.promise;
    return failure === undefined ? ok(ours) : err(failure);
  };
  const model = createAgentCoreVoice({
    credentials: () => ({
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    }),
    endpoint: null,
    runtimeArn: ARN,
    session: SESSION,
    dial,
    clock: { now: () => 1_795_348_800_123 },
    log: (_, event, fields) => notes.push(`${event}: ${fields?.why}`),
    ...options,
  });
  const stream = model.open(spec(changes), (event) => told.push(event));
  return {
    stream,
    told,
    sent,
    closed,
    notes,
    dialled,
    agent,
    answer: (failure) => door.resolve(failure),
    says: (...events) => {
      for (const event of events) agent.send(JSON.stringify(event));
    },
    end: async () =>
      (await told.first((event): event is Extract<ModelEvent, { type: "ended" }> => event.type === "ended"))
        .end,
  };
};

/** Starts a stream and waits until it is open and its config has arrived. */
export const startCall = async (
  changes: Partial<StreamSpec> = {},
  options: Partial<AgentCoreVoiceOptions> = {},
): Promise<Call> => {
  const call = dialCall(changes, options);
  call.answer();
  await call.told.first(({ type }) => type === "opened");
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
