/**
 * What the person at the console can do about the memory of the caller they talk as, carried out. Looks by itself
 * whenever a session may have left something there.
 */
import type { Json } from "../../src/base/json.ts";
import type { Result } from "../../src/base/result.ts";
import type { Refusal } from "./gateway/api.ts";
import { correctEntry, eraseCaller, eraseEntry, exportCaller, fetchCaller } from "./gateway/callers.ts";
import type { KeyRing } from "./gateway/key-ring.ts";
import { CONSOLE } from "./limits.ts";
import type { MemoryChange, Who, Work } from "./state/memory.ts";
import { gatewayProblem, type Problem } from "./state/problems.ts";
import type { State } from "./state.ts";
import type { Store } from "./store.ts";

export class CallerDesk {
  readonly #store: Store;
  readonly #keys: KeyRing;
  /** Answers to all but the newest look are stale, and so are those from before something was done. */
  #looks = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, keys: KeyRing) {
    this.#store = store;
    this.#keys = keys;
    store.subscribe((state, before) => this.#follow(state, before));
  }

  /** At the start, after each turn and each move, and at the end: that is when sessions leave something. */
  #follow(state: State, before: State): void {
    if (state.who !== before.who) clearTimeout(this.#later);
    if (state.who === null) return;
    const { status } = state.connection;
    const changed = status !== before.connection.status && (status === "talking" || status === "ended");
    if (!changed && state.usage === before.usage && state.segments === before.segments) return;
    if (state.session?.id == null) return;
    void this.look();
    // What a session leaves at its end is on its way then.
    if (changed && status === "ended") {
      clearTimeout(this.#later);
      this.#later = setTimeout(() => void this.look(), CONSOLE.lookAgainMs);
    }
  }

  async look(): Promise<void> {
    const { who } = this.#store.state;
    if (who === null) return;
    this.#looks += 1;
    const look = this.#looks;
    const record = await fetchCaller(who, this.#keys.key);
    if (look !== this.#looks || this.#store.state.who !== who) return;
    if (record.ok) this.#change({ type: "told", record: record.value });
    else this.#change({ type: "untold", problem: problemOf(record.error) });
  }

  correct(id: string, text: string): Promise<boolean> {
    return this.#do(
      { entry: id },
      (who, key) => correctEntry(who, id, text, key),
      (entry) => ({
        type: "corrected",
        entry,
      }),
    );
  }

  erase(id: string): Promise<boolean> {
    return this.#do(
      { entry: id },
      (who, key) => eraseEntry(who, id, key),
      () => ({ type: "erased", entry: id }),
    );
  }

  /** Everything of the caller's; a session that goes on ends by it. */
  eraseAll(): Promise<boolean> {
    return this.#do("erase", eraseCaller, () => ({ type: "erased_all" }));
  }

  /** `save` gets everything of the caller's. */
  export(save: (everything: Json) => void): Promise<boolean> {
    return this.#do("export", exportCaller, (everything) => {
      save(everything);
      return { type: "exported" };
    });
  }

  /** One thing at a time; whether it was done. */
  async #do<T>(
    work: Work,
    ask: (who: Who, key: string | null) => Promise<Result<T, Refusal>>,
    change: (value: T) => MemoryChange,
  ): Promise<boolean> {
    const { who, memory } = this.#store.state;
    if (who === null || memory.work !== null) return false;
    this.#change({ type: "begun", work });
    const answer = await ask(who, this.#keys.key);
    if (this.#store.state.who !== who) return false;
    // What was looked up meanwhile may tell of before.
    this.#looks += 1;
    if (answer.ok) this.#change(change(answer.value));
    else this.#change({ type: "failed", problem: problemOf(answer.error) });
    if (work !== "export") void this.look();
    return answer.ok;
  }

  #change(change: MemoryChange): void {
    this.#store.dispatch({ type: "memory", change });
  }
}

/** A session goes on while a key is refused: that is told in its place, and not asked for. */
const problemOf = (refusal: Refusal): Problem =>
  refusal.type === "problem"
    ? refusal.problem
    : gatewayProblem({ code: "unauthorized", message: "A valid API key is required." });
