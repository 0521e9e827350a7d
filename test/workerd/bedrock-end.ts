/**
 * Bedrock's end of a stream, for tests in workerd: a real WebSocket whose other end the test holds.
 */
import type { Upgrade } from "../../src/aws/upgrade.ts";
import type { UpgradeFailure } from "../../src/aws/upgrade-failure.ts";
import { err, ok } from "../../src/base/result.ts";
import type { ModelEvent, StreamEnd, StreamSpec } from "../../src/conversation/events.ts";
import { createNovaSonic } from "../../src/model/nova-sonic/nova-sonic.ts";
import type { ModelStream } from "../../src/model/speech-model.ts";
import { countingIds, spec } from "../model/nova-sonic/spec.ts";
import { openSent, type Sent } from "../model/nova-sonic/wire.ts";

/** Things that arrive, to be waited for. */
export class Arrivals<T> {
  readonly all: T[] = [];
  #waiting: (() => void)[] = [];

  push(item: T): void {
    this.all.push(item);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The first item, past or coming, that fits. */
  async first<U extends T>(fits: (item: T) => item is U): Promise<U>;
  async first(fits: (item: T) => boolean): Promise<T>;
  async first(fits: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.all.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }
}

export interface Closed {
  readonly code: number;
}

export interface Call {
  readonly stream: ModelStream;
  /** What the owner was told. */
  readonly told: Arrivals<ModelEvent>;
  /** What Bedrock was sent. */
  readonly sent: Arrivals<Sent>;
  /** How Bedrock saw the socket close. */
  readonly closed: Arrivals<Closed>;
  /** Event names sent so far. */
  readonly names: () => readonly string[];
  /** What was noted in the log. */
  readonly notes: string[];
  /** The URLs dialled. */
  readonly urls: string[];
  /** Lets the door open (or not). Doors of `startCall` open by themselves. */
  readonly answer: (failure?: UpgradeFailure) => void;
  /** Bedrock's end, from when the door is open. */
  readonly bedrock: WebSocket;
  readonly end: () => Promise<StreamEnd>;
}

const isEnded = (event: ModelEvent): event is Extract<ModelEvent, { type: "ended" }> =>
  event.type === "ended";

/** Starts a stream whose door stays shut until `answer`. */
export const dialCall = (
  changes: Partial<StreamSpec> = {},
  options: Partial<Parameters<typeof createNovaSonic>[0]> = {},
): Call => {
  const { 0: ours, 1: bedrock } = new WebSocketPair();
  const told = new Arrivals<ModelEvent>();
  const sent = new Arrivals<Sent>();
  const closed = new Arrivals<Closed>();
  const notes: string[] = [];
  const urls: string[] = [];
  const door = Promise.withResolvers<UpgradeFailure | undefined>();
  bedrock.binaryType = "arraybuffer";
  bedrock.addEventListener("message", ({ data }) => sent.push(openSent(new Uint8Array(data as ArrayBuffer))));
  bedrock.addEventListener("close", ({ code }) => closed.push({ code }));
  bedrock.accept();
  const dial: Upgrade = async ({ url }) => {
    urls.push(url);
    const failure = await door.promise;
    return failure === undefined ? ok(ours) : err(failure);
  };
  const model = createNovaSonic({
    credentials: () => ({
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    }),
    endpoint: null,
    dial,
    clock: { now: () => 1_795_348_800_123 },
    ids: countingIds(),
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
    urls,
    bedrock,
    names: () => sent.all.map(({ name }) => name),
    answer: (failure) => door.resolve(failure),
    end: async () => (await told.first(isEnded)).end,
  };
};

/** Starts a stream and waits until it is open and its prologue has arrived. */
export const startCall = async (changes: Partial<StreamSpec> = {}): Promise<Call> => {
  const call = dialCall(changes);
  call.answer();
  await call.told.first(({ type }) => type === "opened");
  await call.sent.first(({ name, body }) => name === "contentStart" && body.type === "AUDIO");
  return call;
};
