/**
 * What the load generator is told to do, and what it tells when it is done.
 */
import type { Distribution } from "../calls/distribution.ts";
import type { CallPlan } from "../calls/plan.ts";
import type { Reach } from "../subjects/subject.ts";
import type { CallFigures } from "./figures.ts";
import type { Openings } from "./openings.ts";

export interface LoadOrder {
  readonly plan: CallPlan;
  readonly reach: Reach;
  /** Where the engine's control endpoint is. */
  readonly engine: string;
  /** How often the opening of a call is measured, while the calls warm up. */
  readonly openings: number;
  readonly warmUpMs: number;
  /** That count. */
  readonly seconds: number;
  /** The subject's own processes. */
  readonly pids: readonly number[];
  readonly enginePids: readonly number[];
  /** Where the report goes. */
  readonly file: string;
}

export interface LoadReport {
  readonly figures: CallFigures;
  readonly openings: Openings | null;
  /** Ms that the engine itself took to let a stream in: contained in what openings took. */
  readonly engineAdmission: Distribution | null;
  /** Ms that no new frame of the caller's reached the model while its call moved to a fresh stream, beyond a frame's own. */
  readonly handOvers: Distribution | null;
  readonly processor: {
    /** Of the subject's own processes; null where there are none, or it cannot be known. */
    readonly own: {
      /** Ms of processor time for a minute of one caller's audio. */
      readonly perMinute: number;
      readonly quarters: readonly (number | null)[];
      /** Share of the time that its threads were ready and others had the processor. */
      readonly waited: number;
    } | null;
    /** The same shares of the engine and the load generator. */
    readonly harness: { readonly ran: number; readonly waited: number } | null;
  };
  /** Bytes. */
  readonly memory: { readonly before: number; readonly during: number; readonly perCall: number } | null;
  /** Bytes on the client's wire for a byte of audio. */
  readonly wirePerAudio: { readonly up: number; readonly down: number } | null;
  readonly faults: readonly string[];
}
