/**
 * A hosted agent's words → the house's words. Finds where answers begin and end, says a barge-in once, brings audio to
 * the client's rate. No I/O, no clock: the same events always give the same events.
 */
import type { SampleRate } from "../../audio/format.ts";
import type { ModelEvent, TokenUsage } from "../../conversation/events.ts";
import type { AgentEvent, TokenCount } from "./agent-events.ts";
import { createResampler, mixDown, type Resampler } from "./resampler.ts";
import { SpokenWords } from "./spoken-words.ts";

const NOTHING: readonly ModelEvent[] = [];
/** Texts that may still come back; more are of an agent that does not answer. */
const MAX_TYPED = 16;
const NO_TOKENS: TokenUsage = { inputSpeech: 0, inputText: 0, outputSpeech: 0, outputText: 0 };

type Audio = Extract<AgentEvent, { type: "audio" }>;
type Transcript = Extract<AgentEvent, { type: "transcript" }>;

export class Translator {
  readonly #outputRate: SampleRate;
  readonly #words = new SpokenWords();
  #answers = 0;
  /** The content of the answer being spoken. */
  #open: string | null = null;
  #resampler: { readonly from: number; readonly way: Resampler } | null = null;
  /** Said already for the answer that was cut; forgotten when the next answer begins. */
  #interrupted = false;
  /** The agent marks where its responses start; then audio after a barge-in and before a mark is left over. */
  #marks = false;
  #leftOver = false;
  /** What the caller typed; agents may say it back as what they heard. */
  #typed: string[] = [];
  #tokens = NO_TOKENS;

  constructor(outputRate: SampleRate) {
    this.#outputRate = outputRate;
  }

  /** An answer is being spoken whose end has not been told. */
  get speaking(): boolean {
    return this.#open !== null;
  }

  read(event: AgentEvent): readonly ModelEvent[] {
    switch (event.type) {
      case "audio":
        return this.#audio(event);
      case "response_started":
        this.#marks = true;
        this.#leftOver = false;
        return NOTHING;
      case "response_stopped":
        if (event.interrupted) return this.#interrupt();
        return event.more ? NOTHING : this.#end();
      case "transcript":
        return event.role === "user" ? this.#callerSaid(event) : this.#agentSays(event);
      case "interrupted":
        return this.#interrupt();
      case "usage":
        return this.#usage(event.input, event.output);
      case "restarted":
        return this.#end();
      default:
        return NOTHING;
    }
  }

  /** Nothing more has come for a while: whatever was being said is over. */
  quiet(): readonly ModelEvent[] {
    return this.#end();
  }

  typed(text: string): void {
    this.#typed.push(text.trim());
    if (this.#typed.length > MAX_TYPED) this.#typed.shift();
  }

  #audio({ pcm, rate, channels }: Audio): readonly ModelEvent[] {
    if (this.#leftOver || pcm.byteLength === 0) return NOTHING;
    const events: ModelEvent[] = [];
    if (this.#open === null) {
      this.#answers++;
      this.#open = `answer-${this.#answers}`;
      this.#resampler = null;
      this.#interrupted = false;
      this.#typed = [];
      events.push({ type: "agent_audio_started", content: this.#open });
    }
    const told = this.#wayFrom(rate).push(channels === 2 ? mixDown(pcm) : pcm);
    if (told.byteLength > 0) events.push({ type: "agent_audio", content: this.#open, pcm: told });
    return events;
  }

  #wayFrom(rate: number): Resampler {
    if (this.#resampler?.from !== rate)
      this.#resampler = { from: rate, way: createResampler(rate, this.#outputRate) };
    return this.#resampler.way;
  }

  #callerSaid({ text, final }: Transcript): readonly ModelEvent[] {
    // Parts of it are not told: what the caller said is said whole.
    if (!final || text.trim() === "") return NOTHING;
    const echo = this.#typed.indexOf(text.trim());
    if (echo >= 0) {
      this.#typed.splice(echo, 1);
      return NOTHING;
    }
    this.#leftOver = false;
    return [...this.#end(), { type: "caller_text", text }];
  }

  #agentSays({ text, final }: Transcript): readonly ModelEvent[] {
    if (!final) {
      this.#leftOver = false;
      this.#interrupted = false;
      return planned(this.#words.delta(text));
    }
    const said = this.#words.said(text);
    // Of an answer that was cut nothing is left to be planned; its last words may still be confirmed.
    const events = this.#interrupted ? [] : planned(said.planned);
    return [
      ...events,
      ...said.spoken.map((each) => ({ type: "agent_text", stage: "spoken", text: each }) as const),
    ];
  }

  /** The answer is whole. Told once, and only of answers that were heard of. */
  #end(): readonly ModelEvent[] {
    const events: ModelEvent[] = [...planned(this.#words.flush())];
    if (this.#open !== null) events.push({ type: "agent_audio_ended", content: this.#open, last: true });
    this.#open = null;
    return events;
  }

  /** Agents say it by an event of its own, by how the response stopped, or by both. */
  #interrupt(): readonly ModelEvent[] {
    this.#words.forget();
    if (this.#interrupted) return NOTHING;
    const events = this.#end();
    this.#interrupted = true;
    this.#leftOver = this.#marks;
    return [...events, { type: "interrupted" }];
  }

  /** Totals never run backwards, whatever an agent counts. */
  #usage(input: TokenCount, output: TokenCount): readonly ModelEvent[] {
    const before = this.#tokens;
    this.#tokens = {
      inputSpeech: Math.max(before.inputSpeech, input.speech),
      inputText: Math.max(before.inputText, input.text),
      outputSpeech: Math.max(before.outputSpeech, output.speech),
      outputText: Math.max(before.outputText, output.text),
    };
    return [{ type: "usage", tokens: this.#tokens }];
  }
}

const planned = (sentences: readonly string[]): readonly ModelEvent[] =>
  sentences.map((text) => ({ type: "agent_text", stage: "planned", text }));
