/**
 * Tool calls from the model's wish to the result it is given: exactly one result for each use, in whatever order
 * they come, to whichever stream is there to hear it.
 */
import type { Edge, SegmentDefinition } from "../agent/segment.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { prefetch } from "./arrival.ts";
import type { ModelEvent, ToolOutcome, ToolSpec, ToolWord } from "./events.ts";
import { beginWait, endWait } from "./fillers.ts";
import { holdAudio, releaseAudio } from "./hold.ts";
import { ask, forgetUnseen } from "./owed.ts";
import { edgeOfTool, factsSeenBy, forbidden, presentSegment, seesTalkOf, segmentNamed } from "./segments.ts";
import type { Stream } from "./stream-book.ts";
import { openStandby } from "./stream-care.ts";
import { emit, setTimer, type Talk, tell } from "./talk.ts";
import { badArguments, failed } from "./tool-failure.ts";
import type { OpenCall } from "./tool-ledger.ts";
import { followFacts, move } from "./transition.ts";
import { lateResultCue, missingWords } from "./words.ts";

type ToolUse = Extract<ModelEvent, { type: "tool_use" }>;

export function toolWanted(talk: Talk, stream: Stream, event: ToolUse): void {
  const { generation } = stream;
  const segment = segmentNamed(talk, stream.segment);
  const edge = edgeOfTool(segment, event.name);
  if (edge) return moveWanted(talk, stream, event, edge);
  const spec = talk.tools?.find((tool) => tool.name === event.name);
  const parsed = parseArguments(event.argumentsText);
  const call = talk.ledger.enter({
    use: event.use,
    generation,
    turn: talk.turn.number,
    said: talk.turn.said,
    segment: segment.name,
    name: event.name,
    arguments: parsed.ok ? parsed.value : null,
    runs: spec?.runs ?? "nobody",
    startedAt: talk.now,
  });
  if (!call) return;
  tell(talk, { type: "tool_started", call: call.call, name: call.name, arguments: call.arguments });
  const refusal = refuse(talk, segment, spec, parsed.ok);
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
    emit(talk, {
      type: "tool.run",
      call: {
        call: call.call,
        name,
        arguments: call.arguments,
        timeoutMs,
        segment: segment.name,
        facts: factsSeenBy(talk, segment),
      },
    });
  foresee(talk, segment, name);
}

/** A tool that can set the facts which lead out of here will probably do so: the next stream is dialled meanwhile. */
function foresee(talk: Talk, { goesTo }: SegmentDefinition, tool: string): void {
  const edge = goesTo.find(({ when }) =>
    Object.keys(when ?? {}).some((fact) => talk.agent.facts[fact]?.setBy.includes(tool)),
  );
  if (edge) openStandby(talk, edge.to);
}

/** The model wishes itself elsewhere. A result would only make it speak: it gets none unless it has to stay. */
function moveWanted(talk: Talk, { generation, role, segment }: Stream, event: ToolUse, { to }: Edge): void {
  const { name, use } = event;
  const { number: turn, said } = talk.turn;
  const call = talk.ledger.enter({
    ...{ use, generation, turn, said, segment, name },
    arguments: null,
    runs: "nobody",
    startedAt: talk.now,
  });
  if (!call) return;
  talk.ledger.close(call.call);
  if (role !== "live") return;
  const { question, unanswered } = talk.turn;
  // What it has said of the caller's words so far was no answer to them, or it would stay.
  if (question?.index !== null) talk.turn.unanswered = question;
  const wish = { call: call.call, name };
  const moved = move(talk, to, "model", { generation, use, outcome: null, wish });
  if (moved.ok) return;
  talk.turn.unanswered = unanswered;
  const { missing } = moved.error;
  const outcome = failed("not_allowed", missing.length === 0 ? undefined : missingWords(missing));
  tell(talk, { type: "tool_started", call: call.call, name, arguments: null });
  tell(talk, { type: "tool_ended", call: call.call, name, outcome, ms: 0 });
  emit(talk, { type: "stream.tool_result", generation, use, outcome });
}

function refuse(
  talk: Talk,
  segment: SegmentDefinition,
  spec: ToolSpec | undefined,
  parsed: boolean,
): ToolOutcome | null {
  if (!spec) return failed("unknown_tool");
  const refusal = forbidden(talk, segment, spec);
  if (refusal) return refusal;
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
  word: ToolWord = {},
): boolean {
  const call = talk.ledger.find(callId);
  if (call?.runs !== by) return false;
  emit(talk, { type: "timer.clear", timer: `tool:${callId}` });
  // A client is not to be trusted with what the session goes by.
  close(talk, call, outcome, by === "gateway" ? word : {});
  return true;
}

export function callTimedOut(talk: Talk, callId: string): void {
  const call = talk.ledger.find(callId);
  if (!call) return;
  if (call.runs === "gateway") emit(talk, { type: "tool.cancel", call: callId });
  close(talk, call, failed("timeout"));
}

function close(talk: Talk, call: OpenCall, outcome: ToolOutcome, word: ToolWord = {}): void {
  talk.ledger.close(call.call);
  const ms = Math.round(talk.now - call.startedAt);
  tell(talk, { type: "tool_ended", call: call.call, name: call.name, outcome, ms });
  if (call.turn === talk.turn.number) talk.turn.tools.push({ name: call.name, ms, status: outcome.status });
  // Stored with the turn: a write here would hold back the result on its way to the model.
  talk.transcript.add({
    type: "tool",
    turn: call.turn,
    at: talk.now,
    segment: call.segment,
    call: call.call,
    name: call.name,
    arguments: call.arguments,
    outcome,
    ms,
  });
  const cue = lateResultCue(call.name, call.arguments, outcome);
  const { turn, said, segment } = call;
  talk.untold = [...talk.untold, { turn, said, segment, cue }];
  endWait(talk);
  if (!followWord(talk, call, outcome, word)) deliver(talk, call, outcome, cue);
  releaseAudio(talk);
}

/** To the stream that asked; when that is gone, in words to the one in its place, if it may know. */
function deliver(talk: Talk, call: OpenCall, outcome: ToolOutcome, cue: string): void {
  const asker = talk.streams.get(call.generation);
  if (asker?.state.type === "open" && asker.role === "live") {
    emit(talk, { type: "stream.tool_result", generation: call.generation, use: call.use, outcome });
    return;
  }
  const reader = presentSegment(talk);
  if (!seesTalkOf(talk, reader, call.segment)) forgetUnseen(talk, reader);
  // Whoever has just arrived is told with all the rest.
  else if (talk.arrival === null) ask(talk, cue);
}

/** Sets what the tool has found out, and goes where it leads. True: the result is told there. */
function followWord(talk: Talk, call: OpenCall, outcome: ToolOutcome, { facts, next }: ToolWord): boolean {
  const before = talk.facts.all;
  const { writes } = segmentNamed(talk, call.segment);
  for (const [name, value] of Object.entries(facts ?? {})) {
    const allowed = writes === null || writes.includes(name);
    if (allowed && talk.facts.set(name, value, call.segment, talk.now)) continue;
    const fields = { fact: name, tool: call.name, segment: call.segment };
    emit(talk, { type: "log", event: "fact_refused", fields });
  }
  if (facts) for (const segment of talk.agent.segments) prefetch(talk, segment, before);
  const { generation, use } = call;
  const held = talk.streams.live?.generation === generation ? { generation, use, outcome } : null;
  if (next !== undefined && move(talk, next, "tool", held).ok) return true;
  return facts !== undefined && followFacts(talk, before, held);
}
