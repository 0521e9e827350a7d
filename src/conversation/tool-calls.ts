/**
 * Tool calls from the model's wish to the result it is given: exactly one result for each use, in whatever order
 * they come, to whichever stream is there to hear it.
 */
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { ModelEvent, ToolOutcome, ToolSpec } from "./events.ts";
import { beginWait, endWait } from "./fillers.ts";
import { holdAudio, releaseAudio } from "./hold.ts";
import { ask } from "./owed.ts";
import { emit, setTimer, type Talk, tell } from "./talk.ts";
import { badArguments, failed } from "./tool-failure.ts";
import type { OpenCall } from "./tool-ledger.ts";
import { lateResultCue } from "./words.ts";

export function toolWanted(
  talk: Talk,
  generation: number,
  event: Extract<ModelEvent, { type: "tool_use" }>,
): void {
  const spec = talk.tools?.find((tool) => tool.name === event.name);
  const parsed = parseArguments(event.argumentsText);
  const call = talk.ledger.enter({
    use: event.use,
    generation,
    turn: talk.turn.number,
    name: event.name,
    arguments: parsed.ok ? parsed.value : null,
    runs: spec?.runs ?? "nobody",
    startedAt: talk.now,
  });
  if (!call) return;
  tell(talk, { type: "tool_started", call: call.call, name: call.name, arguments: call.arguments });
  const refusal = refuse(talk, spec, parsed.ok);
  if (refusal || !spec) {
    close(talk, call, refusal ?? failed("unknown_tool"));
    return;
  }
  const { name, timeoutMs } = spec;
  beginWait(talk);
  holdAudio(talk);
  setTimer(talk, `tool:${call.call}`, timeoutMs);
  if (spec.runs === "client")
    tell(talk, { type: "client_tool_call", call: call.call, name, arguments: call.arguments, timeoutMs });
  else
    emit(talk, { type: "tool.run", call: { call: call.call, name, arguments: call.arguments, timeoutMs } });
}

function refuse(talk: Talk, spec: ToolSpec | undefined, parsed: boolean): ToolOutcome | null {
  if (!spec) return failed("unknown_tool");
  if (!parsed) return badArguments("They are not JSON");
  if (talk.ledger.running > LIMITS.toolsRunning) return failed("too_many");
  return null;
}

/** Models sometimes write the arguments as a JSON string that holds the JSON. */
function parseArguments(text: string): { readonly ok: true; readonly value: Json } | { readonly ok: false } {
  if (text.length > LIMITS.toolArgumentBytes) return { ok: false };
  if (text.trim() === "") return { ok: true, value: {} };
  try {
    const once: Json = JSON.parse(text);
    return { ok: true, value: typeof once === "string" ? JSON.parse(once) : once };
  } catch {
    return { ok: false };
  }
}

/** A call ended, by whoever was to run it. False when no such call is open there. */
export function finishCall(
  talk: Talk,
  callId: string,
  by: "gateway" | "client",
  outcome: ToolOutcome,
): boolean {
  const call = talk.ledger.find(callId);
  if (call?.runs !== by) return false;
  emit(talk, { type: "timer.clear", timer: `tool:${callId}` });
  close(talk, call, outcome);
  return true;
}

export function callTimedOut(talk: Talk, callId: string): void {
  const call = talk.ledger.find(callId);
  if (!call) return;
  if (call.runs === "gateway") emit(talk, { type: "tool.cancel", call: callId });
  close(talk, call, failed("timeout"));
}

function close(talk: Talk, call: OpenCall, outcome: ToolOutcome): void {
  talk.ledger.close(call.call);
  const ms = Math.round(talk.now - call.startedAt);
  tell(talk, { type: "tool_ended", call: call.call, name: call.name, outcome, ms });
  if (call.turn === talk.turn.number) talk.turn.tools.push({ name: call.name, ms, status: outcome.status });
  // Stored with the turn: a write here would hold back the result on its way to the model.
  talk.transcript.add({
    type: "tool",
    turn: call.turn,
    at: talk.now,
    call: call.call,
    name: call.name,
    arguments: call.arguments,
    outcome,
    ms,
  });
  const cue = lateResultCue(call.name, call.arguments, outcome);
  talk.untold = [...talk.untold, { turn: call.turn, cue }];
  const asker = talk.streams.get(call.generation);
  if (asker?.state.type === "open" && asker.role === "live") {
    emit(talk, { type: "stream.tool_result", generation: call.generation, use: call.use, outcome });
  } else ask(talk, cue);
  endWait(talk);
  releaseAudio(talk);
}
