/**
 * One call of the counting tool, as its own store has it.
 */
export interface Run {
  readonly session: string;
  readonly call: string;
  readonly number: string;
  /** More than once is a promise broken. */
  readonly times: number;
}
