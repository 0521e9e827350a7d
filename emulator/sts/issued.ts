/**
 * Temporary credentials that this emulator has given out, and accepts until they expire.
 */
import { randomBytes } from "node:crypto";
import type { Credentials } from "../auth/credentials.ts";
import { LIMITS } from "../limits.ts";

export interface Temporary extends Credentials {
  readonly sessionToken: string;
  /** ms since 1970 */
  readonly expiresAt: number;
}

export interface Issued {
  /** The newest; those given out long ago are forgotten, and then unknown. */
  readonly all: readonly Credentials[];
  /** @param issuedTo Whose key asked for them. */
  issue(issuedTo: string, expiresAt: number): Temporary;
  /** From now on they are refused as expired. */
  expire(now: number): void;
}

export function createIssued(): Issued {
  let all: readonly Temporary[] = [];
  return {
    get all() {
      return all;
    },
    issue(issuedTo, expiresAt) {
      const issued = {
        accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString("base64"),
        sessionToken: randomBytes(300).toString("base64"),
        expiresAt,
        issuedTo,
      };
      all = [...all, issued].slice(-LIMITS.issuedKept);
      return issued;
    },
    expire(now) {
      all = all.map((each) => ({ ...each, expiresAt: Math.min(each.expiresAt, now) }));
    },
  };
}
