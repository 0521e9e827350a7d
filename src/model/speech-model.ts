/**
 * The seam between a session and a speech model. Nova Sonic over Bedrock's WebSocket door is one implementation;
 * nothing above this file may know which one it talks to.
 */
import type { ModelEvent, StreamSpec, StreamTarget, ToolOutcome } from "../conversation/events.ts";
import type { ModelCapabilities } from "./capabilities.ts";

export interface SpeechModel {
  /** What can be asked of it. Fixed: it does not change from stream to stream. */
  readonly capabilities: ModelCapabilities;
  /**
   * Dials. Returns at once; the sink hears `opened` when the stream may begin, or `ended` when the door stayed shut.
   * Never throws and never rejects: every failure is an `ended` event. A stream that is open and has not begun has told
   * the model nothing and can wait for its talk, though not for ever: when the other side tires of it (Nova Sonic after
   * 55 s), it ends as `lost`, and another can be opened.
   */
  open(target: StreamTarget, sink: (event: ModelEvent) => void): ModelStream;
}

/**
 * One stream. It begins once; what is sent before it has begun is dropped, and so is what comes after the end. A stream
 * never throws into its owner. The sink hears `ended` exactly once and nothing after it.
 */
export interface ModelStream {
  /**
   * Sends the prologue: who the agent is, its tools, what was said so far. Where it leads was settled by `open`: the
   * spec's model and region are not looked at again. Its place is after `opened`; one that comes sooner is kept and goes
   * out when the door opens, before `opened` is told. A second one is dropped.
   */
  begin(spec: StreamSpec): void;
  /** PCM16 little-endian mono at `spec.inputRate`. Any length; the bytes are consumed before this returns. */
  sendAudio(pcm: Uint8Array): void;
  /** The caller typed, or the agent is to be nudged: the model answers it. */
  sendText(text: string): void;
  /** The result of a tool use this stream announced. A second result for the same use is dropped. */
  sendToolResult(use: string, outcome: ToolOutcome): void;
  /**
   * Closes in the model's own order; `ended {finished}` follows within `LIMITS.streamFinishMs`, and before this returns
   * for a stream that has not begun.
   */
  finish(): void;
  /** Cuts the connection now; `ended {finished}` is told before this returns. */
  abort(): void;
}
