/**
 * The gateway of the long call. It is the product as it is, but for the time, which passes with the caller's audio: each
 * frame turns the session's clock by its own length.
 */
import * as z from "zod";
import { voiceSession } from "../../../src/durable/voice-session.ts";
import { leaveModels, sessionModels } from "../../../src/edge/session-models.ts";
import { clientTool, defineAgent, fn, gateway } from "../../../src/index.ts";
import type { SpeechModel } from "../../../src/model/speech-model.ts";
import { CALLER, house } from "./house.ts";

const input = z.object({ number: z.string() });

const agents = [
  defineAgent({
    name: "patient",
    prompt: "You are the voice of a shop.",
    endpointing: "HIGH",
    tools: [
      fn({
        name: "count",
        description: "Counts a number.",
        input,
        run: ({ number }) => {
          house.counted.push(number);
          return { counted: number };
        },
      }),
      clientTool({ name: "look_up", description: "Looks a number up.", input }),
    ],
    limits: { sessionMs: 3 * 3_600_000 },
  }),
];

/** Counts the streams that are being dialled. */
const watched = (model: SpeechModel): SpeechModel => ({
  capabilities: model.capabilities,
  open(target, sink) {
    house.dialling++;
    let isDialled = false;
    return model.open(target, (event) => {
      if (!isDialled && (event.type === "opened" || event.type === "ended")) {
        isDialled = true;
        house.dialling--;
      }
      sink(event);
    });
  },
});

const parts = gateway({ agents });
const Session = voiceSession({
  agents,
  models: (...of) => {
    const doors = sessionModels(...of);
    return (model) => watched(doors(model));
  },
  leave: leaveModels,
  clock: house.clock,
});

const FRAME_BYTES = (2 * CALLER.rate * CALLER.frameMs) / 1000;

export class VoiceSession extends Session {
  constructor(ctx: DurableObjectState, env: object) {
    // Timers die with the object they are of, and so do the streams that it was dialling.
    house.clock.forget();
    house.dialling = 0;
    super(ctx, env);
  }

  /** Frames come many at a time, and are told the gateway one by one, each at its time. */
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (typeof message === "string") return void super.webSocketMessage?.(socket, message);
    for (let at = 0; at < message.byteLength; at += FRAME_BYTES) {
      house.clock.turn(CALLER.frameMs);
      super.webSocketMessage?.(socket, message.slice(at, at + FRAME_BYTES));
    }
  }
}

export class CapacityLedger extends parts.CapacityLedger {}
export default parts.worker;
