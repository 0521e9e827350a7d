/**
 * The agent's words on their way: parts are put together to sentences as they come, and each is confirmed once it was
 * said. Agents differ: some tell a sentence before they speak it and again after, others letters at a time and the whole
 * at the end.
 */

/** Where a sentence ends, with what may follow its mark. */
const SENTENCE_END = /[.!?…。！？]["'”’)\]]*\s*$/;
/** Without a mark a sentence is told after this many characters, so that its words do not come long after its sound. */
const LONGEST = 400;

/** Two wordings are the same whatever lies between their letters. */
const letters = (text: string): string => text.replace(/\s+/g, "");

export class SpokenWords {
  #part = "";
  /** Told as planned, not yet said. */
  #planned: string[] = [];

  /** More of what is about to be said; gives the sentences that are whole with it. */
  delta(text: string): readonly string[] {
    this.#part += text;
    return SENTENCE_END.test(this.#part) || this.#part.length >= LONGEST ? this.flush() : [];
  }

  /** What was begun is a sentence now, marked or not. */
  flush(): readonly string[] {
    const sentence = this.#part.trim();
    this.#part = "";
    if (sentence === "") return [];
    this.#planned.push(sentence);
    return [sentence];
  }

  /**
   * It was said in these words: one sentence, or all of them at once. `planned`: sentences that were not told before.
   * Words that agree with what was planned confirm it sentence by sentence; others stand for the first one.
   */
  said(text: string): { readonly planned: readonly string[]; readonly spoken: readonly string[] } {
    const words = text.trim();
    const planned = [...this.flush()];
    if (words === "") return { planned, spoken: [] };
    if (this.#planned.length === 0) return { planned: [words], spoken: [words] };
    const count = this.#agreeing(letters(words));
    const confirmed = this.#planned.splice(0, Math.max(1, count));
    return { planned, spoken: count === 0 ? [words] : confirmed };
  }

  /** What was planned will not be said. */
  forget(): void {
    this.#part = "";
    this.#planned = [];
  }

  /** How many of the planned sentences `said` consists of; 0 when it is none of that. */
  #agreeing(said: string): number {
    let rest = said;
    for (const [index, sentence] of this.#planned.entries()) {
      const next = letters(sentence);
      if (!rest.startsWith(next)) return 0;
      rest = rest.slice(next.length);
      if (rest === "") return index + 1;
    }
    return 0;
  }
}
