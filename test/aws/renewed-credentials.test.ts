import { describe, expect, it } from "vitest";
import type { TemporaryCredentials } from "../../src/aws/assume-role.ts";
import type { CallFailure } from "../../src/aws/call-failure.ts";
import { credentialSource, liveCredentials } from "../../src/aws/credential-source.ts";
import { NoCredentials } from "../../src/aws/credentials.ts";
import { RenewedCredentials } from "../../src/aws/renewed-credentials.ts";
import { type AlarmClock, systemClock } from "../../src/base/clock.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { err, ok, type Result } from "../../src/base/result.ts";

const THROTTLED: CallFailure = {
  type: "refused",
  kind: "throttled",
  status: 400,
  errorType: "Throttling",
  message: "Rate exceeded",
  retryAfterMs: null,
};
const DENIED: CallFailure = { ...THROTTLED, kind: "denied", errorType: "AccessDenied", message: "no" };

/** A source whose STS and clock are in our hands. */
function world() {
  let now = Date.UTC(2026, 10, 22);
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const clock: AlarmClock = {
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const asked: ((answer: Result<TemporaryCredentials, CallFailure>) => void)[] = [];
  const logged: string[] = [];
  const source = new RenewedCredentials({
    renew: () => new Promise((resolve) => asked.push(resolve)),
    clock,
    log: (level, event, fields) => logged.push(`${level} ${event}: ${fields?.cause}`),
  });
  const credentials = (name: string): TemporaryCredentials => ({
    accessKeyId: name,
    secretAccessKey: `secret-of-${name}`,
    sessionToken: "token",
    expiresAt: now + LIMITS.roleMs,
  });
  return {
    source,
    asked,
    logged,
    /** STS answers the call it was asked as number `index`. */
    give: async (index: number, name: string) => {
      asked[index]?.(ok(credentials(name)));
      await Promise.resolve();
    },
    fail: async (index: number, failure: CallFailure) => {
      asked[index]?.(err(failure));
      await Promise.resolve();
    },
    pass: (ms: number) => {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.run();
      }
    },
    nameOf: async () => (await source.get()).accessKeyId,
  };
}

