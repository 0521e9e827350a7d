/**
 * Who counts the streams that a model bears at once, as seen by those who want to open one. Plain data both ways: the
 * ledger may live elsewhere, and run older or newer code.
 */
import type { StreamTarget } from "../conversation/events.ts";

/**
 * `newcomer`: the first stream of a session. `talk`: a further one of a session that talks; it may use places that are
 * kept from newcomers. `standby`: ahead of a need that may not come; it never takes the last places.
 */
export type PlaceFor = "newcomer" | "talk" | "standby";

export interface PlaceRequest {
  /** Names the place from then on, in its ledger. Asking twice under one name takes one place. */
  readonly lease: string;
  readonly session: string;
  readonly tenant: string | null;
  readonly wanted: PlaceFor;
  /** The place is held for this long, in ms, unless it is renewed. */
  readonly forMs: number;
  /** Its session's object was lost, and with it the streams of all other places that the session holds. */
  readonly anew?: true;
  /** Where there is no place it does not wait for one: there are other regions to ask. */
  readonly atOnce?: true;
}

/** Why there is no place. `share`: the tenant holds as much as it may while the house is nearly full. */
export interface NoPlace {
  readonly why: "full" | "share";
  /** When to come again, in ms. */
  readonly retryAfterMs: number;
}

export type PlaceAnswer =
  | { readonly type: "granted" }
  /** Whoever asks again after so long keeps its turn. */
  | (NoPlace & { readonly type: "queued"; readonly askAgainMs: number })
  | (NoPlace & { readonly type: "refused" });

/** May reject, and may be slow; what it counts is then corrected by renewals and by leases that run out. */
export interface PlaceLedger {
  take(target: StreamTarget, request: PlaceRequest): Promise<PlaceAnswer>;
  /** Also enters a place the ledger does not know: the stream is there, whatever the ledger thinks. */
  renew(target: StreamTarget, request: PlaceRequest): Promise<void>;
  /** Also of a place that was never granted, or was given back. */
  give(target: StreamTarget, lease: string): Promise<void>;
  /** Gives a place back whose stream AWS would not open, as it bears no more: there are fewer than it was thought. */
  crowded(target: StreamTarget, lease: string): Promise<void>;
  /** Gives back all that a session holds there or waits for: its object was lost, and with it whoever would. */
  forget(target: StreamTarget, session: string): Promise<void>;
}
