/** Fresh identifiers. Injected, so that tests can count instead of rolling dice. */
export interface Ids {
  /** A new random UUID (RFC 9562, version 4). */
  uuid(): string;
}

export const randomIds: Ids = { uuid: () => crypto.randomUUID() };
