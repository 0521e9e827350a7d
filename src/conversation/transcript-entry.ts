/**
 * What stays on record of a conversation.
 */
import type { Json } from "../base/json.ts";
import type { ToolOutcome, TransitionCause } from "./events.ts";

/** One thing said or done, as it stays on record. */
export type TranscriptEntry =
  | {
      readonly type: "caller";
      /** Its place on record, from 0. An entry kept again under the same index replaces the earlier one. */
      readonly index: number;
      readonly turn: number;
      /** Ms since the Unix epoch. */
      readonly at: number;
      /** The segment in which it was said or done. */
      readonly segment: string;
      readonly text: string;
      readonly typed: boolean;
      /** The model's filters refused these words: no stream is told of them again. */
      readonly withheld?: true;
    }
  | {
      readonly type: "agent";
      readonly index: number;
      readonly turn: number;
      readonly at: number;
      readonly segment: string;
      /** What was heard, not what was planned. */
      readonly text: string;
      readonly interrupted: boolean;
    }
  | {
      readonly type: "tool";
      readonly index: number;
      readonly turn: number;
      readonly at: number;
      readonly segment: string;
      readonly call: string;
      readonly name: string;
      readonly arguments: Json;
      readonly outcome: ToolOutcome;
      readonly ms: number;
    }
  /** The talk moved to `segment`. */
  | {
      readonly type: "transition";
      readonly index: number;
      readonly turn: number;
      readonly at: number;
      readonly segment: string;
      readonly from: string;
      readonly by: TransitionCause;
    };
