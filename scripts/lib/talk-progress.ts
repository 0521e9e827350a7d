/**
 * Follows a conversation far enough to know when the question has been answered: nobody is speaking, no tool is
 * running, and an answer ended after the last word and the last tool result. Told the time, it owns no clock.
 */
import type { ServerMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";

/** The agent must have been quiet this long, in ms: it may have a second sentence to start. */
const SETTLED_MS = 700;
/** The same in another segment, where a fresh voice has yet to begin, if it has anything to say. */
const MOVED_SETTLED_MS = 4_000;

export class TalkProgress {
  #greeting: "none" | "speaking" | "said" = "none";
  #asked = false;
  #askedAloud = false;
  #firstAnswer: number | null = null;
  #callerSpeaking = false;
  #understood = false;
  #speaking = new Set<number>();
  #tools = new Set<string>();
  #answered = false;
  #moved = false;
  #lastSignAt = 0;

  /** The question, or the next one, begins now. Answers so far were the greeting, or answers to what was asked before. */
  ask(how: "aloud" | "typed"): void {
    this.#asked = true;
    this.#answered = false;
    this.#moved = false;
    this.#askedAloud = how === "aloud";
    this.#understood = how === "typed";
  }

  /** The number of the first answer that is not the greeting; null before there is one. */
  get firstAnswer(): number | null {
    return this.#firstAnswer;
  }

  /** Whether the agent opened the conversation by itself, and whether it is still at it. */
  get greeting(): "none" | "speaking" | "said" {
    return this.#greeting;
  }

  on(message: ServerMessage, now: number): void {
    switch (message.type) {
      case "speech":
        this.#callerSpeaking = message.state === "started";
        if (message.state === "started") this.#understood = false;
        break;
      case "transcript":
        // Its words are told before its voice is.
        if (!this.#asked && message.role === "agent" && this.#greeting === "none")
          this.#greeting = "speaking";
        if (message.role === "caller" && message.final) {
          this.#understood = true;
          this.#callerSpeaking = false;
          this.#answered = false;
        }
        break;
      case "answer":
        this.#onAnswer(message.answer, message.state);
        break;
      case "interrupted":
        this.#speaking.delete(message.answer);
        break;
      case "tool_started":
        this.#tools.add(message.call);
        break;
      case "tool_ended":
        this.#tools.delete(message.call);
        // What was said before the result came was not yet the answer.
        this.#answered = false;
        break;
      case "segment":
        if (message.reason !== "transition") return;
        this.#moved = true;
        break;
      default:
        return;
    }
    this.#lastSignAt = now;
  }

  /** Whether the answer to the question is complete, given whether its sound is still playing. */
  isComplete(now: number, playing: boolean): boolean {
    const quiet = this.#speaking.size === 0 && this.#tools.size === 0 && !this.#callerSpeaking && !playing;
    const settledMs = this.#moved ? MOVED_SETTLED_MS : SETTLED_MS;
    return this.#asked && this.#understood && this.#answered && quiet && now - this.#lastSignAt >= settledMs;
  }

  /** What is still waited for, for the line that explains a time-out. */
  waitingFor(): string {
    if (!this.#understood && this.#askedAloud)
      return "the gateway never said what it understood of the question";
    if (this.#tools.size > 0) return "a tool has not answered";
    if (this.#firstAnswer === null) return "the agent has not answered";
    return "the agent has not finished";
  }

  #onAnswer(answer: number, state: "started" | "ended"): void {
    if (!this.#asked) {
      this.#greeting = state === "started" ? "speaking" : "said";
      return;
    }
    if (state === "started") {
      this.#moved = false;
      this.#firstAnswer ??= answer;
      this.#speaking.add(answer);
    } else {
      this.#speaking.delete(answer);
      this.#answered = true;
    }
  }
}
