/**
 * The gateway's own share of a frame's time, up and down, as means since they were last read.
 */
import type { GatewayShare } from "../conversation/events.ts";

export class Stopwatch {
  #up = { ms: 0, frames: 0 };
  #down = { ms: 0, frames: 0 };

  /** A frame that arrived at `since` (as `performance.now()`, in ms) has left. */
  lap(direction: "up" | "down", since: number): void {
    const sum = direction === "up" ? this.#up : this.#down;
    sum.ms += performance.now() - since;
    sum.frames++;
  }

  read(): GatewayShare {
    const mean = ({ ms, frames }: { ms: number; frames: number }) =>
      frames === 0 ? null : Math.round((ms / frames) * 1000) / 1000;
    const share = { upMs: mean(this.#up), downMs: mean(this.#down) };
    this.#up = { ms: 0, frames: 0 };
    this.#down = { ms: 0, frames: 0 };
    return share;
  }
}
