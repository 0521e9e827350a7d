/**
 * What the engine knows of a door: somewhere to write transport messages, and three ways to stop.
 */
export interface Line {
  /** The client's prologue has been taken: an HTTP/2 door may send its response headers now. */
  accept(): void;
  /** One transport message: a binary WebSocket message, or a DATA frame. */
  write(bytes: Uint8Array): void;
  /** A text message where the door has such a thing, otherwise the same bytes. */
  writeText(text: string): void;
  /** Ends in order: WebSocket close 1000, or END_STREAM. */
  end(): void;
  /** Drops the connection with no word. */
  cut(): void;
}
