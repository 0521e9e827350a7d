/**
 * One answer as it is spoken: which words were sent as how much audio, and how much of that the caller has heard.
 * The model is far ahead of the caller's ear, so what was sent is not what was heard.
 */

interface Sentence {
  readonly planned: string;
  spoken: string | null;
  /** Where its audio lies in the answer, in ms. `to` is null while it is being sent. */
  readonly from: number;
  to: number | null;
}

export class Answer {
  readonly number: number;
  readonly turn: number;
  readonly generation: number;
  /** Whose voice speaks it. */
  readonly segment: string;
  #sentences: Sentence[] = [];
  #sentMs = 0;
  #firstAudioAt: number | null = null;
  #report: { readonly ms: number; readonly at: number } | null = null;
  /** Since when nobody is there to hear it. */
  #heldAt: number | null = null;
  /** A sentence that bridges the wait for a tool: it answers nothing. */
  isBridge = false;
  /** All audio has been sent. */
  sent = false;
  /** Cut off at `heardMs`; nothing more of it may be sent. */
  cut: { readonly heardMs: number } | null = null;
  /** Its place on record once it is there, and its words there. */
  index: number | null = null;
  recorded: string | null = null;

  constructor(number: number, turn: number, generation: number, segment: string) {
    this.number = number;
    this.turn = turn;
    this.generation = generation;
    this.segment = segment;
  }

  get firstAudioAt(): number | null {
    return this.#firstAudioAt;
  }

  get sentMs(): number {
    return this.#sentMs;
  }

  plan(text: string): void {
    this.#sentences.push({ planned: text, spoken: null, from: this.#sentMs, to: null });
  }

  /** The model's final words for the first sentence that has none yet; words that were never planned stand alone. */
  speak(text: string): void {
    const sentence = this.#sentences.find((s) => s.spoken === null);
    if (sentence) sentence.spoken = text;
    else this.#sentences.push({ planned: text, spoken: text, from: this.#sentMs, to: this.#sentMs });
  }

  addAudio(ms: number, now: number): void {
    this.#firstAudioAt ??= this.#heldAt ?? now;
    this.#sentMs += ms;
  }

  endAudio(): void {
    for (const sentence of this.#sentences) sentence.to ??= this.#sentMs;
  }

  /** Whether sound of a sentence is still to come. */
  get isMidSentence(): boolean {
    return this.#sentences.some(({ to }) => to === null);
  }

  /** The client has played this much. Reports never run backwards or past what was sent. */
  played(ms: number, now: number): void {
    const bounded = Math.min(ms, this.#sentMs);
    if (this.#report && bounded < this.#report.ms) return;
    this.#report = { ms: bounded, at: now };
    if (this.cut) this.cut = { heardMs: bounded };
  }

  /** Nobody hears it until it is released: the client is away. */
  hold(now: number): void {
    this.#heldAt ??= now;
  }

  /** Heard again from where it was held: what was sent meanwhile is yet to be played. */
  release(now: number): void {
    if (this.#heldAt === null) return;
    const awayMs = now - this.#heldAt;
    this.#heldAt = null;
    if (this.#firstAudioAt !== null) this.#firstAudioAt += awayMs;
    if (this.#report) this.#report = { ms: this.#report.ms, at: this.#report.at + awayMs };
  }

  /** Ms heard by now: the client's last report carried forward, or the clock where it never reports. */
  heardMs(now: number): number {
    if (this.cut) return this.cut.heardMs;
    const until = this.#heldAt ?? now;
    if (this.#report) return Math.min(this.#sentMs, this.#report.ms + Math.max(0, until - this.#report.at));
    return this.#firstAudioAt === null ? 0 : Math.min(this.#sentMs, Math.max(0, until - this.#firstAudioAt));
  }

  /** Whether the caller still has some of it to hear. */
  isPlaying(now: number): boolean {
    return this.cut === null && (!this.sent || this.heardMs(now) < this.#sentMs);
  }

  /** Everything planned and spoken so far. */
  text(): string {
    return this.#sentences.map((s) => s.spoken ?? s.planned).join(" ");
  }

  /** Its words as they belong on record: of one that was cut, those that were heard. */
  wording(): string {
    return this.cut ? this.textWithin(this.cut.heardMs) : this.text();
  }

  /** The words within the first `ms`: whole sentences, then whole words of the one that was broken off. */
  textWithin(ms: number): string {
    const parts: string[] = [];
    for (const sentence of this.#sentences) {
      const text = sentence.spoken ?? sentence.planned;
      const to = sentence.to ?? this.#sentMs;
      // Planned, but cut before a sound of it was sent.
      if (sentence.spoken === null && to === sentence.from) continue;
      if (to <= ms) {
        parts.push(text);
        continue;
      }
      const words = text.split(/\s+/);
      const share = (ms - sentence.from) / (to - sentence.from);
      const heard = words.slice(0, Math.max(0, Math.floor(words.length * share)));
      if (heard.length > 0) parts.push(heard.join(" "));
      break;
    }
    return parts.join(" ");
  }

  /** The model has told the final words of all it planned. */
  get settled(): boolean {
    return this.sent && this.#sentences.every((s) => s.spoken !== null);
  }
}
