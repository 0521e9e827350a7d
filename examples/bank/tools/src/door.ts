/**
 * Who may in: one Durable Object for each account number, so that wrong tries are counted in one place, whoever makes
 * them and in whatever session. A number that is nobody's has a door like any other: it opens as little and locks as
 * soon, and so does not tell which numbers exist.
 */
import { DurableObject } from "cloudflare:workers";
import { personWith } from "./people.ts";

export type Opened =
  | { readonly status: "open"; readonly customer: string; readonly name: string }
  | { readonly status: "closed"; readonly triesLeft: number }
  | { readonly status: "locked" };

const TRIES = 3;
/** Wrong tries are forgotten, and a locked door opens again, so long after the last of them. */
export const LOCKED_MS = 15 * 60_000;

export class Door extends DurableObject<unknown> {
  /** @param dateOfBirth `YYYY-MM-DD` */
  async knock(accountNumber: string, dateOfBirth: string): Promise<Opened> {
    const wrong = this.ctx.storage.kv.get<number>("wrong") ?? 0;
    // The right date does not open a locked door either: it may have been the fourth guess.
    if (wrong >= TRIES) return { status: "locked" };
    const person = personWith(accountNumber);
    if (person?.dateOfBirth === dateOfBirth) {
      await this.ctx.storage.deleteAll();
      return { status: "open", customer: person.customer, name: person.name };
    }
    this.ctx.storage.kv.put("wrong", wrong + 1);
    await this.ctx.storage.setAlarm(Date.now() + LOCKED_MS);
    const triesLeft = TRIES - wrong - 1;
    return triesLeft === 0 ? { status: "locked" } : { status: "closed", triesLeft };
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
