/**
 * What of a model's places in a region may be lent out to whom: the tenth kept for talks, nothing ahead of need in a house
 * that is nearly full, and each tenant's share then. Pure arithmetic; who holds what is counted elsewhere.
 */
import { LIMITS } from "../base/limits.ts";
import { shareOf, type TenantShare } from "../base/tenant-shares.ts";
import type { NoPlace, PlaceFor } from "../model/leased-ledger.ts";

/** What is lent out, and on what terms. */
export interface Stock {
  /** As the setting says; at least 1. */
  readonly places: number;
  /** What those may count on who are not let in yet: from 1 to `places`. */
  readonly believed: number;
  readonly shares: readonly TenantShare[];
}

/** Kept for sessions that talk already. */
export const reserveOf = (places: number): number => Math.floor(places * LIMITS.placeReserve);

/** What new sessions may have. */
export const openOf = ({ places, believed }: Omit<Stock, "shares">): number =>
  Math.min(places - reserveOf(places), believed);

/** What is held, or promised to those who come first. */
export interface Taken {
  readonly used: number;
  /** Of these, the tenant's. */
  by(tenant: string): number;
}

/** Whether one more may be taken: `granted`, or why not. */
export const admits = (
  taken: Taken,
  stock: Stock,
  { wanted, tenant }: { readonly wanted: PlaceFor; readonly tenant: string | null },
): "granted" | NoPlace["why"] => {
  const { used } = taken;
  // Whoever was let in may ask AWS again, which knows best: a call is not given up for what was believed.
  if (wanted === "talk") return used < stock.places ? "granted" : "full";
  const open = openOf(stock);
  const nearlyFull = used >= Math.ceil(open * LIMITS.placeNearlyFull);
  if (wanted === "standby") return nearlyFull ? "full" : "granted";
  if (used >= open) return "full";
  if (!nearlyFull || tenant === null) return "granted";
  const most = Math.max(1, Math.floor(stock.believed * shareOf(stock.shares, tenant)));
  return taken.by(tenant) >= most ? "share" : "granted";
};
