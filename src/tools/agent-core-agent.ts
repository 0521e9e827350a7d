/**
 * A sub-agent on AgentCore Runtime. One runtime session serves one voice session, so that the microVM behind it keeps
 * what it has fetched.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/APIReference/API_InvokeAgentRuntime.html
 */
import type { ToolContext } from "../agent/tool-context.ts";
import { readText } from "../aws/bounded-body.ts";
import { awsCall, type Signing } from "../aws/call.ts";
import { type CallFailure, describeCallFailure } from "../aws/call-failure.ts";
import { isEventStream, readEvents } from "../aws/sse.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { AnswerReader, readAnswer } from "./answer-reader.ts";
import { callOutcome } from "./call-outcome.ts";
import type { Progress } from "./shared-run.ts";
import type { Answer, Question, SubAgent, SubAgentFailure } from "./sub-agent.ts";
import type { Timers } from "./time-limit.ts";
import { toldFacts } from "./trusted-context.ts";
import { tryAgain } from "./try-again.ts";
import { Turnstile } from "./turnstile.ts";

export interface AgentCoreParts {
  /** What the sub-agent is called among the agent's tools. */
  readonly name: string;
  /** Where the runtime is invoked. */
  readonly url: string;
  readonly signing: Signing;
  readonly timers: Timers;
  /** Facts that it is told. */
  readonly tells: readonly string[];
}

/** AgentCore takes no shorter ones. */
const SESSION_ID_CHARS = 33;

/** The runtime session of a voice session: the same for every question, and another for every sub-agent. */
export const runtimeSessionId = (session: string, name: string): string =>
  `${session}-${name}`
    .replace(/[^\w-]/g, "-")
    .padEnd(SESSION_ID_CHARS, "0")
    .slice(0, 256);

/** What helps an operator, where the words of AWS do not. */
const HINTS: Readonly<Record<string, string>> = {
  inner: "The agent in the runtime failed or did not answer: its own log (CloudWatch) says why.",
  quota: "A quota of the account is used up: active sessions or requests per second, see Service Quotas.",
  conflict: "Its session was busy with another request all the while.",
  denied: "The credentials need bedrock-agentcore:InvokeAgentRuntime on this runtime.",
};

export class AgentCoreAgent implements SubAgent {
  readonly #parts: AgentCoreParts;
  /** A runtime session that is asked two things at once answers one of them with a conflict. */
  readonly #turnstile = new Turnstile();

  constructor(parts: AgentCoreParts) {
    this.#parts = parts;
  }

  async ask(
    question: Question,
    context: ToolContext,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Result<Answer, SubAgentFailure>> {
    const { timers } = this.#parts;
    const passed = await this.#turnstile.pass(
      () => tryAgain(() => this.#invoke(question, context, signal, progress), { signal, timers }),
      signal,
    );
    if (passed === null) return err({ reason: "cancelled" });
    if (!passed.ok) return err(explained(passed.error));
    return passed.value;
  }

  #invoke(
    { text, input, call, timeoutMs }: Question,
    { session, agent, caller, tenant, facts }: ToolContext,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Result<Result<Answer, SubAgentFailure>, CallFailure>> {
    const { name, url, signing, timers, tells } = this.#parts;
    const told = toldFacts(facts, tells);
    const known = Object.keys(told).length === 0 ? {} : { facts: told };
    const context = { session, agent, caller, tenant, call, ...known };
    return awsCall(
      {
        method: "POST",
        url,
        headers: {
          "content-type": "application/json",
          accept: "text/event-stream, application/json",
          "x-amzn-bedrock-agentcore-runtime-session-id": runtimeSessionId(session, name),
        },
        body: JSON.stringify({ prompt: text, input, context }),
        timeoutMs,
        signal,
        clock: timers,
      },
      signing,
      async (response) => {
        if (!isEventStream(response)) {
          const body = await readText(response, LIMITS.subAgentAnswerBytes);
          return body.ok ? ok(readAnswer(body.value)) : body;
        }
        const reader = new AnswerReader(progress);
        const limits = { maxBytes: LIMITS.subAgentStreamBytes, maxEventChars: LIMITS.subAgentAnswerBytes };
        const read = await readEvents(response, ({ data }) => reader.take(data), limits);
        return read.ok ? ok(reader.answer()) : read;
      },
    );
  }
}

function explained(failure: CallFailure): SubAgentFailure {
  const hint = failure.type === "refused" ? HINTS[failure.kind] : undefined;
  const cause = [describeCallFailure(failure), ...(hint === undefined ? [] : [hint])].join(" ");
  return { reason: callOutcome(failure).reason, cause };
}
