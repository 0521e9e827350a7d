/** What AWS knows us by. Held in memory only; never logged, stored or sent (what is sent is a signature). */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials carry one; it goes into the signed URL. */
  readonly sessionToken?: string | null;
}
