/**
 * Breaks the silence while a tool works: when nobody has spoken for a while the agent is asked for a short sentence.
 * Never over the caller, never over the agent, never twice in a row the same.
 */
import { LIMITS } from "../base/limits.ts";
import { emit, setTimer, type Talk } from "./talk.ts";
import { fillerCue } from "./words.ts";

export interface FillerState {
  /** Said in the present wait, and in the whole session: which phrase is next. */
  inThisWait: number;
  said: number;
  /** The agent was asked to bridge the wait and has not spoken since: what it says next is no answer. */
  bridging: boolean;
  /** What a slow tool last told of its progress, not yet passed on. */
  progress: string | null;
}

export const NO_FILLERS: FillerState = { inThisWait: 0, said: 0, bridging: false, progress: null };

/** A tool begins to work. */
export function beginWait(talk: Talk): void {
  if (talk.agent.fillers === null || talk.ledger.running > 1) return;
  talk.filler = { ...talk.filler, inThisWait: 0, progress: null };
  setTimer(talk, "filler", talk.agent.fillers.afterMs);
}

/** A tool has ended; the last one takes the wait with it. */
export function endWait(talk: Talk): void {
  if (talk.agent.fillers === null || talk.ledger.running > 0) return;
  talk.filler = { ...talk.filler, bridging: false, progress: null };
  emit(talk, { type: "timer.clear", timer: "filler" });
}

/** The wait has lasted. In words if all are silent; else it is looked at again when they may be. */
export function breakSilence(talk: Talk): void {
  const { fillers } = talk.agent;
  if (fillers === null || talk.ledger.running === 0 || talk.filler.inThisWait >= LIMITS.fillersPerWait)
    return;
  const live = talk.streams.live;
  const silent = talk.client.type === "present" && !talk.callerSpeaking && !talk.answer?.isPlaying(talk.now);
  if (live?.state.type === "open" && silent) {
    const phrase = fillers.phrases[talk.filler.said % fillers.phrases.length] ?? "";
    const text = fillerCue(phrase, talk.filler.progress);
    emit(talk, { type: "stream.text", generation: live.generation, text });
    talk.filler = {
      inThisWait: talk.filler.inThisWait + 1,
      said: talk.filler.said + 1,
      bridging: true,
      progress: null,
    };
  }
  setTimer(talk, "filler", fillers.afterMs * (1 + talk.filler.inThisWait));
}
