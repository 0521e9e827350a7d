/**
 * The agent's voice in the caller's loudspeaker.
 */
import { err, ok, type Result } from "../../../src/base/result.ts";
import { CONSOLE } from "../limits.ts";
import type { ProblemCode } from "../state/problems.ts";
import { loadThread, openContext } from "./audio-context.ts";
import { PLAYBACK, type PlaybackOrder, type PlaybackReport } from "./thread-messages.ts";

export interface Speaker {
  play(answer: number, samples: Int16Array<ArrayBuffer>): void;
  /** All audio of this answer has been handed over. */
  end(answer: number): void;
  /** Silence at once; this answer and all before it are forgotten. A report with `dropped` follows. */
  drop(answer: number): void;
  /** Whether the browser keeps it silent until somebody touches the page. */
  isAsleep(): boolean;
  onAwake(listener: () => void): void;
  /** Ms between a sample leaving the audio thread and being heard. */
  latencyMs(): number;
  stop(): void;
}

/** Opens the loudspeaker; must be called in the wake of a click or key press. */
export const openSpeaker = async (
  onReport: (report: PlaybackReport) => void,
): Promise<Result<Speaker, ProblemCode>> => {
  try {
    const context = openContext(CONSOLE.speakerRate);
    await loadThread(context, "playback-worklet.js");
    const node = new AudioWorkletNode(context, PLAYBACK, { numberOfInputs: 0, outputChannelCount: [1] });
    node.connect(context.destination);
    node.port.onmessage = ({ data }: MessageEvent<PlaybackReport>) => onReport(data);
    const order = (message: PlaybackOrder, transfer: Transferable[] = []): void =>
      node.port.postMessage(message, transfer);
    return ok({
      play: (answer, samples) => order({ type: "push", answer, samples }, [samples.buffer]),
      end: (answer) => order({ type: "end", answer }),
      drop: (answer) => order({ type: "drop", answer }),
      // Not every browser tells its output latency.
      latencyMs: () => ((context.outputLatency || 0) + (context.baseLatency || 0)) * 1000,
      isAsleep: () => context.state === "suspended",
      onAwake(listener) {
        const look = (): void => {
          if (context.state === "suspended") return;
          context.removeEventListener("statechange", look);
          listener();
        };
        context.addEventListener("statechange", look);
      },
      stop() {
        node.port.onmessage = null;
        node.disconnect();
        void context.close();
      },
    });
  } catch {
    return err("no_sound");
  }
};
