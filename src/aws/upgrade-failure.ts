/**
 * Why a WebSocket did not open.
 */

/** All words in it are redacted. */
export type UpgradeFailure =
  /** Somebody answered, and the answer was not an upgrade. */
  | {
      readonly type: "refused";
      /** HTTP status. */
      readonly status: number;
      /** `x-amzn-errortype`, without what follows a colon in it; "" when there is none. */
      readonly errorType: string;
      readonly message: string;
    }
  /** Nobody answered in time, or at all. */
  | { readonly type: "unreachable"; readonly cause: string };
