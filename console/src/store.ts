/**
 * Holds the state, and tells who wants to know after each change.
 */
import { type Action, initialState, reduce, type State } from "./state.ts";

export type Listener = (state: State, before: State) => void;

export class Store {
  #state = initialState;
  readonly #listeners: Listener[] = [];

  get state(): State {
    return this.#state;
  }

  /** Applies an action; whether it changed anything. */
  dispatch(action: Action): boolean {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state === before) return false;
    for (const listener of this.#listeners) listener(this.#state, before);
    return true;
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
    listener(this.#state, this.#state);
  }
}
