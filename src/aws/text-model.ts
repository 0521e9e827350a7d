/**
 * A small text model on Bedrock, asked one thing at a time: for what the gateway itself has to put into words, and
 * nobody waits for.
 */
import { type AlarmClock, systemClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { describeCallFailure } from "./call-failure.ts";
import { converse } from "./converse.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { bedrockEndpoint } from "./endpoint.ts";

export interface TextModel {
  /** Asks once, and not again when that fails. Never rejects; aborted or too slow, it gives a failure. */
  ask(request: TextRequest, signal: AbortSignal): Promise<Result<TextAnswer, TextFailure>>;
}

export interface TextRequest {
  /** What it is and what it does. */
  readonly system: string;
  /** What it is given to work on. */
  readonly prompt: string;
  /** Of its answer. Where they do not suffice, the answer ends in the middle. */
  readonly maxTokens: number;
}

export interface TextTokens {
  readonly input: number;
  readonly output: number;
}

export interface TextAnswer {
  /** Never blank. */
  readonly text: string;
  readonly tokens: TextTokens;
}

export interface TextFailure {
  /** One line for the log; holds no secret. */
  readonly cause: string;
  /** What it cost all the same. */
  readonly tokens: TextTokens;
}

export interface TextModelParts {
  /** Bedrock's id of a model or of an inference profile, or the ARN of one. */
  readonly model: string;
  readonly region: string;
  /** http(s) URL in place of Bedrock's own, or null. */
  readonly endpoint: string | null;
  /** Asked anew for every request. */
  readonly credentials: CredentialSource;
  readonly clock?: AlarmClock;
  /** Ms until the whole answer must be there. */
  readonly timeoutMs?: number;
}

/** Stop reasons after which what came is no answer. */
const WITHHELD: ReadonlySet<string> = new Set(["guardrail_intervened", "content_filtered"]);

const NO_TOKENS: TextTokens = { input: 0, output: 0 };
const failed = (cause: string, tokens = NO_TOKENS) => err({ cause, tokens });

/** Reaches the model by Converse. Nothing is looked up before it is asked. */
export const createTextModel = (parts: TextModelParts): TextModel => ({
  async ask({ system, prompt, maxTokens }, signal) {
    const { model, region, endpoint, clock = systemClock, timeoutMs = LIMITS.textModelMs } = parts;
    const base = bedrockEndpoint({ region, endpoint });
    if (!base.ok) return failed(base.error);
    const credentials = await credentialsOf(parts.credentials);
    if (credentials === null) return failed("there are no AWS credentials to sign with");
    const answer = await converse(
      {
        model,
        prompt: system,
        messages: [{ role: "user", content: [{ text: prompt }] }],
        tools: [],
        maxTokens,
      },
      {
        base: base.value,
        signing: { service: "bedrock", region, credentials, now: () => clock.now() },
        ...{ timeoutMs, signal, timers: clock },
      },
    );
    if (!answer.ok) {
      // Where others can be had, the next request has them.
      if (answer.error.type === "refused" && /^ExpiredToken/.test(answer.error.errorType))
        parts.credentials.expired?.(credentials);
      return failed(describeCallFailure(answer.error));
    }
    const { text, stopReason, tokens } = answer.value;
    if (WITHHELD.has(stopReason) || text.trim() === "")
      return failed(`no words; stopped by ${stopReason}`, tokens);
    return ok({ text, tokens });
  },
});

/** Null where there are none; the source has said why in the log. */
async function credentialsOf(source: CredentialSource): Promise<Credentials | null> {
  try {
    return await source.get();
  } catch {
    return null;
  }
}
