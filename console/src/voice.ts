/**
 * Both directions of sound for one session: the microphone's frames to the gateway, the answers' audio to the
 * loudspeaker, and word to the gateway of how much was heard.
 */
import { type Microphone, openMicrophone } from "./audio/microphone.ts";
import { PlayedReporter } from "./audio/played-reporter.ts";
import { openSpeaker, type Speaker } from "./audio/speaker.ts";
import type { PlaybackReport } from "./audio/thread-messages.ts";
import type { Connection } from "./gateway/connection.ts";
import { CONSOLE } from "./limits.ts";
import { problem } from "./state/problems.ts";
import type { Store } from "./store.ts";
import type { AudioFrame } from "./wire/frames.ts";

export interface Levels {
  /** Root mean square, 0..1. */
  readonly onCaller: (rms: number) => void;
  readonly onAgent: (rms: number) => void;
}

export class Voice {
  readonly #store: Store;
  readonly #levels: Levels;
  readonly #now: () => number;
  readonly #reporter = new PlayedReporter(CONSOLE.playedEveryMs);
  #connection: Connection | null = null;
  #speaker: Speaker | null = null;
  #microphone: Microphone | null = null;
  #stopped = false;
  #finishing = false;
  /** Audio that came before the loudspeaker was ready. */
  #early: AudioFrame[] = [];

  constructor(store: Store, levels: Levels, now: () => number) {
    this.#store = store;
    this.#levels = levels;
    this.#now = now;
  }

  attach(connection: Connection): void {
    this.#connection = connection;
    if (this.#store.state.microphone === "muted") connection.say({ type: "mute", muted: true });
  }

  async openSpeaker(): Promise<void> {
    const speaker = await openSpeaker((report) => this.#onReport(report));
    if (this.#stopped) {
      if (speaker.ok) speaker.value.stop();
      return;
    }
    if (!speaker.ok) {
      this.#store.dispatch({ type: "problem", problem: problem(speaker.error) });
      return;
    }
    this.#speaker = speaker.value;
    for (const { answer, samples } of this.#early) speaker.value.play(answer, samples);
    this.#early = [];
  }

  async openMicrophone(): Promise<void> {
    if (this.#microphone !== null || this.#store.state.microphone === "opening") return;
    this.#store.dispatch({ type: "microphone", state: "opening" });
    const microphone = await openMicrophone({
      onFrame: (frame) => this.#onFrame(frame),
      onLevel: this.#levels.onCaller,
      onLost: () => this.#closeMicrophone("microphone_lost"),
    });
    if (this.#stopped || this.#finishing) {
      if (microphone.ok) microphone.value.stop();
      return;
    }
    if (!microphone.ok) return this.#closeMicrophone(microphone.error);
    this.#microphone = microphone.value;
    this.#store.dispatch({ type: "microphone", state: "live" });
  }

  setMuted(muted: boolean): void {
    if (this.#microphone === null) return;
    this.#microphone.setMuted(muted);
    this.#connection?.say({ type: "mute", muted });
    this.#store.dispatch({ type: "microphone", state: muted ? "muted" : "live" });
  }

  play(frame: AudioFrame): void {
    if (frame.answer <= this.#store.state.silenced) return;
    if (this.#speaker === null) this.#early.push(frame);
    else this.#speaker.play(frame.answer, frame.samples);
  }

  endAnswer(answer: number): void {
    this.#speaker?.end(answer);
  }

  /** Silence at once, for this answer and all before it. The gateway is told where once the audio thread knows. */
  silence(answer: number): void {
    this.#early = this.#early.filter((frame) => frame.answer > answer);
    if (this.#speaker === null) this.#tell(answer, null);
    else this.#speaker.drop(answer);
  }

  /** Listens no more, and lets the agent finish what has come already. */
  finish(): void {
    this.#finishing = true;
    this.#stopListening();
  }

  stop(): void {
    this.#stopped = true;
    this.#connection = null;
    this.#speaker?.stop();
    this.#speaker = null;
    this.#stopListening();
    this.#levels.onAgent(0);
  }

  #stopListening(): void {
    this.#microphone?.stop();
    this.#microphone = null;
  }

  #onFrame(frame: Int16Array): void {
    if (this.#connection?.sendAudio(frame) === false) {
      this.#store.dispatch({ type: "problem", problem: problem("slow_upload") });
    }
  }

  #closeMicrophone(code: Parameters<typeof problem>[0]): void {
    this.#stopListening();
    this.#store.dispatch({ type: "microphone", state: "off" });
    this.#store.dispatch({ type: "problem", problem: problem(code) });
  }

  #onReport(report: PlaybackReport): void {
    this.#levels.onAgent(report.rms);
    this.#store.dispatch({ type: "playback", at: this.#now(), report });
    if (report.dropped !== null) return this.#tell(report.dropped, report);
    if (this.#finishing && !report.playing && report.queuedMs === 0) return this.stop();
    const latency = this.#speaker?.latencyMs() ?? 0;
    for (const { answer, ms } of this.#reporter.report(this.#now(), report, latency)) {
      this.#connection?.say({ type: "played", answer, ms });
    }
  }

  #tell(answer: number, report: PlaybackReport | null): void {
    const { ms } = this.#reporter.interrupted(this.#now(), answer, report?.position ?? null);
    this.#connection?.say({ type: "played", answer, ms });
  }
}
