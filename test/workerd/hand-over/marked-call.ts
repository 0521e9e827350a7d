/**
 * A call whose caller's every frame is numbered, and what the emulator witnessed of it.
 */
import { FRAME_MS, markedFrame } from "../../../bench/hand-over/marks.ts";
import { type Witness, witnessOf } from "../../../bench/hand-over/witness.ts";
import { Call, EmulatedStream, type Message, streams } from "../call.ts";

/** Frames in one message of the client's: as a browser sends them, five at a time. */
const TOGETHER = 5;
/** 24 kHz PCM16 back from the gateway. */
const BYTES_PER_MS = 48;

export class MarkedCall {
  readonly call: Call;
  /** Frames sent so far. */
  frames = 0;
  readonly #known: readonly string[];
  readonly #played = new Set<unknown>();

  private constructor(call: Call, known: readonly string[]) {
    this.call = call;
    this.#known = known;
  }

  static async ready(agent: string): Promise<MarkedCall> {
    const known = (await streams()).map(({ id }) => id);
    const call = await Call.ready({ agent, toolDetails: true });
    await call.until("segment");
    return new MarkedCall(call, known);
  }

  get messages(): readonly Message[] {
    return this.call.messages;
  }

  /** Where the talk is now. */
  get segment(): string {
    return String(this.messages.findLast(({ type }) => type === "segment")?.name);
  }

  speak(ms: number): void {
    this.#send(ms, true);
  }

  /** A pause: silence, but numbered as well. */
  pause(ms: number): void {
    this.#send(ms, false);
  }

  #send(ms: number, humming: boolean): void {
    for (let left = Math.ceil(ms / FRAME_MS); left > 0; left -= TOGETHER) {
      const frames = Array.from({ length: Math.min(left, TOGETHER) }, () =>
        markedFrame(this.frames++, humming),
      );
      this.call.raw(new Uint8Array(frames.flatMap((frame) => [...frame])));
    }
  }

  type(text: string): void {
    this.call.send({ type: "text", text });
  }

  /** Words of the agent's, planned or said, in an answer that begins after message `from`. */
  says(from: number, words: string): Promise<Message> {
    const before = this.messages
      .slice(0, from)
      .reduce((most, { answer }) => Math.max(most, Number(answer) || 0), 0);
    return this.call.since(
      from,
      ({ type, role, text, answer }) =>
        type === "transcript" && role === "agent" && Number(answer) > before && String(text).includes(words),
    );
  }

  /** The first sound of an answer. */
  sounds(answer: unknown): Promise<Message> {
    return this.call.since(0, (message) => message.type === "audio" && message.answer === answer);
  }

  /** Waits until an answer has come whole, and plays it to its end. */
  async hears(answer: unknown): Promise<void> {
    const ended = await this.call.since(
      0,
      (message) =>
        message.answer === answer &&
        ((message.type === "answer" && message.state === "ended") || message.type === "interrupted"),
    );
    if (ended.type === "answer") this.#play(answer);
  }

  /** Plays whatever has come by now. */
  playAll(): void {
    for (const { type, state, answer } of this.messages)
      if (type === "answer" && state === "ended") this.#play(answer);
  }

  #play(answer: unknown): void {
    if (this.#played.has(answer)) return;
    this.#played.add(answer);
    const bytes = this.messages
      .filter((message) => message.type === "audio" && message.answer === answer)
      .reduce((sum, message) => sum + Number(message.bytes), 0);
    this.call.send({ type: "played", answer, ms: bytes / BYTES_PER_MS });
  }

  /** The streams of this call, oldest first. */
  async streams(): Promise<readonly EmulatedStream[]> {
    return (await streams())
      .filter(({ id }) => !this.#known.includes(id))
      .map(({ id }) => new EmulatedStream(id));
  }

  /** Says goodbye once the last frame has arrived, and gives what each stream was told. */
  async hangUp(): Promise<readonly Witness[]> {
    const last = this.frames - 1;
    const all = await this.streams();
    if (last >= 0) await Promise.any(all.map((stream) => stream.hears(last)));
    this.call.send({ type: "bye" });
    await this.call.untilClosed();
    const witnesses: Witness[] = [];
    for (const stream of all) {
      await stream.ended();
      witnesses.push(witnessOf(await stream.entries()));
    }
    return witnesses;
  }
}
