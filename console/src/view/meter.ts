/**
 * A level meter: moves with every frame on the screen, tells assistive technology now and then.
 */
import { meterLevel } from "../audio/level.ts";

/** Share of the way down that the bar keeps per frame: falls softly, rises at once. */
const RELEASE = 0.88;
/** Ms between values for assistive technology; a meter that is read out is not read out 60 times a second. */
const TELL_EVERY = 500;

export class Meter {
  readonly #element: HTMLElement;
  readonly #told: HTMLMeterElement | null;
  #target = 0;
  #shown = 0;
  #toldAt = 0;
  #running = false;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#told = element.querySelector("meter");
  }

  /** @param rms root mean square, 0..1 */
  set(rms: number): void {
    this.#target = meterLevel(rms);
    this.#element.dataset.level = this.#target.toFixed(2);
    if (this.#running) return;
    this.#running = true;
    requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    this.#shown = Math.max(this.#target, this.#shown * RELEASE);
    if (this.#shown < 0.005) this.#shown = 0;
    this.#element.style.setProperty("--level", this.#shown.toFixed(3));
    if (now - this.#toldAt >= TELL_EVERY) {
      this.#toldAt = now;
      if (this.#told !== null) this.#told.value = Math.round(this.#shown * 100);
    }
    this.#running = this.#shown > 0 || this.#target > 0;
    if (this.#running) requestAnimationFrame((next) => this.#draw(next));
  }
}
