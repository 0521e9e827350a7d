/**
 * First in, first out, of rows of numbers: in one piece of memory that grows by doubling, so that thousands of them cost a
 * collection of the heap nothing.
 */

const FIRST_ROWS = 64;

export class RowQueue {
  readonly #width: number;
  #cells: Float64Array;
  #first = 0;
  #length = 0;

  /** @param width Numbers in a row; what a row is not given is 0. */
  constructor(width: number) {
    this.#width = width;
    this.#cells = new Float64Array(FIRST_ROWS * width);
  }

  /** Rows that wait. */
  get length(): number {
    return this.#length;
  }

  push(a: number, b = 0, c = 0, d = 0): void {
    if (this.#length * this.#width === this.#cells.length) this.#grow();
    const at = this.#at(this.#length);
    this.#length++;
    const cells = this.#cells;
    cells[at] = a;
    if (this.#width > 1) cells[at + 1] = b;
    if (this.#width > 2) cells[at + 2] = c;
    if (this.#width > 3) cells[at + 3] = d;
  }

  /** One number of a row that waits; row 0 is the oldest. */
  get(row: number, column: number): number {
    return this.#cells[this.#at(row) + column] ?? 0;
  }

  /** Adds `more` to one number of each row. */
  raise(column: number, more: number): void {
    for (let row = 0; row < this.#length; row++) {
      const at = this.#at(row) + column;
      this.#cells[at] = (this.#cells[at] ?? 0) + more;
    }
  }

  /** Lets go of the oldest row. */
  shift(): void {
    if (this.#length === 0) return;
    this.#first = (this.#first + 1) % this.#rows;
    this.#length--;
  }

  get #rows(): number {
    return this.#cells.length / this.#width;
  }

  #at(row: number): number {
    return ((this.#first + row) % this.#rows) * this.#width;
  }

  #grow(): void {
    const { length } = this.#cells;
    const larger = new Float64Array(2 * length);
    const first = this.#first * this.#width;
    larger.set(this.#cells.subarray(first));
    larger.set(this.#cells.subarray(0, first), length - first);
    this.#cells = larger;
    this.#first = 0;
  }
}
