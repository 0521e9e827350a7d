/**
 * One stream to a hosted agent, from the first dial to the last word. It never throws into its owner and ends once.
 */
import { Buffer } from "node:buffer";
import type { JsonObject } from "../../base/json.ts";
import { LIMITS } from "../../base/limits.ts";
import type { StreamSpec } from "../../conversation/events.ts";
import { judgeClose, judgeFailure, lineFailure } from "../judge-failure.ts";
import type { ModelStream } from "../speech-model.ts";
import { closeSocket, type LifeParts, type Line, StreamLife } from "../stream-life.ts";
import { type AgentEvent, readAgentEvent } from "./agent-events.ts";
import { type Door, openDoor } from "./door.ts";
import { cutToBytes } from "./fold-history.ts";
import { agentRate, config, textInput } from "./input-events.ts";
import { createResampler, type Resampler } from "./resampler.ts";
import { Translator } from "./translator.ts";
import { Upstream } from "./upstream.ts";

export interface StreamParts extends Door, LifeParts {
  /** Members of the config event that are the agent's own business. */
  readonly config: JsonObject;
}

/** What a stream has once it has begun: rates are settled by then. */
interface Talk {
  readonly translator: Translator;
  readonly upstream: Upstream;
  readonly toAgent: Resampler;
}

/** What the sample server says to a config after the first: a fault of nobody's when its microVM has kept the old one. */
const CONFIGURED_ALREADY = /configuration can only be set once/i;

export class AgentCoreStream implements ModelStream {
  readonly #parts: StreamParts;
  readonly #life: StreamLife<Line>;
  #talk: Talk | null = null;
  #quiet: ReturnType<typeof setTimeout> | null = null;

  /** Dials at once; the sink hears nothing before this has returned. */
  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#life = new StreamLife(parts, {
      name: "agentcore",
      dial: (signal) => openDoor(parts, signal),
      begin: ({ socket }, spec) => this.#begin(socket, spec),
      receive: (data) => this.#receive(data),
      closed: (code, reason) => judgeClose(code, reason, this.#life.stage),
      farewell: ({ socket }) => {
        this.#talk?.upstream.stop();
        closeSocket(socket);
        return true;
      },
      release: () => {
        this.#talk?.upstream.stop();
        if (this.#quiet !== null) clearTimeout(this.#quiet);
      },
    });
  }

  begin(spec: StreamSpec): void {
    this.#life.begin(spec);
  }

  sendAudio(pcm: Uint8Array): void {
    if (!this.#life.speaks || this.#talk === null) return;
    const whole = pcm.subarray(0, pcm.byteLength & ~1);
    if (whole.byteLength > 0) this.#talk.upstream.audio(this.#talk.toAgent.push(whole));
  }

  sendText(text: string): void {
    if (!this.#life.speaks || this.#talk === null || text.trim() === "") return;
    const cut = cutToBytes(text, LIMITS.runtimeFrameBytes - textInput("").length);
    if (cut !== text) this.#life.note("text_cut", "a text too long for one frame");
    this.#talk.translator.typed(cut);
    if (!this.#talk.upstream.event(textInput(cut)))
      this.#life.note("text_dropped", "too many texts are waiting");
  }

  /** A hosted agent's tools are its own: it announces none to us, so there is none to answer. */
  sendToolResult(): void {}

  finish(): void {
    this.#life.finish();
  }

  abort(): void {
    this.#life.end({ type: "finished" });
  }

  /** The config leaves before anything else can. Whether the agent takes it shows in what it says. */
  #begin(socket: WebSocket, spec: StreamSpec): void {
    const rate = agentRate(spec.inputRate);
    const upstream = new Upstream(rate, this.#parts.clock, (frame) => this.#write(socket, frame));
    this.#talk = {
      translator: new Translator(spec.outputRate),
      upstream,
      toAgent: createResampler(spec.inputRate, rate),
    };
    if (spec.tools.length > 0)
      this.#life.note("tools_not_offered", `${spec.tools.length}: a hosted agent has its own`);
    upstream.event(config(spec, this.#parts.runtime.region, this.#parts.config));
  }

  #write(socket: WebSocket, frame: string): boolean {
    try {
      socket.send(frame);
      return true;
    } catch {
      // `send` throws on a socket that is closing.
      this.#life.end(lineFailure("takes_no_more"));
      return false;
    }
  }

  #receive(data: unknown): void {
    const text =
      typeof data === "string" ? data : data instanceof ArrayBuffer ? Buffer.from(data).toString() : "";
    if (text.length > LIMITS.runtimeMessageBytes)
      return this.#life.note("passed_over", "a message that is too long");
    this.#take(readAgentEvent(text));
  }

  #take(event: AgentEvent): void {
    switch (event.type) {
      case "unreadable":
        return this.#life.note("passed_over", `unreadable: ${event.why}`);
      case "foreign_audio":
        return this.#life.end(
          lineFailure(
            "foreign_audio",
            `the agent speaks ${event.format}; only pcm can be played: set its output format to pcm`,
          ),
        );
      case "stopping":
        return this.#life.end(
          lineFailure("agent_stopped", `the agent ended the connection: ${event.reason}`),
        );
      case "failure":
        return this.#failed(event);
      case "restarted":
        this.#life.note("restarted", event.why);
        break;
      case "audio":
      case "transcript":
        this.#life.worked();
        break;
    }
    // What it says before it was told who it is answers nobody.
    if (this.#talk === null) return;
    for (const told of this.#talk.translator.read(event)) this.#life.tell(told);
    if (event.type !== "nothing") this.#listenForQuiet(this.#talk.translator);
  }

  #failed({ name, message }: Extract<AgentEvent, { type: "failure" }>): void {
    if (CONFIGURED_ALREADY.test(message)) return this.#life.note("complained", message);
    const end = judgeFailure({ name, message }, this.#life.stage);
    if (end === null) this.#life.note("complained", message);
    else this.#life.end(end);
  }

  /** An agent that does not say where its answers end is told by its silence. */
  #listenForQuiet(translator: Translator): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = null;
    if (this.#life.ended || !translator.speaking) return;
    this.#quiet = setTimeout(() => {
      for (const told of translator.quiet()) this.#life.tell(told);
    }, LIMITS.runtimeQuietMs);
  }
}
