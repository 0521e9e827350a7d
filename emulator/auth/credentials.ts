/**
 * Whose signatures the emulator accepts.
 */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set: every request must carry exactly this token. Absent: none may carry one, as with a long-term key. */
  readonly sessionToken?: string;
}

/** Accepted when nothing else is said. No AWS account has this key. */
export const DEFAULT_CREDENTIALS: Credentials = {
  accessKeyId: "AKIDEMULATOR",
  secretAccessKey: "emulator-secret-key-not-for-aws",
};
