/**
 * All calls of one measurement, and the one timer that lets them speak.
 */
import { nanoseconds } from "../calls/clock.ts";
import { type CallPlan, callOf, frameOf } from "../calls/plan.ts";
import { type EngineNotes, encodeStamps } from "./call-book.ts";
import type { Mouth } from "./mouth.ts";
import { Talk } from "./talk.ts";

/** Ms between two looks at who is to speak. */
const TICK_MS = 1;
/** More of the same help nobody. */
const FAULTS_KEPT = 20;

export class House {
  #plan: CallPlan | null = null;
  #talks: readonly Talk[] = [];
  #notes: EngineNotes = { admissions: [], faults: [] };

  constructor() {
    const tick = (): void => {
      setTimeout(tick, TICK_MS);
      const now = nanoseconds();
      for (const talk of this.#talks) talk.speak(now);
    };
    tick();
  }

  /** A new measurement: what was written down before is forgotten. */
  begin(plan: CallPlan): void {
    this.#plan = plan;
    this.#notes = { admissions: [], faults: [] };
    this.#talks = Array.from({ length: plan.calls }, (_, call) => new Talk(plan, call));
  }

  get plan(): CallPlan | null {
    return this.#plan;
  }

  /** A stream was let in, which took so many ns. */
  admitted(ns: number): void {
    this.#notes.admissions.push(ns);
  }

  fault(words: string): void {
    if (this.#notes.faults.length < FAULTS_KEPT) this.#notes.faults.push(words);
  }

  /** A frame came at `at`; gives the talk that it belongs to. */
  hear(mark: number, at: number, mouth: Mouth): Talk | null {
    const talk = this.#talks[callOf(mark)] ?? null;
    talk?.hear(frameOf(mark), at, mouth);
    return talk;
  }

  get notes(): EngineNotes {
    return this.#notes;
  }

  stamps(): Buffer {
    return encodeStamps(
      this.#notes,
      this.#talks.map(({ book }) => book),
    );
  }
}
