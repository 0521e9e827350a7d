/**
 * What a session has told the adviser so far, so that a second question need not repeat the first: a Durable Object for
 * each session, cleared when the session is long over.
 */
import { DurableObject } from "cloudflare:workers";

export interface Wish {
  /** US dollars. */
  readonly amount?: number;
  readonly years?: number;
}

const KEPT_MS = 60 * 60_000;

export class Folder extends DurableObject<unknown> {
  /** Everything known with this added to it; what is new replaces what was said before. */
  async add(wish: Wish): Promise<Wish> {
    const known = { ...this.ctx.storage.kv.get<Wish>("wish"), ...wish };
    this.ctx.storage.kv.put("wish", known);
    await this.ctx.storage.setAlarm(Date.now() + KEPT_MS);
    return known;
  }

  /** The matter is settled. */
  async clear(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await this.clear();
  }
}
