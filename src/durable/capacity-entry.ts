/**
 * One line of a ledger's book: a place that is held, or a turn in the queue for one.
 */
import type { PlaceFor } from "../model/leased-ledger.ts";

export interface Entry {
  readonly lease: string;
  readonly session: string;
  readonly tenant: string | null;
  readonly wanted: PlaceFor;
  readonly state: "held" | "waiting";
  /** Place in the order of coming. */
  readonly order: number;
  /** The entry counts until then, in ms since the epoch. */
  readonly until: number;
}
