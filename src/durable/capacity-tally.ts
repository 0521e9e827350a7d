/**
 * How many places are held, by whom and what for: counted as they come and go, so that none has to be looked at to know.
 */
import type { Entry } from "./capacity-entry.ts";
import type { Taken } from "./capacity-stock.ts";

type Holder = Pick<Entry, "tenant" | "wanted">;

export class Tally implements Taken {
  readonly #tenants = new Map<string, number>();
  #used = 0;
  #standby = 0;

  get used(): number {
    return this.#used;
  }

  /** Of `used`: streams dialled ahead of need. */
  get standby(): number {
    return this.#standby;
  }

  by(tenant: string): number {
    return this.#tenants.get(tenant) ?? 0;
  }

  add(holder: Holder): void {
    this.#count(holder, 1);
  }

  remove(holder: Holder): void {
    this.#count(holder, -1);
  }

  #count({ tenant, wanted }: Holder, more: 1 | -1): void {
    this.#used += more;
    if (wanted === "standby") this.#standby += more;
    if (tenant === null) return;
    const theirs = this.by(tenant) + more;
    if (theirs === 0) this.#tenants.delete(tenant);
    else this.#tenants.set(tenant, theirs);
  }
}
