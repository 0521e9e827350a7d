/**
 * One call as the engine leads it: frames come, their numbers say what happens next. A call outlives its streams, so that
 * one that is handed over is measured as one.
 */
import { NS_PER_MS, nanoseconds } from "../calls/clock.ts";
import { soundOf, writeMark } from "../calls/marks.ts";
import { type CallPlan, cueOf, DOWN_RATE, pieceSamples, piecesOf, placeOf } from "../calls/plan.ts";
import { type CallBook, createCallBook, type TurnStamps } from "./call-book.ts";
import type { Mouth } from "./mouth.ts";

/** Pieces of a cut answer that are under way already when the engine says so. */
const LATE_PIECES = 3;

/** An answer that is being spoken. */
interface Answer {
  readonly mouth: Mouth;
  readonly stamps: TurnStamps;
  left: number;
  /** When the next piece is due, in ns. */
  dueAt: number;
}

export class Talk {
  readonly book: CallBook;
  readonly #plan: CallPlan;
  readonly #call: number;
  readonly #pcm: Buffer;
  readonly #pieceNs: number;
  /** The newest frame, and the stream that it came on first. */
  #newest: { readonly frame: number; readonly at: number; readonly mouth: Mouth } | null = null;
  /** The last frame that caused something: what is replayed to a new stream causes it no more. */
  #cued = -1;
  #answer: Answer | null = null;
  /** What is heard, by a client that plays at once; it is sent ahead of that. `until` in ns. */
  #playing: { readonly turn: number; readonly until: number } | null = null;
  #asking: { readonly mouth: Mouth; readonly stamps: TurnStamps } | null = null;

  constructor(plan: CallPlan, call: number) {
    this.#plan = plan;
    this.#call = call;
    this.book = createCallBook(plan);
    this.#pcm = soundOf(pieceSamples(plan), DOWN_RATE, true);
    this.#pieceNs = (plan.pieceMs * 1e6) / plan.pace;
  }

  /** Frame `frame` came at `at` on the stream that `mouth` speaks through. */
  hear(frame: number, at: number, mouth: Mouth): void {
    if (this.book.arrivals[frame] === 0) this.book.arrivals[frame] = at;
    if (this.#newest === null || frame > this.#newest.frame) {
      if (this.#newest !== null && this.#newest.mouth !== mouth) this.book.moves.push(at - this.#newest.at);
      this.#newest = { frame, at, mouth };
    }
    if (frame <= this.#cued) return;
    this.#cued = frame;
    const cue = cueOf(this.#plan, this.#call, frame);
    if (cue === null) return;
    const turn = placeOf(this.#plan, this.#call, frame)?.turn ?? 0;
    if (cue === "speech_starts") mouth.speech("started");
    else if (cue === "answer_now") this.#take(turn, at, mouth);
    else this.#interrupt(mouth);
  }

  #take(turn: number, at: number, mouth: Mouth): void {
    mouth.speech("stopped");
    const stamps = {
      turn,
      answerDueAt: at,
      toolAskedAt: 0,
      toolAnsweredAt: 0,
      ...{ firstPiece: -1, pieces: 0, late: 0 },
      interruptedAt: 0,
    };
    this.book.turns.push(stamps);
    if (!mouth.usesTools) return this.#begin(stamps, mouth);
    this.#asking = { mouth, stamps };
    mouth.askTool(turn);
    stamps.toolAskedAt = nanoseconds();
  }

  /** The result of the tool has come, at `at`. */
  toolAnswered(at: number, mouth: Mouth): void {
    const asking = this.#asking;
    if (asking === null) return;
    this.#asking = null;
    asking.stamps.toolAnsweredAt = at;
    this.#begin(asking.stamps, mouth);
  }

  #begin(stamps: TurnStamps, mouth: Mouth): void {
    mouth.beginAnswer(stamps.turn);
    this.#answer = { mouth, stamps, left: piecesOf(this.#plan), dueAt: nanoseconds() };
    stamps.firstPiece = this.book.pieces;
    this.#playing = { turn: stamps.turn, until: this.#answer.dueAt + this.#plan.answerMs * NS_PER_MS };
    this.speak(this.#answer.dueAt);
  }

  #interrupt(mouth: Mouth): void {
    mouth.speech("started");
    // Where no answer is heard there is nothing to cut.
    const playing = this.#playing;
    if (playing === null || playing.until <= nanoseconds()) return;
    const { turn } = playing;
    const cut = this.#answer;
    this.#answer = null;
    this.#playing = null;
    const stamps = this.book.turns.find((each) => each.turn === turn);
    if (stamps) stamps.interruptedAt = nanoseconds();
    mouth.interrupt(turn);
    if (cut === null) return;
    for (let late = 0; late < LATE_PIECES; late++) this.#sendPiece(cut);
    cut.stamps.late = LATE_PIECES;
  }

  #sendPiece({ mouth, stamps }: Answer): void {
    stamps.pieces++;
    const piece = this.book.pieces++;
    writeMark(this.#pcm, piece);
    const message = mouth.sound(this.#pcm);
    this.book.sent[piece] = nanoseconds();
    mouth.send(message);
  }

  /** Sends what is due at `now`. */
  speak(now: number): void {
    const answer = this.#answer;
    if (answer === null) return;
    while (answer.left > 0 && answer.dueAt <= now) {
      answer.left--;
      answer.dueAt += this.#pieceNs;
      this.#sendPiece(answer);
    }
    if (answer.left > 0) return;
    this.#answer = null;
    answer.mouth.endAnswer(answer.stamps.turn);
  }

  /** The stream that `mouth` spoke through is over. */
  lost(mouth: Mouth): void {
    if (this.#answer?.mouth === mouth) this.#answer = null;
    if (this.#asking?.mouth === mouth) this.#asking = null;
  }
}
