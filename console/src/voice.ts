/**
 * Both directions of sound for one session: the microphone's frames to the gateway, the answers' audio to the
 * loudspeaker, and word to the gateway of how much was heard.
 */
import { Ahead, type Unheard } from "./audio/ahead.ts";
import type { Position } from "./audio/jitter-buffer.ts";
import { type Microphone, openMicrophone } from "./audio/microphone.ts";
import { PlayedReporter } from "./audio/played-reporter.ts";
import { openSpeaker, type Speaker } from "./audio/speaker.ts";
import type { PlaybackReport } from "./audio/thread-messages.ts";
import type { Line } from "./gateway/line.ts";
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
  #line: Line | null = null;
  /** What the gateway was told, to be told again if it may not have come: of answers, the newest few. */
  readonly #played = new Map<number, number>();
  /** Null when it may not have come. */
  #toldMuted: boolean | null = false;
  #speaker: Speaker | null = null;
  #microphone: Microphone | null = null;
  #stopped = false;
  #finishing = false;
  /** Audio that came before the loudspeaker was ready. */
  #early: AudioFrame[] = [];

  readonly #ahead: Ahead;
  /** Where the answer goes on that another page began to play; the audio thread counts from there. */
  readonly #start: Position | null;

  constructor(store: Store, levels: Levels, now: () => number, start: Position | null = null) {
    this.#ahead = new Ahead(CONSOLE.speakerRate, start);
    this.#start = start;
    this.#store = store;
    this.#levels = levels;
    this.#now = now;
  }

  attach(line: Line): void {
    this.#line = line;
    this.#sayMuted();
  }

  /** The line is back: tells what became of the sound meanwhile. */
  returned(): void {
    for (const [answer, ms] of this.#played) this.#line?.say({ type: "played", answer, ms });
    this.#toldMuted = null;
    this.#sayMuted();
  }

  /** `touched`: a person has clicked or pressed something, without which browsers keep a page silent. */
  async openSpeaker(touched = true): Promise<void> {
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
    if (touched || !speaker.value.isAsleep()) return;
    this.#store.dispatch({ type: "problem", problem: problem("asleep") });
    speaker.value.onAwake(() => this.#store.dispatch({ type: "dismissed", id: "asleep" }));
  }

  async openMicrophone(muted = false): Promise<void> {
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
    microphone.value.setMuted(muted);
    this.#store.dispatch({ type: "microphone", state: muted ? "muted" : "live" });
    this.#sayMuted();
  }

  setMuted(muted: boolean): void {
    if (this.#microphone === null) return;
    this.#microphone.setMuted(muted);
    this.#store.dispatch({ type: "microphone", state: muted ? "muted" : "live" });
    this.#sayMuted();
  }

  play(frame: AudioFrame): void {
    if (frame.answer <= this.#store.state.silenced) return;
    this.#ahead.add(frame);
    if (this.#speaker === null) this.#early.push(frame);
    else this.#speaker.play(frame.answer, frame.samples);
  }

  /** What has come and is yet to be heard. */
  get unheard(): Unheard {
    return this.#ahead.unheard;
  }

  endAnswer(answer: number): void {
    this.#speaker?.end(answer);
  }

  /** Silence at once, for this answer and all before it. The gateway is told where once the audio thread knows. */
  silence(answer: number): void {
    this.#ahead.drop(answer);
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
    this.#line = null;
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
    if (this.#line?.sendAudio(frame) === false) {
      this.#store.dispatch({ type: "problem", problem: problem("slow_upload") });
    }
  }

  #closeMicrophone(code: Parameters<typeof problem>[0]): void {
    this.#stopListening();
    this.#store.dispatch({ type: "microphone", state: "off" });
    this.#store.dispatch({ type: "problem", problem: problem(code) });
  }

  #onReport(told: PlaybackReport): void {
    const position = told.position && this.#inAnswer(told.position);
    const report = { ...told, position, finished: told.finished.map((each) => this.#inAnswer(each)) };
    if (position !== null) this.#ahead.heard(position);
    this.#levels.onAgent(report.rms);
    this.#store.dispatch({ type: "playback", at: this.#now(), report });
    if (report.dropped !== null) return this.#tell(report.dropped, report);
    if (this.#finishing && !report.playing && report.queuedMs === 0) return this.stop();
    const latency = this.#speaker?.latencyMs() ?? 0;
    for (const { answer, ms } of this.#reporter.report(this.#now(), report, latency)) {
      this.#sayPlayed(answer, ms);
    }
  }

  #inAnswer({ answer, ms }: Position): Position {
    return { answer, ms: answer === this.#start?.answer ? ms + this.#start.ms : ms };
  }

  #tell(answer: number, report: PlaybackReport | null): void {
    const { ms } = this.#reporter.interrupted(this.#now(), answer, report?.position ?? null);
    this.#sayPlayed(answer, ms);
  }

  #sayPlayed(answer: number, ms: number): void {
    this.#played.set(answer, ms);
    if (this.#played.size > CONSOLE.playedKept) this.#played.delete(Math.min(...this.#played.keys()));
    this.#line?.say({ type: "played", answer, ms });
  }

  #sayMuted(): void {
    const { microphone } = this.#store.state;
    const muted = microphone === "muted";
    if ((!muted && microphone !== "live") || muted === this.#toldMuted) return;
    this.#toldMuted = muted;
    this.#line?.say({ type: "mute", muted });
  }
}
