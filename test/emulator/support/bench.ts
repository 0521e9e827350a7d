/**
 * A stream without a door: the engine alone, its clock in the test's hand, its frames decoded by AWS's codec.
 */

import type { RefuseFault } from "../../../emulator/engine/fault-desk.ts";
import type { Line } from "../../../emulator/engine/line.ts";
import { createStream, type NovaStream, type StreamSettings } from "../../../emulator/engine/stream.ts";
import { createTrace, type Trace } from "../../../emulator/engine/trace.ts";
import { findModel } from "../../../emulator/protocol/models.ts";
import type { Mind } from "../../../emulator/seams.ts";
import { createFrameReader } from "../../../emulator/wire/frame-reader.ts";
import { createDrivenClock, type DrivenClock } from "./driven-clock.ts";
import type { NovaEvent } from "./events.ts";
import { decodeFrame, type Received } from "./frames.ts";
import { levelEars, type Script, scriptedMind, toneVoice } from "./senses.ts";

export interface Bench {
  readonly clock: DrivenClock;
  readonly stream: NovaStream;
  readonly trace: Trace;
  /** Transport messages as they were written. */
  readonly writes: (Uint8Array | string)[];
  /** How the line ended, if it did. */
  readonly ended: () => "open" | "ended" | "cut";
  /** What was sent, as a client would decode it. */
  received(): readonly Received[];
  /** Names of the events sent, in short: `AUDIO start`, `TEXT FINAL USER: hello`… */
  story(): readonly string[];
  send(...events: readonly (NovaEvent | readonly NovaEvent[])[]): void;
  /** Sends audio at the pace it was spoken. */
  play(events: readonly NovaEvent[]): Promise<void>;
  readonly refusals: RefuseFault[];
  readonly closed: () => number;
}

export function createBench(
  options: {
    readonly heard?: readonly string[];
    readonly script?: Script;
    readonly mind?: Mind;
    readonly model?: string;
    readonly settings?: Partial<StreamSettings>;
  } = {},
): Bench {
  const clock = createDrivenClock();
  const trace = createTrace(clock.now);
  const writes: (Uint8Array | string)[] = [];
  const refusals: RefuseFault[] = [];
  let state: "open" | "ended" | "cut" = "open";
  let closed = 0;
  const line: Line = {
    accept: () => {},
    write: (bytes) => void writes.push(bytes),
    writeText: (text) => void writes.push(text),
    end: () => {
      state = "ended";
    },
    cut: () => {
      state = "cut";
    },
  };
  const model = findModel(options.model ?? "amazon.nova-2-sonic-v1:0", "us-east-1");
  if (!model.ok) throw new Error(model.error.message);
  const stream = createStream({
    model: model.value,
    clock,
    settings: {
      firstAudioMs: 300,
      connectionEnd: "modelTimeoutException",
      refuseAudioWhileToolPending: false,
      speechEvents: true,
      ...options.settings,
    },
    line,
    trace,
    createEars: levelEars,
    voice: toneVoice,
    mind: options.mind ?? scriptedMind(options.heard ?? [], options.script ?? {}),
    refuseNext: (fault) => void refusals.push(fault),
    onEnd: () => {
      closed += 1;
    },
  });

  const received = (): readonly Received[] => {
    const reader = createFrameReader();
    const frames = writes.flatMap((bytes) => {
      const read = typeof bytes === "string" ? undefined : reader.push(bytes);
      return read?.ok ? read.value : [];
    });
    return frames.map(decodeFrame);
  };

  const send: Bench["send"] = (...events) => {
    for (const event of events.flat() as readonly NovaEvent[]) stream.receive(JSON.stringify(event));
  };

  return {
    clock,
    stream,
    trace,
    writes,
    ended: () => state,
    received,
    story: () => tell(received()),
    send,
    async play(events) {
      for (const event of events) {
        send(event);
        await clock.advance(20);
      }
    },
    refusals,
    closed: () => closed,
  };
}

/** Tells what a client sees, one line per content boundary or text; audio chunks and usage are left out. */
export function tell(frames: readonly Received[]): readonly string[] {
  const stages = new Map<string, string>();
  return frames.flatMap((frame) => {
    if (frame.type !== "event") return [`${frame.type}: ${frame.message}`];
    const { name, body } = frame;
    const id = String(body.contentId ?? "");
    switch (name) {
      case "audioOutput":
      case "usageEvent":
        return [];
      case "contentStart": {
        const fields = body.additionalModelFields;
        const stage = typeof fields === "string" ? ` ${JSON.parse(fields).generationStage}` : "";
        stages.set(id, stage);
        return body.type === "TEXT" ? [] : [`${body.type} start`];
      }
      case "textOutput":
        return [`${body.role}${stages.get(id) ?? ""}: ${body.content}`];
      case "toolUse":
        return [`use ${body.toolName} ${body.content}`];
      case "contentEnd":
        return [`${body.type} end ${body.stopReason}`];
      default:
        return [name];
    }
  });
}
