/**
 * The caller's microphone: permission, capture, and the frames it gives.
 */
import { err, ok, type Result } from "../../../src/base/result.ts";
import { CONSOLE } from "../limits.ts";
import type { ProblemCode } from "../state/problems.ts";
import { loadThread, openContext } from "./audio-context.ts";
import { CAPTURE, type Captured } from "./thread-messages.ts";

export interface Microphone {
  /** While muted no frame is given, and the browser shows the microphone as resting. */
  setMuted(muted: boolean): void;
  /** Lets go of the device. */
  stop(): void;
}

export interface MicrophoneSink {
  readonly onFrame: (frame: Int16Array) => void;
  /** Root mean square of the last frame, 0..1. */
  readonly onLevel: (rms: number) => void;
  /** The device was taken away: unplugged, or permission withdrawn. */
  readonly onLost: () => void;
}

/** The browser's names for what went wrong (Media Capture and Streams, section 10.2.2). */
const problemOf = (error: unknown): ProblemCode => {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "microphone_denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "microphone_missing";
  if (name === "NotReadableError" || name === "AbortError") return "microphone_busy";
  return "microphone_failed";
};

const connect = async (
  stream: MediaStream,
  rate: number | null,
): Promise<[AudioContext, AudioWorkletNode]> => {
  const context = openContext(rate);
  try {
    await loadThread(context, "capture-worklet.js");
    const node = new AudioWorkletNode(context, CAPTURE, { numberOfOutputs: 0, channelCount: 1 });
    context.createMediaStreamSource(stream).connect(node);
    return [context, node];
  } catch (error) {
    await context.close();
    throw error;
  }
};

/** Opens the microphone. Fails with the problem to show. */
export const openMicrophone = async (sink: MicrophoneSink): Promise<Result<Microphone, ProblemCode>> => {
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return err("insecure_context");
  let stream: MediaStream | undefined;
  try {
    const captured = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    stream = captured;
    // Firefox refuses a stream whose rate is not the context's: there the context takes the device's rate.
    const [context, node] = await connect(captured, CONSOLE.microphoneRate).catch(() =>
      connect(captured, null),
    );
    const tracks = captured.getAudioTracks();
    let muted = false;
    node.port.onmessage = ({ data }: MessageEvent<Captured>) => {
      sink.onLevel(muted ? 0 : data.rms);
      if (!muted) sink.onFrame(data.frame);
    };
    for (const track of tracks) track.addEventListener("ended", sink.onLost);
    return ok({
      setMuted(value) {
        muted = value;
        for (const track of tracks) track.enabled = !value;
        // Opened again by a page that nobody had touched yet, it may still be kept silent: now somebody has.
        if (!value && context.state !== "running") void context.resume();
      },
      stop() {
        node.port.onmessage = null;
        for (const track of tracks) track.stop();
        sink.onLevel(0);
        void context.close();
      },
    });
  } catch (error) {
    for (const track of stream?.getTracks() ?? []) track.stop();
    return err(problemOf(error));
  }
};
