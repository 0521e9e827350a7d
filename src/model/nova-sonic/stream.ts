/**
 * One stream to Nova Sonic, from the first dial to the last word. It never throws into its owner and ends once.
 */
import type { Ids } from "../../base/ids.ts";
import type { StreamSpec, StreamTarget, ToolOutcome } from "../../conversation/events.ts";
import { type Failure, judgeClose, judgeFailure, lineFailure } from "../judge-failure.ts";
import type { ModelStream } from "../speech-model.ts";
import { type LifeParts, StreamLife } from "../stream-life.ts";
import { type Door, type OpenDoor, openDoor } from "./door.ts";
import { type Incoming, IncomingReader } from "./incoming.ts";
import { contentEnd, toolResult, toolResultStart } from "./input-events.ts";
import type { NovaOutput } from "./output-events.ts";
import { isOfferable, prologue, type StreamNames, textContent } from "./prologue.ts";
import { toolResultContent } from "./text.ts";
import { Translator } from "./translator.ts";
import { Upstream } from "./upstream.ts";

export interface StreamParts extends Door, LifeParts {
  readonly target: StreamTarget;
  readonly ids: Ids;
}

export class NovaStream implements ModelStream {
  readonly #parts: StreamParts;
  readonly #life: StreamLife<OpenDoor>;
  readonly #names: StreamNames;
  readonly #translator = new Translator();
  readonly #incoming = new IncomingReader();
  /** Tool uses announced and not yet answered. */
  readonly #unanswered = new Set<string>();
  /** Null until the stream begins. */
  #upstream: Upstream | null = null;

  /** Dials at once; the sink hears nothing before this has returned. */
  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#names = { prompt: parts.ids.uuid(), audio: parts.ids.uuid() };
    this.#life = new StreamLife(parts, {
      name: "nova",
      dial: (signal) => openDoor(parts, parts.target, signal),
      begin: (door, spec) => this.#begin(door, spec),
      receive: (data) => this.#receive(data),
      closed: (code, reason) => judgeClose(code, reason, this.#life.stage),
      farewell: () => this.#upstream?.finish() ?? false,
    });
  }

  begin(spec: StreamSpec): void {
    this.#life.begin(spec);
  }

  sendAudio(pcm: Uint8Array): void {
    if (this.#life.speaks && this.#upstream?.sendAudio(pcm) === false) this.#lost();
  }

  sendText(text: string): void {
    this.#send(textContent(this.#names.prompt, this.#parts.ids.uuid(), "USER", text, true));
  }

  sendToolResult(use: string, outcome: ToolOutcome): void {
    // Nova refuses a second result, and one for a use it never announced, by ending the stream.
    if (!this.#life.speaks || !this.#unanswered.delete(use)) return;
    const { prompt } = this.#names;
    const content = this.#parts.ids.uuid();
    this.#send([
      toolResultStart(prompt, content, use),
      toolResult(prompt, content, toolResultContent(outcome)),
      contentEnd(prompt, content),
    ]);
  }

  finish(): void {
    this.#life.finish();
  }

  abort(): void {
    this.#life.end({ type: "finished" });
  }

  /**
   * Nothing goes up before this: even the very first event, `sessionStart`, holds what a segment may have of its own.
   */
  #begin({ socket, signer }: OpenDoor, spec: StreamSpec): void {
    this.#upstream = new Upstream(socket, signer, this.#parts.clock, this.#names);
    const dropped = spec.tools.filter((tool) => !isOfferable(tool));
    if (dropped.length > 0)
      this.#life.note("tools_not_offered", `${dropped.length} of ${spec.tools.length}: their names`);
    this.#send(prologue(spec, this.#names, this.#parts.ids));
  }

  #receive(data: unknown): void {
    for (const incoming of this.#incoming.read(data)) {
      if (this.#life.ended) return;
      this.#take(incoming);
    }
  }

  #take(incoming: Incoming): void {
    switch (incoming.type) {
      case "output":
        return this.#heard(incoming.output);
      case "failure":
        return this.#failed(incoming.failure);
      case "damage":
        return this.#life.end(lineFailure("unreadable", incoming.why));
      case "passed_over":
        return this.#life.note("passed_over", incoming.why);
    }
  }

  #heard(output: NovaOutput): void {
    if (output.type === "content_start") this.#life.worked();
    for (const event of this.#translator.read(output)) {
      if (event.type === "tool_use") this.#unanswered.add(event.use);
      this.#life.tell(event);
    }
    if (output.type === "completion_end" && this.#life.finishing) this.#life.end({ type: "finished" });
  }

  #failed(failure: Failure): void {
    const end = judgeFailure(failure, this.#life.stage);
    if (end !== null) return this.#life.end(end);
    this.#life.note("complained", failure.message);
  }

  #send(events: readonly string[]): void {
    if (this.#life.speaks && this.#upstream?.send(events) === false) this.#lost();
  }

  #lost(): void {
    this.#life.end(lineFailure("takes_no_more"));
  }
}
