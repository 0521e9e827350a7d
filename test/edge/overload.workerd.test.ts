/**
 * What the platform itself throws when an object is lost while it is asked.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { overloadOf } from "../../src/edge/overload.ts";

it("a question to an object that was lost under it is told as one to ask again", async () => {
  const object = env.SESSIONS.getByName("a-session-that-is-lost");
  await runInDurableObject(object, (_, state) => state.abort("lost by a test")).catch(() => undefined);
  const thrown = await object.status().catch((cause: unknown) => cause);
  expect(thrown).toMatchObject({ durableObjectReset: true });
  expect(overloadOf(thrown)).toMatchObject({ code: "overloaded" });
  // Whoever asks again asks another one, which answers.
  expect(await env.SESSIONS.getByName("a-session-that-is-lost").status()).toMatchObject({
    error: { code: "session_unknown" },
  });
});
