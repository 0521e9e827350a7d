/**
 * Bedrock's end of a stream, for tests in workerd.
 */
import type { StreamSpec } from "../../src/conversation/events.ts";
import { createNovaSonic, type NovaSonicOptions } from "../../src/model/nova-sonic/nova-sonic.ts";
import { countingIds, spec } from "../model/nova-sonic/spec.ts";
import { openSent, type Sent } from "../model/nova-sonic/wire.ts";
import { dialModel, type Call as ModelCall } from "./model-end.ts";

export interface Call extends ModelCall<Sent> {
  /** Bedrock's end, from when the door is open. */
  readonly bedrock: WebSocket;
  /** Event names sent so far. */
  readonly names: () => readonly string[];
  /** The prologue as the tests want it. */
  readonly begin: () => void;
}

/** Opens a stream whose door stays shut until `answer`. */
export const dialCall = (
  changes: Partial<StreamSpec> = {},
  options: Partial<NovaSonicOptions> = {},
): Call => {
  const call = dialModel(
    (ends) => createNovaSonic({ ...ends, ids: countingIds(), ...options }),
    spec(changes),
    (data) => openSent(new Uint8Array(data as ArrayBuffer)),
  );
  return {
    ...call,
    bedrock: call.far,
    names: () => call.sent.all.map(({ name }) => name),
    begin: () => call.stream.begin(spec(changes)),
  };
};

/** Opens a stream, begins it and waits until its prologue has arrived. */
export const startCall = async (changes: Partial<StreamSpec> = {}): Promise<Call> => {
  const call = dialCall(changes);
  call.answer();
  await call.opened();
  call.begin();
  await call.sent.first(({ name, body }) => name === "contentStart" && body.type === "AUDIO");
  return call;
};
