/**
 * Faults that the control endpoint can order for the next calls of a service.
 */
import * as z from "zod";
import { LIMITS } from "../limits.ts";
import { EXCEPTIONS } from "../seams.ts";
import { SERVICES, type ServiceName } from "./service.ts";

const message = z.string().max(2000).exactOptional();
/** Longer than anybody waits for an answer. */
const ms = z.number().int().min(0).max(600_000);

export const serviceFaultSchema = z.discriminatedUnion("type", [
  /** Answer with this status; `now` only. */
  z.strictObject({
    type: z.literal("refuse"),
    status: z.literal([400, 401, 402, 403, 404, 408, 409, 413, 424, 429, 500, 502, 503]),
    errorType: z.string().max(100).exactOptional(),
    message,
  }),
  /** A stream says in its own words that it broke; anything else is refused with that exception's status. */
  z.strictObject({ type: z.literal("exception"), exception: z.enum(EXCEPTIONS), message }),
  /** Drop the connection. */
  z.strictObject({ type: z.literal("cut") }),
  /** Send nothing for so long, or until the client gives up. */
  z.strictObject({ type: z.literal("stall"), ms: ms.exactOptional() }),
  /** Begin to answer so much later. */
  z.strictObject({ type: z.literal("slow_first_byte"), ms }),
  /** Status 200, and bytes that mean nothing. */
  z.strictObject({ type: z.literal("garbage") }),
]);
export type ServiceFault = z.infer<typeof serviceFaultSchema>;

export const serviceFaultRequest = z
  .strictObject({
    service: z.enum(SERVICES),
    fault: serviceFaultSchema,
    /** Before the answer, or when half of it has been sent. */
    when: z.enum(["now", "mid_answer"]).default("now"),
    /** So many calls have it, one after the other. */
    times: z.number().int().min(1).max(1000).default(1),
  })
  .refine(({ fault, when }) => when === "now" || !ONLY_BEFORE.has(fault.type), {
    path: ["when"],
    message: "refuse, slow_first_byte and garbage come before an answer, so only now",
  });

const ONLY_BEFORE: ReadonlySet<ServiceFault["type"]> = new Set(["refuse", "slow_first_byte", "garbage"]);

export interface ServiceOrder {
  readonly fault: ServiceFault;
  readonly when: "now" | "mid_answer";
}

export interface ServiceDesk {
  /** Orders that wait. */
  readonly waiting: number;
  /** False when there are too many already. */
  order(service: ServiceName, order: ServiceOrder, times: number): boolean;
  /** What the call that begins now has to suffer: one order, the oldest. */
  take(service: ServiceName): ServiceOrder | undefined;
  clear(): void;
}

export function createServiceDesk(): ServiceDesk {
  let orders: { readonly service: ServiceName; readonly order: ServiceOrder; readonly times: number }[] = [];
  return {
    get waiting() {
      return orders.length;
    },
    order(service, order, times) {
      if (orders.length >= LIMITS.faultOrders) return false;
      orders.push({ service, order, times });
      return true;
    },
    take(service) {
      const index = orders.findIndex((each) => each.service === service);
      const found = orders[index];
      if (found === undefined) return undefined;
      orders = orders.toSpliced(index, 1, ...(found.times > 1 ? [{ ...found, times: found.times - 1 }] : []));
      return found.order;
    },
    clear() {
      orders = [];
    },
  };
}