describe("credentials that expire", () => {
  it("are fetched once, however many ask at the same time", async () => {
    const { nameOf, asked, give } = world();
    const waiting = [nameOf(), nameOf(), nameOf()];
    await give(0, "first");
    expect(await Promise.all(waiting)).toEqual(["first", "first", "first"]);
    expect(await nameOf()).toBe("first");
    expect(asked).toHaveLength(1);
  });

  it("are renewed early, and those there are serve meanwhile without waiting", async () => {
    const { source, nameOf, asked, give, pass } = world();
    const first = nameOf();
    await give(0, "first");
    await first;
    pass(LIMITS.roleMs - LIMITS.credentialsEarlyMs - 1);
    expect(source.get()).toMatchObject({ accessKeyId: "first" });
    expect(asked).toHaveLength(1);
    pass(1);
    expect(source.get()).toMatchObject({ accessKeyId: "first" });
    expect(source.get()).toMatchObject({ accessKeyId: "first" });
    expect(asked).toHaveLength(2);
    await give(1, "second");
    expect(source.get()).toMatchObject({ accessKeyId: "second" });
  });

  it("are renewed before any stream that was opened with them can outlive them", () => {
    expect(LIMITS.credentialsEarlyMs).toBeGreaterThan(LIMITS.streamMaxMs);
  });

  it("serve on when a renewal fails; it is told, and tried again a little later", async () => {
    const { source, nameOf, asked, give, fail, logged, pass } = world();
    const first = nameOf();
    await give(0, "first");
    await first;
    pass(LIMITS.roleMs - LIMITS.credentialsEarlyMs);
    source.get();
    await fail(1, THROTTLED);
    expect(logged).toEqual(["error credentials_not_renewed: HTTP 400 Throttling Rate exceeded"]);
    expect(source.get()).toMatchObject({ accessKeyId: "first" });
    expect(asked).toHaveLength(2);
    pass(LIMITS.credentialsRetryMs);
    expect(source.get()).toMatchObject({ accessKeyId: "first" });
    expect(asked).toHaveLength(3);
    await give(2, "second");
    expect(source.get()).toMatchObject({ accessKeyId: "second" });
  });

  it("are not used in their last seconds: whoever asks then waits", async () => {
    const { source, nameOf, give, pass } = world();
    const first = nameOf();
    await give(0, "first");
    await first;
    pass(LIMITS.roleMs - LIMITS.credentialsLeastMs);
    const waiting = source.get();
    expect(waiting).toBeInstanceOf(Promise);
    await give(1, "second");
    expect(await waiting).toMatchObject({ accessKeyId: "second" });
  });

  it.each([
    [THROTTLED, true],
    [{ type: "unreachable", cause: "no route" } as const, true],
    [DENIED, false],
  ])("are none when there never were any: %j passes: %s", async (failure, passes) => {
    const { source, fail } = world();
    const waiting = Promise.resolve(source.get()).catch((error: unknown) => error);
    await fail(0, failure);
    const error = await waiting;
    expect(error).toBeInstanceOf(NoCredentials);
    expect(error).toMatchObject({ passes });
  });

  it("are asked for anew when whoever asked for them has gone and never hears", async () => {
    const { nameOf, asked, give, pass } = world();
    void nameOf();
    const second = nameOf();
    pass(LIMITS.stsMs);
    await new Promise((done) => setImmediate(done));
    expect(asked).toHaveLength(2);
    await give(1, "second");
    expect(await second).toBe("second");
  });

  it("that AWS calls expired are not used again", async () => {
    const { source, nameOf, give } = world();
    const first = nameOf();
    await give(0, "first");
    await first;
    expect(source.expired({ accessKeyId: "somebody's", secretAccessKey: "x" })).toBe(true);
    expect(source.get()).toMatchObject({ accessKeyId: "first" });
    source.expired({ accessKeyId: "first", secretAccessKey: "x" });
    const second = nameOf();
    await give(1, "second");
    expect(await second).toBe("second");
  });
});

describe("a deployment's credentials", () => {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: null };
  const role = { arn: "arn:aws:iam::123456789012:role/antiphon", externalId: null };
  const log = () => undefined;

  it("are those of its settings when it takes no role", () => {
    const source = credentialSource({ credentials, region: null, role: null }, systemClock, log);
    expect(source.get()).toBe(credentials);
    expect(source.expired?.(credentials) ?? false).toBe(false);
  });

  it("are one source for all sessions, until the settings change", () => {
    const source = (arn = role.arn) =>
      credentialSource({ credentials, region: null, role: { ...role, arn } }, systemClock, log);
    expect(source()).toBe(source());
    expect(source(`${role.arn}-other`)).not.toBe(source());
  });

  it("are the newest whenever they are read, for those who keep them", async () => {
    const { source, asked, give, pass } = world();
    const coming = liveCredentials(source);
    await give(0, "first");
    const live = await coming;
    const { accessKeyId, secretAccessKey } = live;
    expect({ accessKeyId, secretAccessKey }).toEqual({
      accessKeyId: "first",
      secretAccessKey: "secret-of-first",
    });
    pass(LIMITS.roleMs - LIMITS.credentialsEarlyMs);
    expect(live.accessKeyId).toBe("first");
    expect(asked).toHaveLength(2);
    await give(1, "second");
    expect(live.secretAccessKey).toBe("secret-of-second");
    expect(live.sessionToken).toBe("token");
  });

  it("are nobody's where there are none, rather than the key that may only take the role", async () => {
    const { source, fail } = world();
    const coming = liveCredentials(source);
    await fail(0, DENIED);
    expect(await coming).toMatchObject({ accessKeyId: "none" });
  });
});
