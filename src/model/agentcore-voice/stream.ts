/**
 * One stream to a hosted agent, from the first dial to the last word. It never throws into its owner and ends once.
 */
import { Buffer } from "node:buffer";
import { foreignWords } from "../../aws/foreign-words.ts";
import type { JsonObject } from "../../base/json.ts";
import { LIMITS } from "../../base/limits.ts";
import type { Log } from "../../base/log.ts";
import type { ModelEvent, StreamEnd, StreamSpec } from "../../conversation/events.ts";
import { judgeFailure } from "../nova-sonic/failures.ts";
import type { ModelStream } from "../speech-model.ts";
import { type AgentEvent, readAgentEvent } from "./agent-events.ts";
import { type Door, openDoor } from "./door.ts";
import { judgeClose } from "./failures.ts";
import { cutToBytes } from "./fold-history.ts";
import { agentRate, config, textInput } from "./input-events.ts";
import { createResampler, type Resampler } from "./resampler.ts";
import { Translator } from "./translator.ts";
import { Upstream } from "./upstream.ts";

type Timer = ReturnType<typeof setTimeout>;

type State =
  | {
      readonly type: "dialling";
      readonly since: number;
      readonly giveUp: AbortController;
      readonly timer: Timer;
    }
  | { readonly type: "open"; readonly socket: WebSocket }
  /** We have closed; what the agent still says is passed on. */
  | { readonly type: "finishing"; readonly socket: WebSocket; readonly timer: Timer }
  | { readonly type: "ended" };

export interface StreamParts extends Door {
  readonly spec: StreamSpec;
  /** Members of the config event that are the agent's own business. */
  readonly config: JsonObject;
  readonly sink: (event: ModelEvent) => void;
  readonly log: Log;
}

const NORMAL_CLOSURE = 1000;
/** Odd things upstream are worth a line in the log, but not a line for each of them. */
const MAX_NOTES = 20;
/** What the sample server says to a config after the first: a fault of nobody's when its microVM has kept the old one. */
const CONFIGURED_ALREADY = /configuration can only be set once/i;

export class AgentCoreStream implements ModelStream {
  readonly #parts: StreamParts;
  readonly #translator: Translator;
  readonly #upstream: Upstream;
  readonly #toAgent: Resampler;
  #state: State;
  #quiet: Timer | null = null;
  /** The agent has said something on this stream. */
  #worked = false;
  #notes = 0;

  /** Dials at once; the sink hears nothing before this has returned. */
  constructor(parts: StreamParts) {
    this.#parts = parts;
    const { spec, clock } = parts;
    const rate = agentRate(spec.inputRate);
    this.#translator = new Translator(spec.outputRate);
    this.#upstream = new Upstream(rate, clock);
    this.#toAgent = createResampler(spec.inputRate, rate);
    const giveUp = new AbortController();
    const timer = setTimeout(
      () => this.#end({ type: "unreachable", cause: `no answer within ${LIMITS.streamOpenMs} ms` }),
      LIMITS.streamOpenMs,
    );
    this.#state = { type: "dialling", since: clock.now(), giveUp, timer };
    void this.#dial(giveUp.signal);
  }

