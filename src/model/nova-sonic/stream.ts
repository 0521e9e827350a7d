/**
 * One stream to Nova Sonic, from the first dial to the last word. It never throws into its owner and ends once.
 */
import { bytesPerMs } from "../../audio/format.ts";
import { foreignWords } from "../../aws/foreign-words.ts";
import type { Ids } from "../../base/ids.ts";
import { LIMITS } from "../../base/limits.ts";
import type { Log } from "../../base/log.ts";
import type { ModelEvent, StreamEnd, StreamSpec, ToolOutcome } from "../../conversation/events.ts";
import type { ModelStream } from "../speech-model.ts";
import { type Door, type OpenDoor, openDoor } from "./door.ts";
import { type Failure, judgeFailure } from "./failures.ts";
import { type Incoming, IncomingReader } from "./incoming.ts";
import { contentEnd, toolResult, toolResultStart } from "./input-events.ts";
import type { NovaOutput } from "./output-events.ts";
import { PendingCalls } from "./pending-calls.ts";
import { isOfferable, prologue, type StreamNames, textContent } from "./prologue.ts";
import { toolResultContent } from "./text.ts";
import { Translator } from "./translator.ts";
import { Upstream } from "./upstream.ts";

type Timer = ReturnType<typeof setTimeout>;

type State =
  | {
      readonly type: "dialling";
      readonly since: number;
      readonly calls: PendingCalls;
      readonly giveUp: AbortController;
      readonly timer: Timer;
    }
  | { readonly type: "open"; readonly upstream: Upstream }
  /** We have said all; what Nova still says is passed on. */
  | { readonly type: "finishing"; readonly upstream: Upstream; readonly timer: Timer }
  | { readonly type: "ended" };

export interface StreamParts extends Door {
  readonly spec: StreamSpec;
  readonly sink: (event: ModelEvent) => void;
  readonly ids: Ids;
  readonly log: Log;
}

/** Odd things upstream are worth a line in the log, but not a line for each of them. */
const MAX_NOTES = 20;

export class NovaStream implements ModelStream {
  readonly #parts: StreamParts;
  readonly #names: StreamNames;
  readonly #translator = new Translator();
  readonly #incoming = new IncomingReader();
  /** Tool uses announced and not yet answered. */
  readonly #unanswered = new Set<string>();
  #state: State;
  /** The model has said something on this stream. */
  #worked = false;
  #notes = 0;

