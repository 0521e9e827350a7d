/**
 * The text models that Converse answers for, and their limits.
 * Sources: Bedrock user guide (supported models and features), Nova user guides (what is Nova); see docs/emulator.md.
 */
import { type Refusal, validation } from "../doors/refusal.ts";
import { err, ok, type Result } from "../result.ts";

export interface TextModel {
  readonly id: string;
  /** Tokens that an answer may have at most. */
  readonly outputTokens: number;
  /** Tokens that a request may have at most. */
  readonly contextTokens: number;
}

const NOVA: readonly (readonly [pattern: RegExp, limits: Omit<TextModel, "id">])[] = [
  [/^amazon\.nova-2-[a-z]+(?:-v\d+(?::\d+k?)*)?$/, { outputTokens: 65_536, contextTokens: 1_000_000 }],
  [/^amazon\.nova-micro-v\d+(?::\d+k?)*$/, { outputTokens: 10_000, contextTokens: 128_000 }],
  [/^amazon\.nova-(?:lite|pro)-v\d+(?::\d+k?)*$/, { outputTokens: 10_000, contextTokens: 300_000 }],
  [/^amazon\.nova-premier-v\d+(?::\d+k?)*$/, { outputTokens: 32_000, contextTokens: 1_000_000 }],
];

/** Other makers' models: their names change too often for a list, so the form decides. */
const OTHERS =
  /^(?:anthropic|meta|mistral|cohere|ai21|deepseek|openai|qwen|writer|moonshot|minimax|google|nvidia)\.[a-z0-9][a-z0-9.-]*(?::\d+k?)*$/;

/** Before the model's id in an inference profile's. */
const PROFILE = /^(?:us|us-gov|eu|apac|jp|au|ca|sa|global)\./;

const ARN = /^arn:aws(?:-[a-z]+)*:bedrock:[a-z0-9-]*:\d{0,12}:(?:foundation-model|inference-profile)\/(.+)$/;

/** The model of that id, profile id or ARN, or how AWS says that there is none. */
export function findTextModel(given: string): Result<TextModel, Refusal> {
  const id = (ARN.exec(given)?.[1] ?? given).replace(PROFILE, "");
  if (/sonic|embed|canvas|reel|rerank/.test(id)) {
    return err(
      validation(
        "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
      ),
    );
  }
  const limits = NOVA.find(([pattern]) => pattern.test(id))?.[1];
  if (limits !== undefined) return ok({ id, ...limits });
  if (OTHERS.test(id)) return ok({ id, outputTokens: 64_000, contextTokens: 200_000 });
  return err(validation("The provided model identifier is invalid."));
}
