/**
 * What an A2A agent tells of a task: whole at once, or as a stream of what changes.
 */
import { foreignWords } from "../aws/foreign-words.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Progress } from "./shared-run.ts";
import type { Answer, SubAgentFailure } from "./sub-agent.ts";
import { wordsOfData } from "./words-of-data.ts";

/** States after which a task does nothing by itself. */
const OVER: ReadonlySet<string> = new Set([
  "completed",
  "canceled",
  "failed",
  "rejected",
  "input-required",
  "auth-required",
]);

export class TaskReader {
  readonly #progress: Progress;
  /** Text by artifact: some come in pieces, some are replaced. */
  readonly #artifacts = new Map<string, string>();
  #statusWords = "";
  #message: string | null = null;
  contextId: string | null = null;
  taskId: string | null = null;
  state: string | null = null;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  get over(): boolean {
    return this.#message !== null || (this.state !== null && OVER.has(this.state));
  }

  /** One result of `message/send`, or one of the many of `message/stream`. */
  take(result: Json): "more" | "enough" {
    if (!isJsonObject(result)) return "more";
    if (typeof result.contextId === "string") this.contextId = result.contextId.slice(0, 256);
    switch (kindOf(result)) {
      case "message":
        this.#message = textOf(result.parts);
        break;
      case "task":
        if (typeof result.id === "string") this.taskId = result.id.slice(0, 256);
        for (const artifact of listOf(result.artifacts)) this.#artifact(artifact, false);
        this.#status(result.status);
        break;
      case "status-update":
        if (typeof result.taskId === "string") this.taskId = result.taskId.slice(0, 256);
        this.#status(result.status);
        if (result.final === true) return "enough";
        break;
      case "artifact-update":
        if (isJsonObject(result.artifact)) this.#artifact(result.artifact, result.append === true);
    }
    return this.over ? "enough" : "more";
  }

  #status(status: Json | undefined): void {
    if (!isJsonObject(status) || typeof status.state !== "string") return;
    this.state = status.state;
    const words = isJsonObject(status.message) ? textOf(status.message.parts) : "";
    if (OVER.has(status.state)) this.#statusWords = words;
    else if (words !== "") this.#progress(words);
  }

  #artifact(artifact: JsonObject, append: boolean): void {
    const id = typeof artifact.artifactId === "string" ? artifact.artifactId : "";
    const before = append ? (this.#artifacts.get(id) ?? "") : "";
    if (
      before.length < LIMITS.subAgentAnswerBytes &&
      (this.#artifacts.has(id) || this.#artifacts.size < MOST_ARTIFACTS)
    )
      this.#artifacts.set(id, before + textOf(artifact.parts));
  }

  answer(): Result<Answer, SubAgentFailure> {
    const made = [...this.#artifacts.values()].filter((text) => text.trim() !== "").join("\n\n");
    switch (this.state) {
      case "failed":
      case "rejected":
        return err({
          reason: "threw",
          cause: foreignWords(`the task was ${this.state}: ${this.#statusWords}`),
        });
      case "canceled":
        return err({ reason: "cancelled", cause: "the agent called its task off" });
      case "auth-required":
        return err({ reason: "unreachable", cause: "the agent wants the caller to sign in somewhere" });
      case "input-required":
        return this.#statusWords === ""
          ? err({ reason: "bad_result", cause: "the agent wants something and does not say what" })
          : ok({ status: "needs_input", text: this.#statusWords });
    }
    const text = this.#message ?? (made || this.#statusWords);
    if (text.trim() !== "") return ok({ status: "done", text });
    return err({
      reason: "bad_result",
      cause: this.over
        ? "the answer has no words in it"
        : "the agent stopped talking before its task was done",
    });
  }
}

/** Kept apart before their number can matter. */
const MOST_ARTIFACTS = 16;

/** Some leave `kind` out; the members tell. */
function kindOf(result: JsonObject): string {
  if (typeof result.kind === "string") return result.kind;
  if ("artifact" in result) return "artifact-update";
  if ("parts" in result) return "message";
  return "id" in result ? "task" : "status-update";
}

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter((item: Json) => isJsonObject(item)) : [];

/** Text parts as they are; data parts in words when there is no text. */
function textOf(parts: Json | undefined): string {
  const all = listOf(parts);
  const texts = all.flatMap(({ text }) => (typeof text === "string" ? [text] : []));
  if (texts.length > 0) return texts.join("\n");
  return all.flatMap(({ data }) => (data === undefined ? [] : [wordsOfData(data)])).join("\n");
}
