/**
 * Who waits for a place, in the order in which they are served: talks first, then in the order of coming. It is short:
 * `LIMITS.placeQueue` at most, so that a place in it is found by looking at each.
 */
import type { NoPlace } from "../model/leased-ledger.ts";
import type { Entry } from "./capacity-entry.ts";
import { admits, type Stock, type Taken } from "./capacity-stock.ts";
import { Tally } from "./capacity-tally.ts";

export class Line {
  readonly #entries: Entry[] = [];

  get length(): number {
    return this.#entries.length;
  }

  enter(entry: Entry): void {
    const behind = this.#entries.findIndex((other) => isBefore(entry, other));
    this.#entries.splice(behind === -1 ? this.length : behind, 0, entry);
  }

  leave(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }

  /**
   * Whether `asker`, who may stand in the line already, may have a place. Those before it are promised theirs: nobody who
   * comes later gets what another waits for.
   */
  mayHave(taken: Taken, stock: Stock, asker: Entry): "granted" | NoPlace["why"] {
    const promised = new Tally();
    const gone: Taken = {
      get used() {
        return taken.used + promised.used;
      },
      by: (tenant) => taken.by(tenant) + promised.by(tenant),
    };
    for (const entry of this.#entries) {
      if (entry.lease === asker.lease) continue;
      if (!isBefore(entry, asker)) break;
      if (admits(gone, stock, entry) === "granted") promised.add(entry);
    }
    return admits(gone, stock, asker);
  }
}

const isBefore = (a: Entry, b: Entry): boolean =>
  rank(a) < rank(b) || (rank(a) === rank(b) && a.order < b.order);

const rank = ({ wanted }: Entry): number => (wanted === "talk" ? 0 : wanted === "newcomer" ? 1 : 2);
