/**
 * Notices into messages for the client.
 */
import { fromPcm } from "../../audio/encoding.ts";
import { publicBody } from "../../base/errors.ts";
import type { EndReason, Notice, ToolOutcome } from "../../conversation/events.ts";
import type { DialectOptions, Frame } from "../dialect.ts";
import { type AudioFormats, DEFAULT_FORMATS } from "./audio-format.ts";
import { encodeAudioMessage } from "./audio-message.ts";
import { PROTOCOL } from "./client-messages.ts";
import type { ServerMessage } from "./server-messages.ts";

export interface EncodeContext extends DialectOptions {
  /** As hello declared them; null before it. */
  readonly formats: AudioFormats | null;
}

/** The messages that tell `notice`, numbered `seq`. */
export const encodeNotice = (notice: Notice, seq: number, context: EncodeContext): readonly Frame[] => {
  if (notice.type === "audio") {
    const { encoding } = (context.formats ?? DEFAULT_FORMATS).output;
    return [encodeAudioMessage(seq, notice.answer, fromPcm(encoding, notice.pcm))];
  }
  return [JSON.stringify(toMessage(notice, seq, context))];
};

const toMessage = (
  notice: Exclude<Notice, { type: "audio" }>,
  seq: number,
  { formats, toolDetails, resume }: EncodeContext,
): ServerMessage => {
  switch (notice.type) {
    case "ready": {
      const { input, output } = formats ?? DEFAULT_FORMATS;
      return {
        type: "ready",
        seq,
        session: notice.session,
        agent: notice.agent,
        protocol: PROTOCOL,
        audio: {
          input: { encoding: input.encoding, rate: notice.inputRate },
          output: { encoding: output.encoding, rate: notice.outputRate },
        },
        resume: resume === null ? null : { token: resume.token, forMs: resume.forMs },
      };
    }
    case "resumed": {
      const { from, lost, lostMs } = notice;
      return { type: "resumed", seq, from, lost, lostMs };
    }
    case "ping":
      return { type: "ping", seq };
    case "transcript": {
      const { role, turn, answer, item, text, final } = notice;
      return { type: "transcript", seq, role, turn, answer, item, text, final };
    }
    case "speech":
      return { type: "speech", seq, state: notice.state };
    case "answer":
      return { type: "answer", seq, answer: notice.answer, turn: notice.turn, state: notice.state };
    case "interrupted": {
      const { answer, heardMs, heardText, by } = notice;
      return { type: "interrupted", seq, answer, heardMs, heardText, by };
    }
    case "tool_started": {
      const { call, name } = notice;
      return {
        type: "tool_started",
        seq,
        call,
        name,
        ...(toolDetails ? { arguments: notice.arguments } : {}),
      };
    }
    case "tool_ended": {
      const { call, name, ms, outcome } = notice;
      return { type: "tool_ended", seq, call, name, ...outcomeMembers(outcome, toolDetails), ms };
    }
    case "client_tool_call": {
      const { call, name, timeoutMs } = notice;
      return { type: "tool_call", seq, call, name, arguments: notice.arguments, timeoutMs };
    }
    case "segment": {
      const { name, reason, from, by, gapMs } = notice;
      return { type: "segment", seq, name, reason, from, by, gapMs };
    }
    case "usage": {
      const { inputSpeech, inputText, outputSpeech, outputText } = notice.tokens;
      const { model, platform, total } = notice.cost;
      const tokens = { inputSpeech, inputText, outputSpeech, outputText };
      return { type: "usage", seq, tokens, cost: { model, platform, total } };
    }
    case "metrics": {
      const { turn, firstAudioMs, sinceSpeechMs, interrupted, gateway: share } = notice.metrics;
      const tools = notice.metrics.tools.map(({ name, ms, status }) => ({ name, ms, status }));
      const gateway = share === null ? null : { upMs: share.upMs, downMs: share.downMs };
      return { type: "metrics", seq, turn, firstAudioMs, sinceSpeechMs, tools, interrupted, gateway };
    }
    case "error":
      return { type: "error", seq, ...publicBody(notice.error) };
    case "closing":
      return { type: "closing", seq, ...reasonMembers(notice.reason) };
  }
};

const outcomeMembers = (outcome: ToolOutcome, toolDetails: boolean) =>
  outcome.status === "failed"
    ? { status: outcome.status, reason: outcome.reason }
    : { status: outcome.status, ...(toolDetails ? { result: outcome.value } : {}) };

const reasonMembers = (reason: EndReason) => {
  if (reason.type === "error") return { reason: reason.type, ...publicBody(reason.error) };
  return reason.type === "budget" ? { reason: reason.type, of: reason.of } : { reason: reason.type };
};