  sendAudio(pcm: Uint8Array): void {
    if (this.#state.type !== "dialling" && this.#state.type !== "open") return;
    const whole = pcm.subarray(0, pcm.byteLength & ~1);
    if (whole.byteLength > 0) this.#upstream.audio(this.#toAgent.push(whole));
  }

  sendText(text: string): void {
    if (this.#state.type !== "dialling" && this.#state.type !== "open") return;
    if (text.trim() === "") return;
    const cut = cutToBytes(text, LIMITS.runtimeFrameBytes - textInput("").length);
    if (cut !== text) this.#note("text_cut", "a text too long for one frame");
    this.#translator.typed(cut);
    if (!this.#upstream.text(textInput(cut))) this.#note("text_dropped", "too many texts are waiting");
  }

  /** A hosted agent's tools are its own: it announces none to us, so there is none to answer. */
  sendToolResult(): void {}

  finish(): void {
    if (this.#state.type === "dialling") return this.#end({ type: "finished" });
    if (this.#state.type !== "open") return;
    const { socket } = this.#state;
    const timer = setTimeout(() => this.#end({ type: "finished" }), LIMITS.streamFinishMs);
    this.#state = { type: "finishing", socket, timer };
    this.#upstream.stop();
    close(socket);
  }

  abort(): void {
    this.#end({ type: "finished" });
  }

  async #dial(signal: AbortSignal): Promise<void> {
    const door = await openDoor(this.#parts, signal);
    if (this.#state.type !== "dialling") {
      if (door.ok) hangUp(door.value);
      return;
    }
    if (door.ok) this.#opened(this.#state, door.value);
    else this.#end(door.error);
  }

  /** The config leaves before anything else can. Whether the agent takes it shows in what it says. */
  #opened({ since, timer }: State & { type: "dialling" }, socket: WebSocket): void {
    const { clock, spec, runtime } = this.#parts;
    clearTimeout(timer);
    this.#state = { type: "open", socket };
    // Else binary messages arrive as Blobs, to be read asynchronously and out of order.
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code, reason }) => this.#end(judgeClose(code, reason, this.#worked)));
    socket.addEventListener("error", () => this.#end({ type: "lost", cause: "broken off" }));
    socket.accept();
    if (spec.tools.length > 0)
      this.#note("tools_not_offered", `${spec.tools.length}: a hosted agent has its own`);
    this.#upstream.open((frame) => this.#write(frame), config(spec, runtime.region, this.#parts.config));
    this.#tell({ type: "opened", connectMs: clock.now() - since });
  }

  #write(frame: string): boolean {
    if (this.#state.type !== "open") return false;
    try {
      this.#state.socket.send(frame);
      return true;
    } catch {
      // `send` throws on a socket that is closing.
      this.#end({ type: "lost", cause: "the socket takes no more" });
      return false;
    }
  }

  #receive(data: unknown): void {
    if (this.#state.type === "ended") return;
    const text =
      typeof data === "string" ? data : data instanceof ArrayBuffer ? Buffer.from(data).toString() : "";
    if (text.length > LIMITS.runtimeMessageBytes)
      return this.#note("passed_over", "a message that is too long");
    this.#take(readAgentEvent(text));
  }

  #take(event: AgentEvent): void {
    switch (event.type) {
      case "unreadable":
        return this.#note("passed_over", `unreadable: ${event.why}`);
      case "foreign_audio":
        return this.#end({
          type: "refused",
          cause: `the agent speaks ${event.format}; only pcm can be played: set its output format to pcm`,
        });
      case "stopping":
        return this.#end({ type: "lost", cause: `the agent ended the connection: ${event.reason}` });
      case "failure":
        return this.#failed(event);
      case "restarted":
        this.#note("restarted", event.why);
        break;
      case "audio":
      case "transcript":
        this.#worked = true;
        break;
    }
    for (const told of this.#translator.read(event)) this.#tell(told);
    if (event.type !== "nothing") this.#listenForQuiet();
  }

  #failed({ name, message }: Extract<AgentEvent, { type: "failure" }>): void {
    if (CONFIGURED_ALREADY.test(message)) return this.#note("complained", message);
    const end = judgeFailure({ name, message }, this.#worked);
    if (end === null) this.#note("complained", message);
    else this.#end(end);
  }

  /** An agent that does not say where its answers end is told by its silence. */
  #listenForQuiet(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = null;
    if (this.#state.type === "ended" || !this.#translator.speaking) return;
    this.#quiet = setTimeout(() => {
      for (const told of this.#translator.quiet()) this.#tell(told);
    }, LIMITS.runtimeQuietMs);
  }

  #tell(event: ModelEvent): void {
    // The sink may end the stream while it is told of one event; then it hears no other.
    if (this.#state.type !== "ended") this.#parts.sink(event);
  }

  #end(end: StreamEnd): void {
    const state = this.#state;
    if (state.type === "ended") return;
    this.#state = { type: "ended" };
    if (state.type === "dialling") state.giveUp.abort();
    else close(state.socket);
    if (state.type !== "open") clearTimeout(state.timer);
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#upstream.stop();
    // Whatever happens to a stream that was asked to finish: it was asked for.
    const told: StreamEnd = state.type === "finishing" ? { type: "finished" } : end;
    this.#parts.sink({
      type: "ended",
      end: "cause" in told ? { ...told, cause: foreignWords(told.cause) } : told,
    });
  }

  #note(what: string, why: string): void {
    this.#notes++;
    if (this.#notes <= MAX_NOTES) this.#parts.log("warn", `agentcore_${what}`, { why: foreignWords(why) });
  }
}

/** Whatever state the socket is in. */
const close = (socket: WebSocket): void => {
  try {
    socket.close(NORMAL_CLOSURE);
  } catch {
    // Closed already.
  }
};

/** Closes a socket that nobody wants any more; for that it must be accepted first. */
const hangUp = (socket: WebSocket): void => {
  try {
    socket.accept();
  } catch {
    // Gone with the request that was given up.
  }
  close(socket);
};
