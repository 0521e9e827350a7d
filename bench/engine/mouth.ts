/**
 * How the engine speaks through a door. Sounds are made first and sent then, so that the moment between the two can be
 * written down.
 */
export interface Mouth {
  /** Whether a tool can be asked for through this door. */
  readonly usesTools: boolean;
  speech(edge: "started" | "stopped"): void;
  askTool(turn: number): void;
  beginAnswer(turn: number): void;
  /** One piece of speech as this door's message. */
  sound(pcm: Buffer): Uint8Array;
  send(message: Uint8Array): void;
  endAnswer(turn: number): void;
  interrupt(turn: number): void;
}
