/** What AWS knows us by. Held in memory only; never logged, stored or sent (what is sent is a signature). */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials carry one; it goes into the signed URL. */
  readonly sessionToken?: string | null;
  /** Ms since the Unix epoch, where it is known that and when they expire. */
  readonly expiresAt?: number;
}

/** Where credentials come from: asked anew for every stream and call, and quick to answer. */
export interface CredentialSource {
  /** Rejects with `NoCredentials`. */
  get(): Credentials | Promise<Credentials>;
  /** AWS says that these have expired, whatever our clock says. True: others can be had. */
  expired?(credentials: Credentials): boolean;
}

/** There are none to be had. `passes`: there may be some later. */
export class NoCredentials extends Error {
  readonly passes: boolean;

  constructor(why: string, passes: boolean) {
    super(why);
    this.name = "NoCredentials";
    this.passes = passes;
  }
}
