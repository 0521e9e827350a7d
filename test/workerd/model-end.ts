/**
 * The other end of a stream to a speech model, for tests in workerd: a real WebSocket whose far end the test holds.
 */
import type { Upgrade, UpgradeRequest } from "../../src/aws/upgrade.ts";
import type { UpgradeFailure } from "../../src/aws/upgrade-failure.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { Log } from "../../src/base/log.ts";
import { err, ok } from "../../src/base/result.ts";
import type { ModelEvent, StreamEnd, StreamSpec } from "../../src/conversation/events.ts";
import type { ModelStream, SpeechModel } from "../../src/model/speech-model.ts";
import { Arrivals } from "./arrivals.ts";

export interface Call<Sent> {
  readonly stream: ModelStream;
  /** What the owner was told. */
  readonly told: Arrivals<ModelEvent>;
  /** What the other end was sent. */
  readonly sent: Arrivals<Sent>;
  /** How the other end saw the socket close. */
  readonly closed: Arrivals<{ readonly code: number }>;
  /** What was noted in the log. */
  readonly notes: Arrivals<string>;
  readonly dialled: Arrivals<UpgradeRequest>;
  /** Lets the door open (or not). */
  readonly answer: (failure?: UpgradeFailure) => void;
  /** The other end, from when the door is open. */
  readonly far: WebSocket;
  /** Waits until the stream is open. */
  readonly opened: () => Promise<void>;
  readonly end: () => Promise<StreamEnd>;
}

/** What a model under test is made with. */
export interface Ends {
  readonly credentials: () => { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly endpoint: null;
  readonly dial: Upgrade;
  readonly clock: Clock;
  readonly log: Log;
}

const isEnded = (event: ModelEvent): event is Extract<ModelEvent, { type: "ended" }> =>
  event.type === "ended";

/** Opens a stream whose door stays shut until `answer`. `read` is how the other end understands a message. */
export const dialModel = <Sent>(
  modelOf: (ends: Ends) => SpeechModel,
  target: StreamSpec,
  read: (data: string | ArrayBuffer) => Sent,
): Call<Sent> => {
  const { 0: ours, 1: far } = new WebSocketPair();
  const told = new Arrivals<ModelEvent>();
  const sent = new Arrivals<Sent>();
  const closed = new Arrivals<{ readonly code: number }>();
  const notes = new Arrivals<string>();
  const dialled = new Arrivals<UpgradeRequest>();
  const door = Promise.withResolvers<UpgradeFailure | undefined>();
  far.binaryType = "arraybuffer";
  far.addEventListener("message", ({ data }) => sent.push(read(data as string | ArrayBuffer)));
  far.addEventListener("close", ({ code }) => closed.push({ code }));
  far.accept();
  const model = modelOf({
    credentials: () => ({
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    }),
    endpoint: null,
    dial: async (request) => {
      dialled.push(request);
      const failure = await door.promise;
      return failure === undefined ? ok(ours) : err(failure);
    },
    clock: { now: () => 1_795_348_800_123 },
    log: (_, event, fields) => notes.push(`${event}: ${fields?.why}`),
  });
  const stream = model.open(target, (event) => told.push(event));
  return {
    stream,
    told,
    sent,
    closed,
    notes,
    dialled,
    far,
    answer: (failure) => door.resolve(failure),
    opened: async () => {
      await told.first(({ type }) => type === "opened");
    },
    end: async () => (await told.first(isEnded)).end,
  };
};
