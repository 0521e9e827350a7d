/**
 * A sub-agent that is a text model on Bedrock, with tools of its own: asks the model, runs what it wants run, all at
 * once, tells it the results, until it answers or one of its limits ends it.
 */
import type { AgentDefinition, SubAgentKind } from "../agent/agent.ts";
import { hold } from "../agent/facts.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import type { Signing } from "../aws/call.ts";
import { describeCallFailure } from "../aws/call-failure.ts";
import { type ConverseAnswer, converse, type Message, type ToolUse } from "../aws/converse.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { failed } from "../conversation/tool-failure.ts";
import { callOutcome } from "./call-outcome.ts";
import { toolResult } from "./converse-result.ts";
import { Gained } from "./gained.ts";
import { MemoryOfTalk } from "./memory-of-talk.ts";
import type { Progress } from "./shared-run.ts";
import type { Answer, Question, SubAgent, SubAgentFailure } from "./sub-agent.ts";
import { type Timers, within } from "./time-limit.ts";
import type { ToolBox } from "./tool-runner.ts";
import { tryAgain } from "./try-again.ts";
import { Turnstile } from "./turnstile.ts";

export interface BedrockAgentParts {
  readonly kind: Extract<SubAgentKind, { kind: "bedrock" }>;
  /** Base of Bedrock's runtime URLs. */
  readonly base: string;
  readonly signing: Signing;
  /** Its own tools. */
  readonly tools: ToolBox;
  readonly timers: Timers;
  /** The voice agent's: what its tools know follows from where it is asked. */
  readonly segments: AgentDefinition["segments"];
}

const TOO_LONG = "That turned out to take too long, so there is no answer.";
const TOO_DEEP = "That turned out to be more than can be looked up at once. A smaller question may help.";
const WITHHELD = "There is no answer to that here.";

/** Stop reasons after which there is no answer to be told. */
const NO_ANSWER: ReadonlySet<string> = new Set(["guardrail_intervened", "content_filtered"]);

type Asked = Result<Answer, SubAgentFailure>;

/** One question, from beginning to end. */
interface Asking {
  readonly question: Question;
  readonly context: ToolContext;
  /** What its tools tell the session meanwhile. */
  readonly gained: Gained;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export class BedrockAgent implements SubAgent {
  readonly #parts: BedrockAgentParts;
  readonly #memory = new MemoryOfTalk();
  /** A second question leans on the first one's answer. */
  readonly #turnstile = new Turnstile();

  constructor(parts: BedrockAgentParts) {
    this.#parts = parts;
  }

  async ask(
    question: Question,
    context: ToolContext,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Asked> {
    const { limits } = this.#parts.kind;
    const over = new AbortController();
    const gained = new Gained();
    const asking: Asking = { question, context, gained, signal: over.signal, progress };
    const waited = await within(() => this.#turnstile.pass(() => this.#think(asking), over.signal), {
      ms: limits.ms,
      signal,
      timers: this.#parts.timers,
    });
    over.abort();
    const { word } = gained;
    switch (waited.type) {
      case "answered":
        if (waited.value === null) return err({ reason: "cancelled" });
        return waited.value.ok ? ok({ ...waited.value.value, word }) : err({ ...waited.value.error, word });
      case "threw":
        throw waited.error;
      case "timeout":
        return err({ reason: "timeout", say: TOO_LONG, cause: `no answer within ${limits.ms} ms`, word });
      case "aborted":
        return err({ reason: "cancelled" });
    }
  }

  /** One exchange, which is remembered only when it ends well. */
  async #think(asking: Asking): Promise<Asked> {
    const { question, signal, progress } = asking;
    const { limits } = this.#parts.kind;
    const before = this.#memory.messages(asking.context.facts);
    const exchange: Message[] = [{ role: "user", content: [{ text: question.text || "Go on." }] }];
    let tokens = 0;
    for (let round = 1; round <= limits.rounds; round++) {
      const asked = await this.#askModel([...before, ...exchange], signal);
      if (!asked.ok) return asked;
      const { message, text, uses, stopReason } = asked.value;
      tokens += asked.value.tokens.input + asked.value.tokens.output;
      exchange.push(message);
      if (uses.length === 0) return this.#answered(exchange, text, stopReason, asking);
      if (tokens > limits.tokens)
        return err({ reason: "timeout", say: TOO_DEEP, cause: `${tokens} tokens after ${round} rounds` });
      if (round === limits.rounds) break;
      if (text.trim() !== "") progress(text);
      exchange.push({ role: "user", content: await this.#runAll(uses, round, asking) });
    }
    return err({ reason: "timeout", say: TOO_DEEP, cause: `no answer after ${limits.rounds} rounds` });
  }

  #answered(exchange: readonly Message[], text: string, stopReason: string, asking: Asking): Asked {
    const { context, gained, signal } = asking;
    if (NO_ANSWER.has(stopReason))
      return err({ reason: "threw", say: WITHHELD, cause: `stopped by ${stopReason}` });
    if (text.trim() === "") return err({ reason: "bad_result", cause: `no words; stopped by ${stopReason}` });
    // Nobody has heard an answer that came too late: the next question must not lean on it.
    const { facts } = gained.context(context, this.#parts.segments);
    if (!signal.aborted) this.#memory.keep(exchange, facts);
    return ok({ status: "done", text });
  }

  async #askModel(
    messages: readonly Message[],
    signal: AbortSignal,
  ): Promise<Result<ConverseAnswer, SubAgentFailure>> {
    const { kind, base, signing, tools, timers } = this.#parts;
    const { model, prompt, limits } = kind;
    const request = { model, prompt, messages, tools: tools.specs, maxTokens: LIMITS.subAgentAnswerTokens };
    const call = { base, signing, timeoutMs: limits.ms, signal, timers };
    const answer = await tryAgain(() => converse(request, call), { signal, timers });
    if (answer.ok) return answer;
    return err({ reason: callOutcome(answer.error).reason, cause: describeCallFailure(answer.error) });
  }

  /** Every use has its result, in the order of the uses: Converse refuses anything else. */
  #runAll(uses: readonly ToolUse[], round: number, asking: Asking) {
    const { tools, timers, segments } = this.#parts;
    const { question, gained, signal } = asking;
    const context = gained.context(asking.context, segments);
    return Promise.all(
      uses.map(async ({ id, name, input }, index) => {
        if (index >= LIMITS.toolsRunning) return toolResult(id, failed("too_many"));
        const spec = tools.specs.find((offered) => offered.name === name);
        // The session guards the voice agent's own tools, and does not see these.
        if (!hold(context.facts, spec?.requires ?? {})) return toolResult(id, failed("not_allowed"));
        const timeoutMs = spec?.timeoutMs ?? LIMITS.toolMs;
        const call = `${question.call}.${round}.${index + 1}`;
        const { segment, facts } = context;
        const inner = { call, name, arguments: input, timeoutMs, segment, facts };
        const over = new AbortController();
        const waited = await within(() => tools.run(inner, context, over.signal), {
          ms: timeoutMs,
          signal,
          timers,
        });
        over.abort();
        if (waited.type === "answered") {
          const { outcome, word } = waited.value;
          if (word) gained.take(word);
          return toolResult(id, outcome);
        }
        return toolResult(id, failed(waited.type === "timeout" ? "timeout" : "cancelled"));
      }),
    );
  }
}
