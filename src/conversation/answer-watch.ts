/**
 * Finds out that the live stream is dead: words were put to it, and no sign of an answer comes. Knows no stream and no
 * timer; it is told what is put and what comes.
 */

/** What the stream owes. */
interface Debt {
  readonly generation: number;
  /** Since when the caller speaks, of whom it owes only the word that they have stopped; null when it owes an answer. */
  readonly speechFrom: number | null;
  /** The answer that was being spoken as the words were put: more of it is no answer to them. */
  behind: number | null;
  /** Since when it might have answered, in ms since the Unix epoch. */
  since: number;
}

export class AnswerWatch {
  #debt: Debt | null = null;
  #wasSuspended = false;
  /** When something of an answer came last. */
  #came: { readonly generation: number; at: number } | null = null;

  /** Words were put to `generation`. A debt that it has is not put off by more of them. */
  put(generation: number, behind: number | null, now: number): void {
    if (this.#debt?.generation === generation && this.#debt.speechFrom === null) return;
    this.#debt = { generation, speechFrom: null, behind, since: now };
  }

  speechStarted(generation: number, now: number): void {
    if (this.#debt?.generation === generation) return;
    this.#debt = { generation, speechFrom: now, behind: null, since: now };
  }

  speechStopped(generation: number, now: number): void {
    if (this.#debt?.generation !== generation) return;
    if (this.#debt.speechFrom !== null) this.#debt = null;
    else this.#debt.since = now;
  }

  /** Answers, or lets `generation` off: it has told that it will not. */
  settle(generation: number): void {
    if (this.#debt?.generation === generation) this.#debt = null;
  }

  /** More of what was there before: `generation` is alive, and busy. `ended`: nothing more of that follows. */
  isBusy(generation: number, now: number, ended: boolean): void {
    if (this.#debt?.generation !== generation) return;
    this.#debt.since = now;
    if (ended) this.#debt.behind = null;
  }

  /** Words or sound of an answer came. */
  came(generation: number, now: number): void {
    this.#came = { generation, at: now };
  }

  /** Since when more of an answer might have come; null when nothing did yet, or more is not due. */
  cameLast(generation: number): number | null {
    return this.#came?.generation === generation && !this.#wasSuspended ? this.#came.at : null;
  }

  /** Whether `answer` was being spoken as the words were put. */
  isBehind(generation: number, answer: number): boolean {
    return this.#debt?.generation === generation && this.#debt.behind === answer;
  }

  /** While a tool runs or the caller speaks no answer is due; the wait for it begins again after that. */
  suspend(isSuspended: boolean, now: number): void {
    if (isSuspended || this.#wasSuspended) {
      if (this.#debt) this.#debt.since = now;
      if (this.#came) this.#came.at = now;
    }
    this.#wasSuspended = isSuspended;
  }

  /** What `generation` owes and since when it might have given it; null when it owes nothing, or need not yet. */
  due(generation: number): Pick<Debt, "since" | "speechFrom"> | null {
    return this.#debt?.generation === generation && !this.#wasSuspended ? this.#debt : null;
  }

  /** Whether `generation` owes anything, due or not. */
  isOwed(generation: number): boolean {
    return this.#debt?.generation === generation;
  }
}
