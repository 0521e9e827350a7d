import { describe, expect, it } from "vitest";
import { bedrockEndpoint, bidirectionalStreamUrl } from "../../src/aws/endpoint.ts";
import { createEventSigner } from "../../src/aws/event-signer.ts";
import { decodeMessage, encodeMessage } from "../../src/aws/event-stream/codec.ts";
import { encodeHeaders } from "../../src/aws/event-stream/headers.ts";
import { presign } from "../../src/aws/presign.ts";
import { amzDate, signingKey, signingScope } from "../../src/aws/signing-key.ts";
import { credentialsOf, fromHex, toHex, vectors } from "./vectors.ts";

const utf8 = new TextEncoder();
const REGION = "us-east-1";

/** The inner message as AWS's SDK writes it, header order included. */
const innerHeaders = encodeHeaders([
  [":event-type", { type: "string", value: "chunk" }],
  [":message-type", { type: "string", value: "event" }],
  [":content-type", { type: "string", value: "application/json" }],
]);
const inner = (event: unknown): Uint8Array =>
  event === null
    ? new Uint8Array(0)
    : encodeMessage(
        innerHeaders,
        utf8.encode(`{"bytes":"${Buffer.from(JSON.stringify(event)).toString("base64")}"}`),
      );

describe("presigned URLs", () => {
  it.each(Object.keys(vectors.computed))("are the golden one, byte for byte (%s)", async (name) => {
    const vector = vectors.computed[name];
    const base = bedrockEndpoint({ region: REGION, endpoint: null });
    const model = name.split("/")[1];
    if (vector === undefined || model === undefined || !base.ok) throw new Error("the vector is not there");
    const presigned = await presign({
      url: bidirectionalStreamUrl(base.value, model),
      region: REGION,
      service: "bedrock",
      credentials: credentialsOf(name),
      now: vectors.clockMs,
    });
    expect(presigned.url.replace(/^https:/, "wss:")).toBe(vector.url);
    expect(presigned.signature).toBe(vector.seedSignature);
  });

  it("encode what a session token may hold, and sign a host with its port", async () => {
    const { url } = await presign({
      url: "http://127.0.0.1:8790/model/m/x",
      region: REGION,
      service: "bedrock",
      credentials: { ...credentialsOf("noToken"), sessionToken: "a+b/c==" },
      now: vectors.clockMs,
    });
    expect(url).toContain("&X-Amz-Security-Token=a%2Bb%2Fc%3D%3D&");
    expect(url.startsWith("http://127.0.0.1:8790/model/m/x?")).toBe(true);
  });
});

describe("event signatures", () => {
  it.each(Object.keys(vectors.computed))("make the golden frames in their order (%s)", (name) => {
    const vector = vectors.computed[name];
    if (vector === undefined) throw new Error("the vector is not there");
    const signer = createEventSigner({
      credentials: credentialsOf(name),
      region: REGION,
      service: "bedrock",
      priorSignature: vector.seedSignature,
    });
    const frames = vector.frames.map(({ event }) => toHex(signer.sign(inner(event), vectors.clockMs)));
    expect(frames).toEqual(vector.frames.map((frame) => frame.frameHex));
  });

  it.each(Object.keys(vectors.sdk))("make the frames that the official SDK made (%s)", (name) => {
    const vector = vectors.sdk[name];
    const seed = vector === undefined ? null : new URL(vector.url).searchParams.get("X-Amz-Signature");
    if (vector === undefined || seed === null) throw new Error("the vector is not there");
    const signer = createEventSigner({
      credentials: credentialsOf(name),
      region: REGION,
      service: "bedrock",
      priorSignature: seed,
    });
    for (const hex of vector.frames) {
      const outer = decodeMessage(fromHex(hex));
      if (!outer.ok) throw new Error(outer.error.detail);
      expect(toHex(signer.sign(outer.value.payload, vectors.clockMs))).toBe(hex);
    }
  });

  it("change key and scope when midnight passes on an open stream", () => {
    const midnight = Date.UTC(2026, 10, 23);
    const options = { credentials: credentialsOf("noToken"), region: REGION, service: "bedrock" };
    const long = createEventSigner({ ...options, priorSignature: "aa".repeat(32) });
    const before = decodeMessage(long.sign(new Uint8Array(0), midnight - 1));
    const signature = before.ok ? before.value.headers.get(":chunk-signature") : undefined;
    if (signature?.type !== "binary") throw new Error("no signature");
    const fresh = createEventSigner({ ...options, priorSignature: toHex(signature.value) });
    expect(long.sign(new Uint8Array(0), midnight)).toEqual(fresh.sign(new Uint8Array(0), midnight));
  });

  it("are the same for a payload that is written where it is sent from", () => {
    const options = {
      credentials: credentialsOf("noToken"),
      region: REGION,
      service: "bedrock",
      priorSignature: "00".repeat(32),
    };
    const [one, other] = [createEventSigner(options), createEventSigner(options)];
    const payload = Uint8Array.from({ length: 700 }, (_, place) => place & 255);
    for (let turn = 0; turn < 3; turn++)
      expect(toHex(one.signWritten(700, (into, at) => into.set(payload, at), vectors.clockMs))).toBe(
        toHex(other.sign(payload, vectors.clockMs)),
      );
  });

  it("begin with a signature, and with nothing that is none", () => {
    const options = { credentials: credentialsOf("noToken"), region: REGION, service: "bedrock" };
    expect(() => createEventSigner({ ...options, priorSignature: "aa" })).toThrow("64 hex digits");
  });

  it("date each message with its own time", () => {
    const signer = createEventSigner({
      credentials: credentialsOf("noToken"),
      region: REGION,
      service: "bedrock",
      priorSignature: "00".repeat(32),
    });
    for (const now of [vectors.clockMs, vectors.clockMs + 1, vectors.clockMs + 61_000]) {
      const message = decodeMessage(signer.sign(new Uint8Array(0), now));
      expect(message.ok && message.value.headers.get(":date")).toEqual({ type: "timestamp", value: now });
    }
  });
});

describe("signing keys", () => {
  it("are those of AWS's own example", () => {
    // https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html
    const scope = signingScope("20150830T123600Z", "us-east-1", "iam");
    const key = signingKey(
      { accessKeyId: "", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
      scope,
    );
    expect(toHex(key)).toBe("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
  });

  it("write time as AWS does", () => {
    expect(amzDate(vectors.clockMs)).toBe("20261122T120000Z");
  });
});
