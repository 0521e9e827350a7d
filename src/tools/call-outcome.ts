/**
 * An HTTP call that came to nothing, as a tool's outcome.
 */
import type { CallFailure } from "../aws/call-failure.ts";
import { type FailedOutcome, failed } from "../conversation/tool-failure.ts";

/** The caller is told what it means for them; why is for the log. */
export function callOutcome(failure: CallFailure): FailedOutcome {
  switch (failure.type) {
    case "timeout":
      return failed("timeout");
    case "aborted":
      return failed("cancelled");
    case "too_large":
      return failed("too_large");
    case "unreadable":
      return failed("bad_result");
    case "unreachable":
      return failed("unreachable");
    case "refused":
      switch (failure.kind) {
        case "throttled":
        case "conflict":
          return failed("too_many");
        case "inner":
          return failed("threw");
        default:
          return failed("unreachable");
      }
  }
}
