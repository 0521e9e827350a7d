/**
 * Streams with a role's credentials, against the emulator, which gives them out and checks every signature with them.
 */
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { credentialSource } from "../../src/aws/credential-source.ts";
import type { CredentialSource } from "../../src/aws/credentials.ts";
import { systemClock } from "../../src/base/clock.ts";
import { randomIds } from "../../src/base/ids.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ModelEvent } from "../../src/conversation/events.ts";
import { speechModels } from "../../src/model/doors.ts";
import { Arrivals } from "../workerd/arrivals.ts";
import { emulator, orderFault } from "../workerd/call.ts";
import { spec } from "./nova-sonic/spec.ts";

/** A role of its own for each test: a source is shared by all who have the same settings. */
const roleSource = (name: string): CredentialSource =>
  credentialSource(
    {
      credentials: {
        accessKeyId: "AKIDEMULATOR",
        secretAccessKey: "emulator-secret-key-not-for-aws",
        sessionToken: null,
      },
      role: { arn: `arn:aws:iam::123456789012:role/${name}`, externalId: null },
      stsEndpoint: env.EMULATOR_URL,
      region: null,
    },
    systemClock,
    () => undefined,
  );

const open = (credentials: CredentialSource) => {
  const told = new Arrivals<ModelEvent>();
  const model = speechModels({
    config: { endpoint: env.EMULATOR_URL, agentcoreEndpoint: null },
    credentials,
    ...{ session: "s", clock: systemClock, ids: randomIds, log: () => undefined },
  })(spec().model);
  const stream = model.open(spec(), (event) => told.push(event));
  return { stream, first: (type: ModelEvent["type"]) => told.first((event) => event.type === type), told };
};
const outcome = ({ told }: ReturnType<typeof open>) =>
  told.first(({ type }) => type === "opened" || type === "ended");

afterEach(() => emulator("/faults", { method: "DELETE" }));

it("a stream talks with a role's credentials, and tells when they expire", async () => {
  const call = open(roleSource("talks"));
  const opened = await outcome(call);
  if (opened.type !== "opened") throw new Error(JSON.stringify(opened));
  expect((opened.credentialsExpireAt ?? 0) - Date.now()).toBeGreaterThan(LIMITS.roleMs - 60_000);
  call.stream.begin(spec());
  call.stream.sendText("Hello");
  await call.first("agent_audio");
  call.stream.abort();
});

it("a stream that is open talks on when its credentials expire, and the next one gets others", async () => {
  const source = roleSource("expires");
  const call = open(source);
  await call.first("opened");
  call.stream.begin(spec());
  await emulator("/credentials", { method: "DELETE" });
  call.stream.sendText("Hello");
  await call.first("agent_audio");

  // AWS says so before our clock does: this one is worth another try, which has others.
  expect(await outcome(open(source))).toMatchObject({ type: "ended", end: { type: "lost" } });
  const next = open(source);
  expect(await outcome(next)).toMatchObject({ type: "opened" });
  next.stream.abort();
  call.stream.abort();
});

it("a stream is worth another try while STS has no time, and none where the role is denied", async () => {
  await orderFault({ service: "sts", fault: { type: "refuse", status: 503 } });
  const source = roleSource("busy");
  expect(await outcome(open(source))).toMatchObject({ type: "ended", end: { type: "lost" } });
  const next = open(source);
  expect(await outcome(next)).toMatchObject({ type: "opened" });
  next.stream.abort();
  expect(await outcome(open(roleSource("denied")))).toMatchObject({
    type: "ended",
    end: { type: "refused", cause: expect.stringContaining("sts:AssumeRole") },
  });
});
