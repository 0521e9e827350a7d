/**
 * A sub-agent that speaks A2A over JSON-RPC, by one message at a time or as a stream.
 * https://a2a-protocol.org/v0.3.0/specification/
 */
import type { ToolContext } from "../agent/tool-context.ts";
import { describeCallFailure } from "../aws/call-failure.ts";
import { foreignWords } from "../aws/foreign-words.ts";
import type { Ids } from "../base/ids.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, type Result } from "../base/result.ts";
import { TaskReader } from "./a2a-task.ts";
import { callOutcome } from "./call-outcome.ts";
import { type RpcFailure, rpc } from "./json-rpc.ts";
import type { Progress } from "./shared-run.ts";
import type { Answer, Question, SubAgent, SubAgentFailure } from "./sub-agent.ts";
import type { Caller } from "./surroundings.ts";
import { toldFacts } from "./trusted-context.ts";
import { Turnstile } from "./turnstile.ts";

export interface A2aParts {
  readonly url: string;
  readonly caller: Caller;
  readonly streaming: boolean;
  readonly ids: Ids;
  /** Facts that it is told. */
  readonly tells: readonly string[];
}

export class A2aAgent implements SubAgent {
  readonly #parts: A2aParts;
  /** The second message belongs to the context that the first one's answer names. */
  readonly #turnstile = new Turnstile();
  #contextId: string | null = null;
  /** A task that waits for input goes on with the next message. */
  #taskId: string | null = null;
  #id = 0;

  constructor(parts: A2aParts) {
    this.#parts = parts;
  }

  async ask(
    question: Question,
    context: ToolContext,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Result<Answer, SubAgentFailure>> {
    const asked = await this.#turnstile.pass(() => this.#send(question, context, signal, progress), signal);
    return asked ?? err({ reason: "cancelled" });
  }

  async #send(
    question: Question,
    context: ToolContext,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Result<Answer, SubAgentFailure>> {
    const { streaming } = this.#parts;
    const reader = new TaskReader(progress);
    const params = {
      message: this.#message(question, context),
      configuration: { blocking: true, acceptedOutputModes: ["text/plain"] },
    };
    const sent = await this.#call(
      streaming ? "message/stream" : "message/send",
      params,
      question.timeoutMs,
      signal,
      (result) => reader.take(result),
    );
    this.#contextId = reader.contextId ?? this.#contextId;
    // Who was not reached still waits for what it asked.
    if (sent.ok) this.#taskId = reader.state === "input-required" ? reader.taskId : null;
    if (signal.aborted && reader.taskId !== null && !reader.over) this.#cancel(reader.taskId);
    if (!sent.ok) return err(explained(sent.error));
    return reader.answer();
  }

  #message({ text, call }: Question, { session, agent, caller, tenant, facts }: ToolContext): JsonObject {
    const told = toldFacts(facts, this.#parts.tells);
    const known = Object.keys(told).length === 0 ? {} : { facts: told };
    return {
      kind: "message",
      role: "user",
      messageId: this.#parts.ids.uuid(),
      parts: [{ kind: "text", text }],
      ...(this.#contextId === null ? {} : { contextId: this.#contextId }),
      ...(this.#taskId === null ? {} : { taskId: this.#taskId }),
      metadata: { session, agent, caller, tenant, call, ...known },
    };
  }

  #call(
    method: string,
    params: JsonObject,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    result: (result: Json) => "more" | "enough",
  ) {
    this.#id += 1;
    return rpc(this.#parts.caller, {
      url: this.#parts.url,
      headers: {},
      id: this.#id,
      method,
      params,
      timeoutMs,
      signal,
      limits: { maxBytes: LIMITS.subAgentAnswerBytes, streamBytes: LIMITS.subAgentStreamBytes },
      result,
    });
  }

  /** Nobody waits for it any more; that it is told so is a courtesy, and how it takes it is its own affair. */
  #cancel(id: string): void {
    void this.#call("tasks/cancel", { id }, LIMITS.toolDescribeMs, undefined, () => "enough");
  }
}

function explained(failure: RpcFailure): SubAgentFailure {
  if (failure.type !== "error")
    return { reason: callOutcome(failure).reason, cause: describeCallFailure(failure) };
  return {
    reason: "threw",
    cause: foreignWords(`the agent answered with error ${failure.code}: ${failure.message}`),
  };
}
