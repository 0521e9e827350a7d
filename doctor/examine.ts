/**
 * One examination: reach the endpoint, open a stream, ask a typed question, listen, close. Tells each step as it is
 * taken and stops at the first that fails.
 */

import { pcmDurationMs } from "../src/audio/format.ts";
import { silence } from "../src/audio/frames.ts";
import { bedrockEndpoint } from "../src/aws/endpoint.ts";
import type { Upgrade } from "../src/aws/upgrade.ts";
import type { UpgradeFailure } from "../src/aws/upgrade-failure.ts";
import type { Clock } from "../src/base/clock.ts";
import type { ModelEvent, StreamEnd, StreamSpec } from "../src/conversation/events.ts";
import type { SpeechModel } from "../src/model/speech-model.ts";
import type { Examination, Observation } from "./observation.ts";

const INPUT_RATE = 16000;
const OUTPUT_RATE = 24000;
/** Nova wants audio at all times; typed text alone is not enough. */
const SILENCE_EVERY_MS = 100;
/** First words and audio must come within this long: five times what people report. */
const ANSWER_WITHIN_MS = 15_000;
/** The rest of a short answer. */
const SPEECH_WITHIN_MS = 30_000;
const REACH_WITHIN_MS = 5_000;

const PROMPT = "You are being tested by a doctor for software. Answer in one short sentence.";
const QUESTION = "Please say that you can be heard.";

export interface Instruments {
  /** http(s) URL in place of AWS's own, or null. */
  readonly endpoint: string | null;
  readonly clock: Clock;
  readonly tell: (observation: Observation) => void;
  /** How the door is dialled; the doctor listens in on its refusals. */
  readonly dialled: Upgrade;
  readonly model: (dial: Upgrade) => SpeechModel;
}

/** Settles when the last step was told. Never rejects. */
export const examine = async (examination: Examination, instruments: Instruments): Promise<void> => {
  if (await reach(examination, instruments)) await converse(examination, instruments);
};

async function reach({ region }: Examination, { endpoint, clock, tell }: Instruments): Promise<boolean> {
  const failed = (message: string): false => {
    tell({ step: "failed", at: "reached", refusal: { status: null, name: "", message } });
    return false;
  };
  const base = bedrockEndpoint({ region, endpoint });
  if (!base.ok) return failed(base.error);
  const started = clock.now();
  try {
    const response = await fetch(base.value, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(REACH_WITHIN_MS),
    });
    const ended = clock.now();
    const date = Date.parse(response.headers.get("date") ?? "");
    // The header has whole seconds: the middle of the second is the best guess.
    const clockMs = Number.isNaN(date) ? null : Math.round((started + ended) / 2 - (date + 500));
    tell({ step: "reached", endpoint: base.value, ms: ended - started, clockMs });
    return true;
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function converse(examination: Examination, instruments: Instruments): Promise<void> {
  const { clock, tell } = instruments;
  return new Promise((done) => {
    let refused: UpgradeFailure | null = null;
    let stage: "opened" | "accepted" | "audio" | "closed" = "opened";
    let askedAt = clock.now();
    let finishedAt = 0;
    let audioMs = 0;
    let heardWords = false;
    let over = false;
    const timers: ReturnType<typeof setInterval>[] = [];

    const end = (observation: Observation): void => {
      if (over) return;
      over = true;
      for (const timer of timers) clearInterval(timer);
      tell(observation);
      done();
    };
    const tooLate = (message: string): void => {
      end({ step: "failed", at: stage, refusal: { status: null, name: "", message } });
      stream.abort();
    };
    const expectWithin = (ms: number, message: string, missing: () => boolean): void => {
      timers.push(setTimeout(() => missing() && tooLate(message), ms));
    };
    const accepted = (): void => {
      if (stage !== "accepted") return;
      tell({ step: "accepted", ms: clock.now() - askedAt });
      stage = "audio";
    };

    const hear = (event: ModelEvent): void => {
      if (over) return;
      const sinceAsked = clock.now() - askedAt;
      switch (event.type) {
        case "opened":
          tell({ step: "opened", ms: event.connectMs });
          stage = "accepted";
          askedAt = clock.now();
          stream.begin(specFor(examination));
          ask();
          return;
        case "agent_text":
          accepted();
          if (!heardWords) tell({ step: "words", ms: sinceAsked, text: event.text });
          heardWords = true;
          return;
        case "agent_audio":
          accepted();
          if (audioMs === 0) tell({ step: "audio", ms: sinceAsked });
          audioMs += pcmDurationMs(event.pcm.byteLength, OUTPUT_RATE);
          return;
        case "agent_audio_ended":
          if (event.last) sayGoodbye();
          return;
        case "ended":
          return ended(event.end);
        default:
          return accepted();
      }
    };
    const ask = (): void => {
      timers.push(
        setInterval(() => stream.sendAudio(silence(SILENCE_EVERY_MS, INPUT_RATE)), SILENCE_EVERY_MS),
      );
      stream.sendAudio(silence(SILENCE_EVERY_MS, INPUT_RATE));
      stream.sendText(QUESTION);
      expectWithin(ANSWER_WITHIN_MS, `no audio within ${ANSWER_WITHIN_MS / 1000} s`, () => audioMs === 0);
      expectWithin(
        SPEECH_WITHIN_MS,
        `no end of the answer within ${SPEECH_WITHIN_MS / 1000} s`,
        () => stage !== "closed",
      );
    };
    const sayGoodbye = (): void => {
      if (stage === "closed") return;
      tell({ step: "spoke", audioMs: Math.round(audioMs) });
      stage = "closed";
      finishedAt = clock.now();
      stream.finish();
    };
    const ended = (why: StreamEnd): void => {
      if (why.type === "finished") end({ step: "closed", ms: clock.now() - finishedAt });
      else end({ step: "failed", at: stage, refusal: refusalOf(why, refused) });
    };

    const dial: Upgrade = async (request) => {
      const result = await instruments.dialled(request);
      if (!result.ok) refused = result.error;
      return result;
    };
    const stream = instruments.model(dial).open(examination, hear);
  });
}

/** What AWS said, in its parts: from the door's answer, or from the cause, which begins with an exception's name. */
function refusalOf(why: Exclude<StreamEnd, { type: "finished" }>, refused: UpgradeFailure | null) {
  if (refused?.type === "refused") {
    return { status: refused.status, name: refused.errorType, message: refused.message };
  }
  const [, name = "", message = why.cause] =
    /^([A-Za-z]\w*(?:Exception|Error)?): (.*)$/s.exec(why.cause) ?? [];
  return { status: null, name: name === "unnamed" ? "" : name, message };
}

const specFor = ({ region, model, voice }: Examination): StreamSpec => ({
  model,
  region,
  voice,
  endpointing: "HIGH",
  inputRate: INPUT_RATE,
  outputRate: OUTPUT_RATE,
  prompt: PROMPT,
  tools: [],
  history: [],
  inference: {},
});
