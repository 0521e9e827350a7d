/**
 * Things by the moment at which each ends, soonest first: a binary heap that knows where in it each thing stands, so that
 * one which ends sooner or later than before is moved, and none is searched for. No more steps than the heap is deep.
 */

/** Changed only through the heap once it is in it. */
export interface Ending {
  /** In ms since the epoch. */
  readonly until: number;
}

/** A thing's seat in the heap. */
export interface Seat<T extends Ending> {
  thing: T;
  /** Where in the heap; only the heap writes it. */
  at: number;
}

export class Expiry<T extends Ending> {
  readonly #heap: Seat<T>[] = [];

  /** The one that ends first. */
  get first(): Seat<T> | undefined {
    return this.#heap[0];
  }

  add(thing: T): Seat<T> {
    const seat = { thing, at: this.#heap.length };
    this.#heap.push(seat);
    this.#rise(seat);
    return seat;
  }

  /** Another thing takes the seat, and the place in the order that its end gives it. */
  reseat(seat: Seat<T>, thing: T): void {
    seat.thing = thing;
    this.#settle(seat);
  }

  remove(seat: Seat<T>): void {
    const last = this.#heap.pop();
    if (last === undefined || last === seat) return;
    this.#sit(last, seat.at);
    this.#settle(last);
  }

  #settle(seat: Seat<T>): void {
    if (!this.#rise(seat)) this.#sink(seat);
  }

  /** True when it went anywhere. */
  #rise(seat: Seat<T>): boolean {
    const from = seat.at;
    while (seat.at > 0) {
      const parent = this.#heap[(seat.at - 1) >> 1];
      if (parent === undefined || parent.thing.until <= seat.thing.until) break;
      this.#swap(seat, parent);
    }
    return seat.at < from;
  }

  #sink(seat: Seat<T>): void {
    for (;;) {
      const left = this.#heap[2 * seat.at + 1];
      const right = this.#heap[2 * seat.at + 2];
      const sooner =
        left !== undefined && right !== undefined && right.thing.until < left.thing.until ? right : left;
      if (sooner === undefined || seat.thing.until <= sooner.thing.until) return;
      this.#swap(seat, sooner);
    }
  }

  #swap(a: Seat<T>, b: Seat<T>): void {
    const { at } = a;
    this.#sit(a, b.at);
    this.#sit(b, at);
  }

  #sit(seat: Seat<T>, at: number): void {
    seat.at = at;
    this.#heap[at] = seat;
  }
}
