/**
 * Credentials that expire, renewed before they do. Whoever asks gets those there are at once; while they are good,
 * nobody waits for new ones, and nobody notices when there are none to be had just now.
 */
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import type { TemporaryCredentials } from "./assume-role.ts";
import { type CallFailure, describeCallFailure } from "./call-failure.ts";
import { type CredentialSource, type Credentials, NoCredentials } from "./credentials.ts";

export interface RenewalParts {
  /** Never rejects. */
  readonly renew: () => Promise<Result<TemporaryCredentials, CallFailure>>;
  readonly clock: AlarmClock;
  readonly log: Log;
}

type Renewed = Result<TemporaryCredentials, CallFailure>;

export class RenewedCredentials implements CredentialSource {
  readonly #parts: RenewalParts;
  #current: TemporaryCredentials | null = null;
  /** Under way; everybody who has to wait waits for the same one. */
  #flight: { readonly since: number; readonly done: Promise<Renewed> } | null = null;
  /** After a failure nobody tries before, as long as the present ones are good. */
  #notBefore = 0;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  get(): Credentials | Promise<Credentials> {
    const now = this.#parts.clock.now();
    const current = this.#current;
    const left = current === null ? 0 : current.expiresAt - now;
    if (current === null || left <= LIMITS.credentialsLeastMs) return this.#wait();
    if (left <= LIMITS.credentialsEarlyMs && now >= this.#notBefore && !this.#flying(now)) void this.#renew();
    return current;
  }

  expired(credentials: Credentials): boolean {
    // Somebody else may have said so, and there are new ones already.
    if (this.#current?.accessKeyId === credentials.accessKeyId) this.#current = null;
    return true;
  }

  #flying(now: number): boolean {
    return this.#flight !== null && now - this.#flight.since < LIMITS.stsMs;
  }

  async #wait(): Promise<Credentials> {
    const { clock } = this.#parts;
    const flight = this.#flying(clock.now()) ? this.#flight : null;
    const joined = flight === null ? null : await orNull(flight.done, LIMITS.stsMs, clock);
    // Whoever began it may be gone, and its call with it: then we ask ourselves.
    const renewed = joined ?? (await this.#renew());
    if (renewed.ok) return renewed.value;
    throw new NoCredentials(describeCallFailure(renewed.error), passes(renewed.error));
  }

  #renew(): Promise<Renewed> {
    const done = this.#parts.renew().then((renewed) => {
      if (this.#flight?.done === done) this.#flight = null;
      if (renewed.ok) this.#current = renewed.value;
      else {
        this.#notBefore = this.#parts.clock.now() + LIMITS.credentialsRetryMs;
        this.#parts.log("error", "credentials_not_renewed", { cause: describeCallFailure(renewed.error) });
      }
      return renewed;
    });
    this.#flight = { since: this.#parts.clock.now(), done };
    return done;
  }
}

/** What is refused for who we are, or for what we ask, will be refused again. */
const passes = (failure: CallFailure): boolean =>
  failure.type !== "refused" || (failure.kind !== "denied" && failure.kind !== "invalid");

const orNull = <T>(done: Promise<T>, ms: number, clock: AlarmClock): Promise<T | null> =>
  new Promise((resolve) => {
    const stop = clock.after(ms, () => resolve(null));
    void done.then((value) => {
      stop();
      resolve(value);
    });
  });
