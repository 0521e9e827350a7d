/**
 * What is still to be played, and how: holds a little back against jitter, ramps wherever sound begins or breaks off
 * so that nothing clicks, and forgets an interrupted answer at once. Pure; runs in the playback thread.
 */

export interface JitterOptions {
  /** Hz */
  readonly rate: number;
  /** Held back before an answer sounds, in ms; grows up to `maxMs` while the queue keeps running dry. */
  readonly targetMs: number;
  readonly maxMs: number;
  /** An answer sounds after this long in any case. */
  readonly waitMs: number;
  /** A dry spell longer than this is a pause of the speaker's and not jitter. */
  readonly pauseMs: number;
  /** Length of every ramp. */
  readonly fadeMs: number;
  /** Most that is queued. */
  readonly queueMs: number;
}

/** How much of an answer has left the buffer for the loudspeaker. */
export interface Position {
  readonly answer: number;
  readonly ms: number;
}

type Phase =
  /** Nothing to play. */
  | "idle"
  /** Something has come; not enough yet. */
  | "filling"
  | "playing"
  /** The last moments of an interrupted answer. */
  | "fading";

interface Chunk {
  readonly answer: number;
  readonly samples: Float32Array;
}

export class JitterBuffer {
  readonly #rate: number;
  readonly #options: JitterOptions;
  readonly #fade: number;
  #target: number;

  #chunks: Chunk[] = [];
  /** Samples of the first chunk that are gone already. */
  #offset = 0;
  #queued = 0;
  #phase: Phase = "idle";
  /** Samples read since the first audio came, while filling. */
  #waited = 0;
  /** Samples read since the queue ran dry in the middle of an answer; null when it did not. */
  #dry: number | null = null;
  /** Where the volume stands, from 0 to `#fade`; it moves by one per sample. */
  #ramp = 0;
  #tail = new Float32Array(0);
  #tailAt = 0;

  #answer: number | null = null;
  #played = 0;
  #finished: Position[] = [];
  #newest = 0;
  #ended = 0;
  #dropped = 0;
  #underruns = 0;

  constructor(options: JitterOptions) {
    this.#options = options;
    this.#rate = options.rate;
    this.#fade = this.#samples(options.fadeMs);
    this.#target = this.#samples(options.targetMs);
  }

  get playing(): boolean {
    return this.#phase === "playing" || this.#phase === "fading";
  }

