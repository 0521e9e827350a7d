/**
 * The edge's view of the session objects: found by name, talked to through `VoiceSessionRpc`, and nothing more.
 */
import type { VoiceSessionRpc } from "../durable/session-rpc.ts";
import type { LocationHint } from "./placement.ts";

export interface SessionStub extends VoiceSessionRpc {
  /** Takes an upgrade request whose ticket was verified. */
  fetch(request: Request): Promise<Response>;
}

/** What of a `DurableObjectNamespace` is used here. */
export interface SessionNamespace {
  getByName(name: string, options?: { locationHint?: LocationHint }): SessionStub;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * A session's id as it names its object, or null for what is no id: asking for an object by any name makes one, so a
 * name is checked first. UUIDs are read without regard to case (RFC 9562 section 4).
 */
export const sessionIdOf = (text: string): string | null => {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : null;
};
