/**
 * What may be asked of the ledger's object, and how it is found: one object for each account, region and model.
 */
import type { StreamTarget } from "../conversation/events.ts";
import type { PlaceLedger } from "../model/leased-ledger.ts";
import type { PlaceCount } from "./capacity-book.ts";

export interface CapacityReport extends PlaceCount {
  /** As the setting says. */
  readonly places: number;
  /** As the ledger believes there are; fewer than `places` when AWS refused a stream lately. */
  readonly believed: number;
}

export interface CapacityLedgerRpc extends PlaceLedger {
  report(target: StreamTarget): Promise<CapacityReport>;
}

/** What of a `DurableObjectNamespace` is used here. */
export interface CapacityNamespace<Hint extends string = string> {
  getByName(name: string, options?: { locationHint?: Hint }): CapacityLedgerRpc;
}

/**
 * A deployment has one set of credentials, and so one account. The key's id is not part of the name: a key that was
 * exchanged for another must find the places its predecessor took.
 */
const ACCOUNT = "default";

/** Its object's name. */
export const ledgerName = ({ model, region }: StreamTarget): string => `${ACCOUNT} ${region} ${model}`;

/** The ledgers of a deployment as one. `hint`: where the object of a region is to be made. */
export const capacityLedgers = <Hint extends string>(
  namespace: CapacityNamespace<Hint>,
  hint: (region: string) => Hint | null,
): CapacityLedgerRpc => {
  // A stub that has thrown may be broken for good, so each question gets its own.
  const ledger = (target: StreamTarget): CapacityLedgerRpc => {
    const locationHint = hint(target.region);
    return namespace.getByName(ledgerName(target), locationHint === null ? {} : { locationHint });
  };
  return {
    take: async (target, request) => ledger(target).take(target, request),
    renew: async (target, request) => ledger(target).renew(target, request),
    give: async (target, lease) => ledger(target).give(target, lease),
    crowded: async (target, lease) => ledger(target).crowded(target, lease),
    forget: async (target, session) => ledger(target).forget(target, session),
    report: async (target) => ledger(target).report(target),
  };
};
