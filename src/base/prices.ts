/**
 * What a session costs, from one table of list prices in US dollars. An estimate for operators, not a bill: it
 * leaves out free allowances, discounts, taxes and what a session's tools spend.
 */

/** US dollars for one million tokens, by what the tokens carry. */
interface ModelPrice {
  readonly inputSpeech: number;
  readonly inputText: number;
  readonly outputSpeech: number;
  readonly outputText: number;
}

/**
 * As seen in November 2026. The prices of Nova 2.5 Sonic were read from an account that uses it (us-east-1; silence
 * is not billed), not from AWS's price page.
 */
const NOVA_2_5_SONIC: ModelPrice = { inputSpeech: 3, inputText: 0.33, outputSpeech: 12, outputText: 2.75 };

const textOnly = (inputText: number, outputText: number): ModelPrice => ({
  inputSpeech: 0,
  inputText,
  outputSpeech: 0,
  outputText,
});

const MODEL_PRICES: Readonly<Record<string, ModelPrice>> = {
  "amazon.nova-2-5-sonic": NOVA_2_5_SONIC,
  /** [unverified] Taken to be the same as those of its successor. */
  "amazon.nova-2-sonic-v1:0": NOVA_2_5_SONIC,
  /** [unverified] Text models as AWS listed them for us-east-1 when each came out; the page was not re-read. */
  "amazon.nova-micro-v1:0": textOnly(0.035, 0.14),
  "amazon.nova-lite-v1:0": textOnly(0.06, 0.24),
  "amazon.nova-pro-v1:0": textOnly(0.8, 3.2),
  "amazon.nova-2-lite-v1:0": textOnly(0.3, 2.5),
};

/** The model behind an ARN, or behind an inference profile, whose id has the profile's geography before the model's. */
const modelBehind = (id: string): string =>
  id.replace(/^arn:.*\//, "").replace(/^(us|us-gov|eu|apac|jp|au|ca|sa|global)\./, "");

/** A model this table does not know is priced like the newest one it does: a guess beats a session that looks free. */
const UNLISTED_MODEL = NOVA_2_5_SONIC;

/** Cloudflare's price pages of Workers and Durable Objects, November 2026, Workers Paid plan. */
const PLATFORM = {
  /** [unverified] The Worker's own; its price has stood for years, the page was not re-read. */
  dollarsPerWorkerRequest: 0.3 / 1_000_000,
  dollarsPerObjectRequest: 0.15 / 1_000_000,
  dollarsPerGigabyteSecond: 12.5 / 1_000_000,
  /** An object is counted with this much memory whatever it uses. */
  gigabytes: 0.128,
  /** Twenty incoming WebSocket messages are billed as one request; outgoing ones are free. */
  messagesPerRequest: 20,
  /** Making the session and upgrading its WebSocket. */
  requestsPerSession: 2,
} as const;

const MILLION = 1_000_000;

/** Tokens that one model took and gave. */
export interface ModelUse {
  /** Bedrock model id, inference-profile id, or the ARN of one. */
  readonly model: string;
  readonly tokens: {
    readonly inputSpeech: number;
    readonly inputText: number;
    readonly outputSpeech: number;
    readonly outputText: number;
  };
}

/** What a session has used since it began. */
export interface SessionUse {
  /** Over all of the session's streams; a model may stand here more than once. */
  readonly models: readonly ModelUse[];
  /** Ms for which the session's object has been in memory. */
  readonly durationMs: number;
  /** WebSocket messages received from the client. */
  readonly incomingMessages: number;
}

/** US dollars, by what they were spent on. */
export interface Spent {
  readonly model: number;
  readonly platform: number;
  readonly total: number;
}

/** What that use costs at list price. Pure; never negative for non-negative use. */
export function sessionCost(use: SessionUse): Spent {
  const model = use.models.reduce((sum, each) => sum + modelCost(each), 0);
  const objectRequests = PLATFORM.requestsPerSession + use.incomingMessages / PLATFORM.messagesPerRequest;
  const gigabyteSeconds = (use.durationMs / 1000) * PLATFORM.gigabytes;
  const platform =
    PLATFORM.requestsPerSession * PLATFORM.dollarsPerWorkerRequest +
    objectRequests * PLATFORM.dollarsPerObjectRequest +
    gigabyteSeconds * PLATFORM.dollarsPerGigabyteSecond;
  return { model, platform, total: model + platform };
}

/** US dollars for those tokens, at list price. */
export function modelCost({ model, tokens }: ModelUse): number {
  const price = MODEL_PRICES[modelBehind(model)] ?? UNLISTED_MODEL;
  return (
    (tokens.inputSpeech * price.inputSpeech +
      tokens.inputText * price.inputText +
      tokens.outputSpeech * price.outputSpeech +
      tokens.outputText * price.outputText) /
    MILLION
  );
}