  /** Dials at once; the sink hears nothing before this has returned. */
  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#names = { prompt: parts.ids.uuid(), audio: parts.ids.uuid() };
    const timer = setTimeout(
      () => this.#end({ type: "unreachable", cause: `no answer within ${LIMITS.streamOpenMs} ms` }),
      LIMITS.streamOpenMs,
    );
    this.#state = {
      type: "dialling",
      since: parts.clock.now(),
      calls: new PendingCalls({
        audioBytes: LIMITS.callerBufferMs * bytesPerMs(parts.spec.inputRate),
        texts: LIMITS.streamQueuedTexts,
      }),
      giveUp: new AbortController(),
      timer,
    };
    void this.#dial(this.#state.giveUp.signal);
  }

  sendAudio(pcm: Uint8Array): void {
    if (this.#state.type === "dialling") this.#state.calls.audio(pcm);
    else if (this.#state.type === "open") this.#check(this.#state.upstream.sendAudio(pcm));
  }

  sendText(text: string): void {
    if (this.#state.type === "dialling") {
      if (!this.#state.calls.text(text))
        this.#note("text_dropped", "too many texts before the stream was open");
      return;
    }
    this.#send(textContent(this.#names.prompt, this.#parts.ids.uuid(), "USER", text, true));
  }

  sendToolResult(use: string, outcome: ToolOutcome): void {
    // Nova refuses a second result, and one for a use it never announced, by ending the stream.
    if (this.#state.type !== "open" || !this.#unanswered.delete(use)) return;
    const { prompt } = this.#names;
    const content = this.#parts.ids.uuid();
    this.#send([
      toolResultStart(prompt, content, use),
      toolResult(prompt, content, toolResultContent(outcome)),
      contentEnd(prompt, content),
    ]);
  }

  finish(): void {
    if (this.#state.type === "dialling") return this.#end({ type: "finished" });
    if (this.#state.type !== "open") return;
    const { upstream } = this.#state;
    const timer = setTimeout(() => this.#end({ type: "finished" }), LIMITS.streamFinishMs);
    this.#state = { type: "finishing", upstream, timer };
    if (!upstream.finish()) this.#end({ type: "finished" });
  }

  abort(): void {
    this.#end({ type: "finished" });
  }

  async #dial(signal: AbortSignal): Promise<void> {
    const door = await openDoor(this.#parts, this.#parts.spec, signal);
    if (this.#state.type !== "dialling") {
      if (door.ok) hangUp(door.value.socket);
      return;
    }
    if (door.ok) this.#opened(this.#state, door.value);
    else this.#end(door.error);
  }

  /** The prologue leaves before anything else can: before what was asked for meanwhile, and before any event. */
  #opened({ since, calls, timer }: State & { type: "dialling" }, { socket, signer }: OpenDoor): void {
    const { clock, spec, ids } = this.#parts;
    clearTimeout(timer);
    const upstream = new Upstream(socket, signer, clock, this.#names);
    this.#state = { type: "open", upstream };
    // Else binary messages arrive as Blobs, to be read asynchronously and out of order.
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code, reason }) => this.#closed(`closed with ${code} ${reason}`));
    socket.addEventListener("error", () => this.#closed("broken off"));
    socket.accept();
    const dropped = spec.tools.filter((tool) => !isOfferable(tool));
    if (dropped.length > 0)
      this.#note("tools_not_offered", `${dropped.length} of ${spec.tools.length}: their names`);
    if (!this.#send(prologue(spec, this.#names, ids))) return;
    for (const call of calls.take()) {
      if (call.type === "audio") this.sendAudio(call.pcm);
      else this.sendText(call.text);
    }
    this.#tell({ type: "opened", connectMs: clock.now() - since });
  }

  #receive(data: unknown): void {
    for (const incoming of this.#incoming.read(data)) {
      if (this.#state.type === "ended") return;
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
        return this.#end({ type: "lost", cause: incoming.why });
      case "passed_over":
        return this.#note("passed_over", incoming.why);
    }
  }

  #heard(output: NovaOutput): void {
    if (output.type === "content_start") this.#worked = true;
    for (const event of this.#translator.read(output)) {
      if (event.type === "tool_use") this.#unanswered.add(event.use);
      this.#tell(event);
    }
    if (output.type === "completion_end" && this.#state.type === "finishing") this.#end({ type: "finished" });
  }

  #failed(failure: Failure): void {
    const end = judgeFailure(failure, this.#worked);
    if (end !== null) return this.#end(end);
    this.#note("complained", failure.message);
  }

  #closed(how: string): void {
    this.#end({ type: "lost", cause: how });
  }

  /** False when the stream is not open, or is no longer. */
  #send(events: readonly string[]): boolean {
    return this.#state.type === "open" && this.#check(this.#state.upstream.send(events));
  }

  #check(sent: boolean): boolean {
    if (!sent) this.#end({ type: "lost", cause: "the socket takes no more" });
    return sent;
  }

  #tell(event: ModelEvent): void {
    // The sink may end the stream while it is told of one event; then it hears no other.
    if (this.#state.type !== "ended") this.#parts.sink(event);
  }

  #end(end: StreamEnd): void {
    const { type: was } = this.#state;
    if (was === "ended") return;
    if (this.#state.type === "dialling") this.#state.giveUp.abort();
    else this.#state.upstream.close();
    if (this.#state.type !== "open") clearTimeout(this.#state.timer);
    this.#state = { type: "ended" };
    // Whatever happens to a stream that was asked to finish: it was asked for.
    const told: StreamEnd = was === "finishing" ? { type: "finished" } : end;
    this.#parts.sink({
      type: "ended",
      end: "cause" in told ? { ...told, cause: foreignWords(told.cause) } : told,
    });
  }

  #note(what: string, why: string): void {
    this.#notes++;
    if (this.#notes <= MAX_NOTES) this.#parts.log("warn", `nova_${what}`, { why: foreignWords(why) });
  }
}

/** Closes a socket that nobody wants any more; for that it must be accepted first. */
const hangUp = (socket: WebSocket): void => {
  try {
    socket.accept();
    socket.close(1000);
  } catch {
    // Gone with the request that was given up.
  }
};
