/**
 * Has a text model sum up what a long talk's history no longer holds, at the ends of turns and ahead of need. Nobody
 * waits for it: a stream that begins meanwhile is told by rule what the newest summary does not tell.
 */
import { LIMITS } from "../base/limits.ts";
import { byteLength, compact, isWorthTelling, lineOf } from "./compaction.ts";
import type { Inbound, TextTokens, TranscriptEntry } from "./events.ts";
import { firstBytes } from "./history.ts";
import { presentSegment } from "./segments.ts";
import { emit, type Talk } from "./talk.ts";
import { entriesSeenBy } from "./visible-talk.ts";
import { recordMaterial, recordTask } from "./words.ts";

/** Called after everything that happens; looks only when a turn may have ended, or when the last request has. */
export function careForSummary(talk: Talk, inbound: Inbound): void {
  if (talk.ended || !talk.agent.summaries || !mayMatter(inbound)) return;
  if (talk.summaries.mayAsk(talk.now)) askIfGrown(talk);
}

const mayMatter = (inbound: Inbound): boolean => {
  if (inbound.type !== "model") return inbound.type === "start" || inbound.type === "summary_made";
  const { event } = inbound;
  return event.type === "agent_audio_ended" ? event.last : event.type === "interrupted";
};

function askIfGrown(talk: Talk): void {
  const seen = entriesSeenBy(talk, presentSegment(talk));
  const standing = talk.summaries.standing(seen);
  const fresh = compact(seen).rest.filter(({ index }) => index > (standing?.upTo ?? -1));
  const { lines, upTo, size } = asMuchAsIsRead(fresh);
  if (size < LIMITS.summaryGrowthBytes) return;
  emit(talk, {
    type: "summary.ask",
    request: talk.summaries.ask(seen, upTo, standing),
    system: recordTask(LIMITS.summaryWords),
    prompt: recordMaterial(standing?.text ?? null, lines),
  });
}

/** The oldest of it, at most as much as is read at once; the rest waits for the next request. */
function asMuchAsIsRead(entries: readonly TranscriptEntry[]) {
  const lines: string[] = [];
  let upTo = -1;
  let size = 0;
  for (const entry of entries) {
    const line = isWorthTelling(entry) ? lineOf(entry, LIMITS.summaryGrowthBytes) : "";
    const bytes = byteLength(line);
    if (size + bytes > LIMITS.summaryReadBytes) break;
    size += bytes;
    upTo = entry.index;
    if (line !== "") lines.push(line);
  }
  return { lines, upTo, size };
}

/** The text model's answer to `request`: its words, or null where it gave none. */
export function summaryCame(talk: Talk, request: number, tokens: TextTokens, text: string | null): void {
  const { summaries } = talk;
  if (!summaries.answered(request)) return;
  if (talk.agent.summaries) talk.usage.asked(talk.agent.summaries.model, tokens);
  const words = firstBytes(text?.trim() ?? "", LIMITS.summaryBytes);
  if (words !== "") return summaries.made(words);
  summaries.failed(talk.now);
  if (summaries.givenUp) emit(talk, { type: "log", event: "summaries_given_up", fields: {} });
}
