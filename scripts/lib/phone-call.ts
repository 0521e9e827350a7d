/**
 * One call to the gateway: connects, listens, plays, and reports what was played, as a client with a loudspeaker
 * does. What is said, and when it is over, is `talk.ts`'s.
 */
import type { SampleRate } from "../../src/audio/format.ts";
import type { ServerMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";
import { type FromGateway, GatewayLine } from "./gateway-line.ts";
import { Playback } from "./playback.ts";
import { TalkProgress } from "./talk-progress.ts";

/** How often the gateway is told what was played, in ms: what the protocol asks of its clients. */
const PLAYED_EVERY_MS = 250;
/** How often a condition is looked at, in ms. */
const LOOK_EVERY_MS = 20;
/** A terminal has no tools of its own. */
const CANNOT = "This terminal cannot do that.";

export interface PhoneCallWish {
  readonly url: string;
  readonly ticket: string;
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
  readonly onMessage: (message: ServerMessage) => void;
  /** The line is lost and is being found again; a message `resumed` tells that it is back. */
  readonly onAway: (why: string) => void;
}

export class PhoneCall {
  readonly progress = new TalkProgress();
  readonly line: GatewayLine;
  readonly playback: Playback;
  readonly #onMessage: (message: ServerMessage) => void;
  readonly #onAway: (why: string) => void;
  readonly #reporter: NodeJS.Timeout;
  #ready = false;
  #closed: string | null = null;
  #reported = "";

  constructor(wish: PhoneCallWish) {
    this.playback = new Playback(wish.outputRate);
    this.#onMessage = wish.onMessage;
    this.#onAway = wish.onAway;
    this.line = new GatewayLine(wish, (event) => this.#on(event));
    this.#reporter = setInterval(() => this.#reportPlayed(), PLAYED_EVERY_MS);
  }

  /** Whether the gateway has said ready. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Why the call is over; null while it is not. */
  get closed(): string | null {
    return this.#closed;
  }

  /** Whether the agent's voice is to be heard now. */
  get isPlaying(): boolean {
    return this.playback.isPlaying(performance.now());
  }

  /** Settles with true when `condition` holds; with false when the call or the time (a `performance.now()`) is over. */
  async until(condition: () => boolean, deadline: number): Promise<boolean> {
    while (!condition()) {
      if (this.#closed !== null || performance.now() >= deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return true;
  }

  /**
   * Asks in writing. What was played is told first: a gateway takes text for a barge-in while it believes that the
   * agent is still to be heard, and the last regular report may be 250 ms old.
   */
  ask(text: string): void {
    this.#reportPlayed();
    this.line.send({ type: "text", text });
  }

  /** Says goodbye and settles when the gateway has closed, or after `withinMs`. */
  async hangUp(withinMs: number): Promise<void> {
    clearInterval(this.#reporter);
    this.line.send({ type: "bye" });
    await this.until(() => this.#closed !== null, performance.now() + withinMs);
    this.line.close();
  }

  #on(event: FromGateway): void {
    const now = performance.now();
    switch (event.type) {
      case "audio":
        this.playback.push(event.answer, event.pcm, now);
        return;
      case "away":
        this.#onAway(event.why);
        return;
      case "closed":
        this.#closed ??= event.why;
        clearInterval(this.#reporter);
        return;
      case "message":
        if (event.message.type === "ready") this.#ready = true;
        if (event.message.type === "resumed") {
          // The last report may not have come.
          this.#reported = "";
          this.#reportPlayed();
        }
        if (event.message.type === "interrupted") {
          this.playback.cut(event.message.answer, now);
          this.#reportPlayed();
        }
        if (event.message.type === "tool_call") {
          // Nobody waits for what will never come: the model is told at once, and says so.
          this.line.send({ type: "tool_result", call: event.message.call, error: CANNOT });
        }
        this.progress.on(event.message, now);
        this.#onMessage(event.message);
        return;
    }
  }

  /** Tells how much was heard, when that has changed. */
  #reportPlayed(): void {
    const played = this.playback.played(performance.now());
    if (played === null) return;
    const report = `${played.answer} ${Math.round(played.ms)}`;
    if (report === this.#reported) return;
    this.#reported = report;
    this.line.send({ type: "played", answer: played.answer, ms: played.ms });
  }
}
