/**
 * Sends a draft: as one JSON answer, or as an event stream at the pace of its tokens.
 * Source: Bedrock Runtime API reference, Converse and ConverseStream; frames as the AWS SDK decodes them.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { ExceptionType, Fault } from "../seams.ts";
import { type Answer, type Call, CUT, type Piece, whole } from "../services/service.ts";
import { wait } from "../services/wait.ts";
import { encodeEvent, encodeException } from "../wire/codec.ts";
import type { Draft, DraftBlock } from "./draft.ts";
import { tokens, tokensOf } from "./tokens.ts";

export interface Pace {
  readonly clock: Clock;
  /** ms */
  readonly firstTokenMs: number;
  readonly tokenMs: number;
}

type Sent = Extract<DraftBlock, { type: "text" | "toolUse" }>;

/** @param refuse How a fault that a scenario asks for is told before anything has been sent. */
export async function replyWhole(
  draft: Draft,
  pace: Pace,
  call: Call,
  refuse: (fault: Fault) => Answer,
): Promise<Answer> {
  const began = pace.clock.now();
  await wait(pace.clock, pace.firstTokenMs, call.signal);
  for (const block of draft.blocks) {
    if (block.type === "fault") {
      if (block.fault.type === "stall") await wait(pace.clock, block.fault.ms, call.signal);
      else return refuse(block.fault);
    } else
      await wait(
        pace.clock,
        block.type === "pause" ? block.ms : pace.tokenMs * tokensOf(written(block)),
        call.signal,
      );
  }
  const content = draft.blocks
    .filter(isSent)
    .map((block) => (block.type === "text" ? { text: block.text } : { toolUse: block.toolUse }));
  return whole(200, {
    metrics: { latencyMs: Math.round(pace.clock.now() - began) },
    output: { message: { content, role: "assistant" } },
    stopReason: draft.stopReason,
    usage: draft.usage,
  });
}

export function replyStream(draft: Draft, pace: Pace, call: Call): Answer {
  return {
    type: "stream",
    headers: { "content-type": "application/vnd.amazon.eventstream" },
    pieces: pieces(draft, pace, call.signal),
    broken,
  };
}

async function* pieces(draft: Draft, pace: Pace, signal: AbortSignal): AsyncGenerator<Piece> {
  const began = pace.clock.now();
  yield event("messageStart", { role: "assistant" });
  await wait(pace.clock, pace.firstTokenMs, signal);
  let contentBlockIndex = 0;
  for (const block of draft.blocks) {
    if (block.type === "pause") await wait(pace.clock, block.ms, signal);
    else if (block.type === "fault") {
      if (block.fault.type === "stall") await wait(pace.clock, block.fault.ms, signal);
      else return yield brokenBy(block.fault);
    } else {
      // Only a tool use is announced: a text begins with its first delta.
      if (block.type === "toolUse") {
        const { toolUseId, name } = block.toolUse;
        yield event("contentBlockStart", { contentBlockIndex, start: { toolUse: { toolUseId, name } } });
      }
      for (const piece of piecesOf(written(block), pace.tokenMs)) {
        const delta = block.type === "text" ? { text: piece } : { toolUse: { input: piece } };
        yield event("contentBlockDelta", { contentBlockIndex, delta });
        await wait(pace.clock, pace.tokenMs * tokensOf(piece), signal);
      }
      yield event("contentBlockStop", { contentBlockIndex });
      contentBlockIndex += 1;
    }
    if (signal.aborted) return;
  }
  yield event("messageStop", { stopReason: draft.stopReason });
  const latencyMs = Math.round(pace.clock.now() - began);
  yield event("metadata", { metrics: { latencyMs }, usage: draft.usage });
}

/** Token by token where there is a pace; else a few at once, so that an answer is not a hundred frames. */
function piecesOf(text: string, tokenMs: number): string[] {
  const each = tokens(text);
  if (tokenMs > 0) return each;
  const size = 6;
  return Array.from({ length: Math.ceil(each.length / size) }, (_, n) =>
    each.slice(n * size, (n + 1) * size).join(""),
  );
}

const isSent = (block: DraftBlock): block is Sent => block.type === "text" || block.type === "toolUse";
const written = (block: Sent): string =>
  block.type === "text" ? block.text : JSON.stringify(block.toolUse.input);

/** Bedrock pads its events to hide their length from those who watch the wire. */
const event = (name: string, body: Readonly<Record<string, unknown>>): Piece => ({
  name,
  body,
  bytes: encodeEvent(name, { ...body, p: randomBytes(8).toString("hex") }),
});

function broken(exception: ExceptionType, message: string): Piece {
  const more =
    exception === "modelStreamErrorException" ? { originalStatusCode: 500, originalMessage: message } : {};
  return { name: exception, body: { message }, bytes: encodeException(exception, { message, ...more }) };
}

function brokenBy(fault: Fault): Piece {
  if (fault.type === "cut") return CUT;
  if (fault.type === "garbage") return { name: "garbage", bytes: "this is not an event-stream message" };
  const exception = fault.type === "exception" ? fault.exception : "modelStreamErrorException";
  return broken(exception, ("message" in fault ? fault.message : undefined) ?? "The model could not go on.");
}
