/**
 * Whether an upgrade request may enter a session: by its one ticket, or by the token of a client that comes back. The
 * edge has verified both; here they must be of this session, as it is now.
 */
import type { GatewayErrorCode } from "../base/errors.ts";
import { RESUME_HEADER, TICKET_ID_HEADER } from "./session-rpc.ts";
import type { SessionRow } from "./session-store.ts";

export type Entry =
  | { readonly type: "opens" }
  | { readonly type: "returns" }
  | { readonly type: "refused"; readonly why: GatewayErrorCode };

/** `row` null where no session was ever made, or where it was deleted. `now` in ms since the Unix epoch. */
export function entryOf(row: SessionRow | null, request: Request, now: number): Entry {
  const refused = (why: GatewayErrorCode): Entry => ({ type: "refused", why });
  if (!row) return refused("session_unknown");
  if (row.endedAt !== null) return refused("session_ended");
  const { init, ticketSpentAt } = row;
  if (request.headers.has(RESUME_HEADER))
    return init.resumeToken === null || ticketSpentAt === null
      ? refused("resume_invalid")
      : { type: "returns" };
  if (request.headers.get(TICKET_ID_HEADER) !== init.ticket.id) return refused("ticket_invalid");
  if (ticketSpentAt !== null) return refused("ticket_spent");
  return init.ticket.expiresAt < now ? refused("ticket_expired") : { type: "opens" };
}
