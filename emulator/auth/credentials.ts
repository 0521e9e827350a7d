/**
 * Whose signatures the emulator accepts.
 */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set: every request must carry exactly this token. Absent: none may carry one, as with a long-term key. */
  readonly sessionToken?: string;
  /** ms since 1970; from then on they are refused as expired. */
  readonly expiresAt?: number;
  /** The access key that temporary credentials were given to: it is one account's. */
  readonly issuedTo?: string;
}

/** Accepted when nothing else is said. No AWS account has this key. */
export const DEFAULT_CREDENTIALS: Credentials = {
  accessKeyId: "AKIDEMULATOR",
  secretAccessKey: "emulator-secret-key-not-for-aws",
};
