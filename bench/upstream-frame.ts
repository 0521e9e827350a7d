/**
 * What one frame of the caller's audio costs on its way up: base64, envelope, signature, framing. And one frame of the
 * agent's audio on its way down. `npm run bench -- upstream-frame` prints µs per frame.
 */
import { createEventSigner } from "../src/aws/event-signer.ts";
import { encodeMessage } from "../src/aws/event-stream/codec.ts";
import { encodeHeaders } from "../src/aws/event-stream/headers.ts";
import { IncomingReader } from "../src/model/nova-sonic/incoming.ts";
import { Translator } from "../src/model/nova-sonic/translator.ts";
import { Upstream } from "../src/model/nova-sonic/upstream.ts";

/** 20 ms at 16 kHz up, 20 ms at 24 kHz down, PCM16. */
const UP_BYTES = 640;
const DOWN_BYTES = 960;

const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 2_654_435_761) >>> 24);

const up = (bytes: number): (() => number) => {
  let sent = 0;
  let now = 1_795_348_800_000;
  const signer = createEventSigner({
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
    region: "us-east-1",
    service: "bedrock",
    priorSignature: "00".repeat(32),
  });
  const socket = {
    send: (message: ArrayBuffer | ArrayBufferView | string) => {
      sent = sizeOf(message);
    },
  };
  const names = { prompt: crypto.randomUUID(), audio: crypto.randomUUID() };
  const upstream = new Upstream(socket, signer, { now: () => now }, names);
  const pcm = noise(bytes);
  return () => {
    now += 20;
    upstream.sendAudio(pcm);
    return sent;
  };
};

const sizeOf = (message: ArrayBuffer | ArrayBufferView | string): number =>
  typeof message === "string" ? message.length : message.byteLength;

const down = (): (() => number) => {
  const headers = encodeHeaders([
    [":event-type", { type: "string", value: "chunk" }],
    [":content-type", { type: "string", value: "application/json" }],
    [":message-type", { type: "string", value: "event" }],
  ]);
  const frame = (event: object): ArrayBuffer => {
    const bytes = Buffer.from(JSON.stringify({ event })).toString("base64");
    return encodeMessage(headers, new TextEncoder().encode(JSON.stringify({ bytes }))).buffer;
  };
  const ids = { contentId: "c", completionId: "k", promptName: "p", sessionId: "s" };
  const reader = new IncomingReader();
  const translator = new Translator();
  const hear = (data: ArrayBuffer): number =>
    reader
      .read(data)
      .flatMap((incoming) => (incoming.type === "output" ? translator.read(incoming.output) : [])).length;
  hear(frame({ contentStart: { ...ids, type: "AUDIO", role: "ASSISTANT" } }));
  const audio = frame({
    audioOutput: { ...ids, content: Buffer.from(noise(DOWN_BYTES)).toString("base64"), role: "ASSISTANT" },
  });
  return () => hear(audio);
};

/** The work by name, for whoever times it: on the edge the clock stands still while code runs. */
export const BENCHES: Readonly<Record<string, () => () => number>> = { up: () => up(UP_BYTES), down };

/** Bytes on the wire for one event with so many bytes of the caller's audio. */
export const upEventBytes = (bytes: number): number => up(bytes)();

const ROUNDS = 5;
const TIMES = 20_000;

const measure = (work: () => number): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const since = performance.now();
    for (let i = 0; i < TIMES; i++) work();
    best = Math.min(best, ((performance.now() - since) * 1000) / TIMES);
  }
  return best;
};

/** Runs the bench. Gives the process's exit code. */
export function run(): number {
  for (const [name, make] of Object.entries(BENCHES)) {
    console.log(`${name.padEnd(5)} ${measure(make()).toFixed(1)} µs per 20 ms frame`);
  }
  return 0;
}

if (import.meta.main) process.exit(run());
