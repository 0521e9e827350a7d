/**
 * Keeps the faults that were ordered for streams that do not exist yet.
 */
import { LIMITS } from "../limits.ts";
import type { Fault } from "../seams.ts";

/** `now` is as soon as the stream is there; `mid_answer` is halfway through the next spoken sentence. */
export type FaultTime = "now" | "mid_answer";

export interface FaultOrder {
  readonly fault: Fault;
  readonly when: FaultTime;
  /** How often. One stream uses up all of them, unless the fault ends it: then each stream uses up one. */
  readonly times: number;
  /** Only streams of this region have it. */
  readonly region?: string;
}

export type RefuseFault = Extract<Fault, { type: "refuse" }>;

export interface FaultDesk {
  readonly orders: readonly FaultOrder[];
  /** False when there are too many already. */
  order(order: FaultOrder): boolean;
  /** The refusal for the request that is at the door of this region now, if one was ordered. */
  takeRefusal(region: string | undefined): RefuseFault | undefined;
  /** What the stream that opens now has to suffer. */
  takeForStream(region: string): readonly FaultOrder[];
  clear(): void;
}

/** Faults after which a stream is over. */
export const isTerminal = (fault: Fault): boolean =>
  fault.type === "exception" ||
  fault.type === "error" ||
  fault.type === "internal531" ||
  fault.type === "close" ||
  fault.type === "cut";

export function createFaultDesk(): FaultDesk {
  let orders: FaultOrder[] = [];

  const isFor = (order: FaultOrder, region: string | undefined): boolean =>
    order.region === undefined || order.region === region;

  const useOne = (order: FaultOrder): readonly FaultOrder[] =>
    order.times > 1 ? [{ ...order, times: order.times - 1 }] : [];

  return {
    get orders() {
      return orders;
    },
    order(order) {
      if (orders.length >= LIMITS.faultOrders) return false;
      orders.push(order);
      return true;
    },
    takeRefusal(region) {
      const index = orders.findIndex((order) => order.fault.type === "refuse" && isFor(order, region));
      const found = orders[index];
      if (found?.fault.type !== "refuse") return undefined;
      orders.splice(index, 1, ...useOne(found));
      return found.fault;
    },
    takeForStream(region) {
      const waiting = orders.filter((order) => order.fault.type !== "refuse" && isFor(order, region));
      // Of the faults that end a stream, the first is enough; the others are for the streams after it.
      const deadly = waiting.find((order) => isTerminal(order.fault));
      const taken = waiting.filter((order) => order === deadly || !isTerminal(order.fault));
      orders = orders.flatMap((order) => {
        if (order === deadly) return useOne(order);
        return taken.includes(order) ? [] : [order];
      });
      return taken.map((order) => (order === deadly ? { ...order, times: 1 } : order));
    },
    clear() {
      orders = [];
    },
  };
}
