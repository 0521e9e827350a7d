/**
 * `DELETE /v1/callers`: forgets a caller, everywhere.
 */
import { gatewayError } from "../base/errors.ts";
import { empty, failure } from "./answers.ts";
import { withCaller } from "./caller-memories.ts";
import { eraseEverything } from "./erasure.ts";

export const eraseCaller = withCaller(async (remembered, { sessions, log }) => {
  const erasure = await eraseEverything(remembered, sessions);
  switch (erasure.type) {
    case "unknown":
      return failure(gatewayError("caller_unknown"));
    case "erased": {
      const { entries, sessions: ended } = erasure;
      log("info", "caller_erased", { entries, sessions: ended, stores: remembered.beside.length });
      return empty(204);
    }
    case "incomplete": {
      const left = erasure.left.join(", ");
      const seconds = Math.ceil(erasure.againMs / 1000);
      log("error", "caller_erasure_incomplete", { left, cause: erasure.causes.join("; ") });
      return failure(gatewayError("erasure_incomplete", `left: ${left}`), {
        "retry-after": String(seconds),
      });
    }
  }
});