  get queuedMs(): number {
    return (this.#queued * 1000) / this.#rate;
  }

  /** Times that the queue ran dry in the middle of an answer. */
  get underruns(): number {
    return this.#underruns;
  }

  /** The answer that sounds or sounded last. */
  get position(): Position | null {
    return this.#answer === null ? null : { answer: this.#answer, ms: (this.#played * 1000) / this.#rate };
  }

  /** Where answers ended that have given way to the next since the last call. */
  takeFinished(): readonly Position[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  /** Adds audio. False when it is too late to be heard: its answer was interrupted or is long past, or all is full. */
  push(answer: number, samples: Float32Array): boolean {
    if (answer <= this.#dropped || answer < this.#newest) return false;
    if (this.#queued + samples.length > this.#samples(this.#options.queueMs)) return false;
    this.#newest = answer;
    if (samples.length === 0) return true;
    this.#chunks.push({ answer, samples });
    this.#queued += samples.length;
    if (this.#phase === "idle") this.#fill();
    return true;
  }

  /** No more audio of answers up to this one will come. */
  end(answer: number): void {
    this.#ended = Math.max(this.#ended, answer);
  }

  /** Falls silent within one ramp and forgets every answer up to this one, for good. */
  drop(answer: number): void {
    this.#dropped = Math.max(this.#dropped, answer);
    const head = this.#chunks[0];
    if (this.#phase === "playing" && head !== undefined && head.answer <= answer) this.#startFading(answer);
    let gone = 0;
    while ((this.#chunks[gone]?.answer ?? Number.POSITIVE_INFINITY) <= answer) gone += 1;
    if (gone > 0) {
      this.#chunks.splice(0, gone);
      this.#offset = 0;
    }
    this.#queued = this.#chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0) - this.#offset;
    this.#dry = null;
    if (this.#phase === "filling" && this.#queued === 0) this.#phase = "idle";
  }

  /** Fills `output`, with silence where there is nothing to play. */
  read(output: Float32Array): void {
    output.fill(0);
    if (this.#dry !== null) this.#dry += output.length;
    if (this.#phase === "fading") this.#readTail(output);
    else {
      if (this.#phase === "filling") {
        this.#waited += output.length;
        if (this.#enough()) this.#start();
      }
      if (this.#phase === "playing") this.#readQueue(output);
    }
  }

  #samples(ms: number): number {
    return Math.round((ms * this.#rate) / 1000);
  }

  #fill(): void {
    this.#phase = "filling";
    this.#waited = 0;
  }

  #enough(): boolean {
    const whole = (this.#chunks[0]?.answer ?? 0) <= this.#ended;
    return this.#queued >= this.#target || whole || this.#waited >= this.#samples(this.#options.waitMs);
  }

  #start(): void {
    if (this.#dry !== null) {
      if (this.#dry < this.#samples(this.#options.pauseMs)) {
        this.#underruns += 1;
        this.#target = Math.min(this.#samples(this.#options.maxMs), Math.round(this.#target * 1.5));
      }
      this.#dry = null;
    }
    this.#phase = "playing";
    this.#ramp = 0;
  }

  #readQueue(output: Float32Array): void {
    const queued = this.#queued;
    const count = this.#take(output);
    for (let index = 0; index < count; index += 1) {
      // Near the end of what is there the ramp falls, so that it is down when the last sample is played; should more
      // come meanwhile, it rises again from where it is.
      const nearEnd = queued - index <= this.#fade;
      this.#ramp = nearEnd ? Math.max(0, this.#ramp - 1) : Math.min(this.#fade, this.#ramp + 1);
      output[index] = (output[index] ?? 0) * (this.#ramp / this.#fade);
    }
    if (this.#queued > 0) return;
    this.#phase = "idle";
    this.#dry = (this.#answer ?? 0) <= this.#ended ? null : 0;
  }

  /** Moves samples from the queue to `output`; how many there were. */
  #take(output: Float32Array): number {
    let count = 0;
    while (count < output.length) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      this.#turnTo(chunk.answer);
      const size = Math.min(output.length - count, chunk.samples.length - this.#offset);
      output.set(chunk.samples.subarray(this.#offset, this.#offset + size), count);
      count += size;
      this.#offset += size;
      this.#played += size;
      if (this.#offset === chunk.samples.length) {
        this.#chunks.shift();
        this.#offset = 0;
      }
    }
    this.#queued -= count;
    return count;
  }

  #turnTo(answer: number): void {
    if (answer === this.#answer) return;
    const position = this.position;
    if (position !== null) this.#finished.push(position);
    this.#answer = answer;
    this.#played = 0;
  }

  /** Keeps the next few samples with a falling ramp; it starts at the gain that is sounding now. */
  #startFading(answer: number): void {
    const dropped = this.#chunks.filter((chunk) => chunk.answer <= answer);
    const left = dropped.reduce((sum, chunk) => sum + chunk.samples.length, 0) - this.#offset;
    const tail = new Float32Array(Math.min(this.#fade, left));
    const gain = this.#ramp / this.#fade;
    const count = this.#take(tail);
    for (let index = 0; index < count; index += 1) {
      tail[index] = (tail[index] ?? 0) * gain * (1 - (index + 1) / count);
    }
    this.#tail = tail;
    this.#tailAt = 0;
    this.#phase = "fading";
  }

  #readTail(output: Float32Array): void {
    const part = this.#tail.subarray(this.#tailAt, this.#tailAt + output.length);
    output.set(part);
    this.#tailAt += part.length;
    if (this.#tailAt < this.#tail.length) return;
    this.#phase = "idle";
    if (this.#queued > 0) this.#fill();
  }
}
