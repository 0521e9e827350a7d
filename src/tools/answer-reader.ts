/**
 * Reads what an agent of unknown make answers: JSON or text at once, or events in which words come bit by bit.
 */
import { foreignWords } from "../aws/foreign-words.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { parseJson } from "../base/parse-json.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Progress } from "./shared-run.ts";
import type { Answer, SubAgentFailure } from "./sub-agent.ts";
import { saidIn, wordsOfData } from "./words-of-data.ts";

type Read = Result<Answer, SubAgentFailure>;

/** The answer in a body that is read whole. */
export function readAnswer(body: string): Read {
  const parsed = parseJson(body);
  return parsed.ok ? answerIn(parsed.value) : wordsOnly(body);
}

function answerIn(value: Json): Read {
  if (!isJsonObject(value)) return wordsOnly(wordsOfData(value));
  const failure = failureIn(value);
  if (failure) return err(failure);
  const { status, next } = value;
  const asks = typeof status === "string" && /^(needs?[_-]input|input[_-]required)$/i.test(status);
  const words = saidIn(value) ?? wordsOfData(value);
  if (words.trim() === "") return wordsOnly("");
  return ok({
    status: asks ? "needs_input" : "done",
    text: words,
    ...(typeof next === "string" ? { next } : {}),
  });
}

const wordsOnly = (text: string): Read =>
  text.trim() === ""
    ? err({ reason: "bad_result", cause: "the answer has no words in it" })
    : ok({ status: "done", text });

/** The runtime's own library answers `{"error", "error_type"?, "message"?}` when the agent failed. */
function failureIn({ error, message, error_type }: JsonObject): SubAgentFailure | null {
  if (typeof error !== "string" && !isJsonObject(error)) return null;
  const words = [error, error_type, message].flatMap((part) => (typeof part === "string" ? [part] : []));
  return { reason: "threw", cause: foreignWords(`the agent answered with an error: ${words.join(", ")}`) };
}

/**
 * The answer in a stream of events. Agents tell their words in ways of their own: plain strings, `data`, Converse's
 * deltas; some tell the whole answer once more at the end, some all of it at once.
 */
export class AnswerReader {
  readonly #progress: Progress;
  #whole: Json | null = null;
  /** Strings and `data`, and the deltas of the same words. */
  readonly #bits = { plain: "", deltas: "" };
  #failure: SubAgentFailure | null = null;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  take(data: string): "more" | "enough" {
    if (data === "[DONE]") return "enough";
    const parsed = parseJson(data);
    if (!parsed.ok) this.#add("plain", data);
    else if (typeof parsed.value === "string") this.#add("plain", parsed.value);
    else if (isJsonObject(parsed.value)) this.#object(parsed.value);
    return this.#failure ? "enough" : "more";
  }

  #object(event: JsonObject): void {
    const failure = failureIn(event);
    const { progress, data, event: inner, result, message } = event;
    if (failure) this.#failure = failure;
    else if (typeof progress === "string") this.#progress(progress);
    else if (typeof event.say === "string") this.#say(event, event.say);
    else if (typeof data === "string") this.#add("plain", data);
    else if (isJsonObject(inner)) this.#add("deltas", deltaIn(inner));
    else if (typeof event.text === "string" && event.type !== "tool") this.#add("plain", event.text);
    else if (result !== undefined) this.#whole = event;
    else if (isJsonObject(message) && message.role === "assistant" && saidIn(message) !== null)
      this.#whole = message;
  }

  /** The shape the voice model knows; while it is at work, that is how it gets on. */
  #say(event: JsonObject, say: string): void {
    if (event.status === "working" || event.status === "progress") this.#progress(say);
    else this.#whole = event;
  }

  #add(to: "plain" | "deltas", text: string): void {
    if (this.#bits[to].length < LIMITS.subAgentAnswerBytes) this.#bits[to] += text;
  }

  answer(): Read {
    if (this.#failure) return err(this.#failure);
    if (this.#whole !== null) {
      const whole = answerIn(this.#whole);
      if (whole.ok) return whole;
    }
    return readAnswer(this.#bits.plain || this.#bits.deltas);
  }
}

function deltaIn(event: JsonObject): string {
  const { contentBlockDelta } = event;
  const delta = isJsonObject(contentBlockDelta) ? contentBlockDelta.delta : null;
  return isJsonObject(delta) && typeof delta.text === "string" ? delta.text : "";
}
