import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { verifyRequest } from "../../../emulator/auth/request-signature.ts";
import { readTarget } from "../../../emulator/doors/reception.ts";

/** Bytes made by the AWS SDK and by an independent implementation, with AWS's example keys. */
const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/aws-eventstream.json", import.meta.url), "utf8"),
);

const urls: readonly [string, string, string | undefined][] = [
  ...Object.entries<{ url: string }>(vectors.sdk),
  ...Object.entries<{ url: string }>(vectors.computed),
].map(([name, { url }]) => [name, url, /withSessionToken_(\w+)/.exec(name)?.[1]]);

const verify = (url: string, options: { token?: string | undefined; now?: number; region?: string } = {}) => {
  const { host, pathname, search } = new URL(url);
  const target = readTarget(pathname + search);
  if (target === undefined) throw new Error("not a URL");
  return verifyRequest(
    { method: "GET", ...target, headers: { host } },
    {
      credentials: [
        {
          accessKeyId: vectors.accessKeyId,
          secretAccessKey: vectors.secretAccessKey,
          ...(options.token === undefined ? {} : { sessionToken: options.token }),
        },
      ],
      wallNow: () => options.now ?? vectors.clockMs,
      ...(options.region === undefined ? {} : { region: options.region }),
    },
  );
};

describe("the golden URL", () => {
  test.each(urls)("%s is accepted", async (_, url, token) => {
    const verified = await verify(url, { token });
    expect(verified).toMatchObject({
      ok: true,
      value: { region: "us-east-1", seed: new URL(url).searchParams.get("X-Amz-Signature") },
    });
  });

  test.each(urls)("%s is refused when any part of it is changed", async (_, url, token) => {
    const changed = [
      url.replace("-websocket?", "-websockets?"),
      url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"),
      url.replace("bedrock-runtime.us-east-1", "bedrock-runtime.us-east-2"),
      `${url}&extra=1`,
      url.replace(/Signature=./, (start) => `${start.slice(0, -1)}${start.endsWith("0") ? "1" : "0"}`),
    ];
    const errorType = "InvalidSignatureException";
    for (const other of changed) {
      expect(await verify(other, { token })).toMatchObject({ ok: false, error: { status: 403, errorType } });
    }
  });
});

describe("a presigned URL", () => {
  const url = vectors.sdk.noToken.url;
  const refusal = (status: number, errorType: string, message?: string | RegExp) => ({
    ok: false,
    error: {
      status,
      errorType,
      message: message === undefined ? expect.any(String) : expect.stringMatching(message),
    },
  });

  test("holds for as long as it says, and no longer", async () => {
    const signed = Date.parse("2026-11-22T12:00:00Z");
    expect((await verify(url, { now: signed + 60_000 })).ok).toBe(true);
    expect(await verify(url, { now: signed + 60_001 })).toEqual(
      refusal(403, "InvalidSignatureException", /^Signature expired: 20261122T120000Z is now earlier than /),
    );
    expect((await verify(url, { now: signed - 299_000 })).ok).toBe(true);
    expect(await verify(url, { now: signed - 301_000 })).toEqual(
      refusal(403, "InvalidSignatureException", /^Signature not yet current/),
    );
  });

  test("of an unknown key is refused", async () => {
    expect(await verify(url.replace("AKIDEXAMPLE", "AKIDOTHER"))).toEqual(
      refusal(403, "UnrecognizedClientException", "^The security token included in the request is invalid.$"),
    );
  });

  test.each([
    ["is missing", url, "AQoDYXdzEXAMPLE"],
    ["is another one", vectors.sdk.withSessionToken_AQoDYXdzEXAMPLE.url, "another"],
    ["comes with a long-term key", vectors.sdk.withSessionToken_AQoDYXdzEXAMPLE.url, undefined],
  ])("whose session token %s is refused", async (_, presigned, token) => {
    expect(await verify(presigned, { token })).toEqual(refusal(403, "UnrecognizedClientException"));
  });

  test.each([
    ["another service", "%2Fbedrock%2F", "%2Fs3%2F", /correct service: 'bedrock'/],
    ["no region", "us-east-1%2Fbedrock", "nowhere%2Fbedrock", /valid region/],
    ["another day", "%2F20261122%2F", "%2F20261121%2F", /Date in Credential scope does not match/],
  ])("scoped to %s is refused", async (_, from, to, message) => {
    expect(await verify(url.replace(from, to))).toEqual(refusal(403, "InvalidSignatureException", message));
  });

  test("for another region than the one that is served is refused", async () => {
    expect(await verify(url, { region: "eu-north-1" })).toEqual(
      refusal(403, "InvalidSignatureException", /valid region, not 'us-east-1'/),
    );
    expect((await verify(url, { region: "us-east-1" })).ok).toBe(true);
  });

  test.each(["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"])(
    "without X-Amz-%s is incomplete",
    async (name) => {
      const cut = url.replace(new RegExp(`X-Amz-${name}=[^&]*&?`), "");
      expect(await verify(cut)).toEqual(
        refusal(403, "IncompleteSignatureException", new RegExp(`X-Amz-${name}`)),
      );
    },
  );

  test.each([
    ["no signature at all", /\?.*/, "", "MissingAuthenticationTokenException"],
    ["a parameter twice", /$/, "&X-Amz-Date=20261122T120000Z", "IncompleteSignatureException"],
    ["another algorithm", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "IncompleteSignatureException"],
    ["a credential with too few parts", "%2Faws4_request", "", "IncompleteSignatureException"],
    ["an expiry of zero", "Expires=60", "Expires=0", "InvalidSignatureException"],
    ["an expiry beyond a week", "Expires=60", "Expires=604801", "InvalidSignatureException"],
    ["an expiry that is no number", "Expires=60", "Expires=1e3", "InvalidSignatureException"],
    ["a date that is none", /X-Amz-Date=[^&]*/, "X-Amz-Date=20261122T996161Z", "InvalidSignatureException"],
    ["a host that is not signed", "SignedHeaders=host", "SignedHeaders=x-other", "InvalidSignatureException"],
    [
      "a signed header that is not there",
      "SignedHeaders=host",
      "SignedHeaders=host%3Bx-other",
      "InvalidSignatureException",
    ],
    ["a signature of another length", /Signature=[0-9a-f]+/, "Signature=00", "InvalidSignatureException"],
    ["a parameter called __proto__", /$/, "&__proto__=x", "InvalidSignatureException"],
  ])("with %s is refused", async (_, from, to, errorType) => {
    expect(await verify(url.replace(from, to))).toEqual(refusal(403, errorType));
  });
});

describe("a bearer key", () => {
  test("is refused in AWS's words", async () => {
    const verified = await verifyRequest(
      {
        method: "POST",
        path: "/model/amazon.nova-2-5-sonic/invoke-with-bidirectional-stream",
        query: new Map(),
        headers: { authorization: "Bearer ABSKexample" },
      },
      { credentials: [], wallNow: Date.now },
    );
    expect(verified).toEqual({
      ok: false,
      error: {
        status: 403,
        errorType: "AccessDeniedException",
        message: "This operation does not support API Keys",
      },
    });
  });
});
