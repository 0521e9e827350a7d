import { readFileSync } from "node:fs";
import { Sha256Node } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import { encodeChunk, encodeError, encodeException } from "../../../emulator/wire/codec.ts";
import { createEventOpener } from "../../../emulator/wire/signed-events.ts";
import { decodeFrame } from "../support/frames.ts";

/** Bytes made by the AWS SDK and by an independent implementation, with AWS's example keys. */
const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/aws-eventstream.json", import.meta.url), "utf8"),
);
const hex = (text: string): Uint8Array => Buffer.from(text, "hex");

const openerFor = (seed: string, now = vectors.clockMs) =>
  createEventOpener(
    new SignatureV4({
      credentials: { accessKeyId: vectors.accessKeyId, secretAccessKey: vectors.secretAccessKey },
      region: "us-east-1",
      service: "bedrock",
      sha256: Sha256Node,
    }),
    seed,
    () => now,
  );

interface Chain {
  readonly name: string;
  readonly seed: string;
  readonly frames: readonly string[];
}
const chains: readonly Chain[] = [
  ...Object.entries<{ url: string; frames: string[] }>(vectors.sdk).map(([name, { url, frames }]) => ({
    name: `sdk ${name}`,
    seed: new URL(url).searchParams.get("X-Amz-Signature") ?? "",
    frames,
  })),
  ...Object.entries<{ seedSignature: string; frames: { frameHex: string }[] }>(vectors.computed).map(
    ([name, { seedSignature, frames }]) => ({
      name,
      seed: seedSignature,
      frames: frames.map((frame) => frame.frameHex),
    }),
  ),
];

describe("the golden chain", () => {
  test.each(chains)("$name is opened to its end", async ({ seed, frames }) => {
    const opener = openerFor(seed);
    const opened = [];
    for (const frame of frames) opened.push(await opener.open(hex(frame)));
    expect(opened).toEqual([
      { ok: true, value: { type: "event", json: expect.stringContaining('"sessionStart"') } },
      { ok: true, value: { type: "event", json: expect.stringContaining('"sessionEnd"') } },
      { ok: true, value: { type: "end" } },
    ]);
  });

  test.each(chains)(
    "$name is broken by a missing, a repeated and a swapped message",
    async ({ seed, frames }) => {
      const broken = {
        ok: false,
        error: { type: "unsigned", why: "the signature does not follow from the one before it" },
      };
      const [first = "", second = ""] = frames;
      expect(await openerFor(seed).open(hex(second))).toMatchObject(broken);
      const opener = openerFor(seed);
      await opener.open(hex(first));
      expect(await opener.open(hex(first))).toMatchObject(broken);
      expect(await openerFor("0".repeat(64)).open(hex(first))).toMatchObject(broken);
    },
  );

  test.each(chains)("$name shows every changed bit", async ({ seed, frames }) => {
    const first = hex(frames[0] ?? "");
    for (let index = 0; index < first.length; index += 1) {
      const spoiled = Uint8Array.from(first);
      spoiled[index] = (spoiled[index] ?? 0) ^ 1;
      expect(await openerFor(seed).open(spoiled)).toMatchObject({ ok: false, error: { type: "damaged" } });
    }
  });

  test("holds for five minutes either way", async () => {
    const [{ seed, frames } = { seed: "", frames: [] }] = chains;
    const first = hex(frames[0] ?? "");
    expect((await openerFor(seed, vectors.clockMs + 300_000).open(first)).ok).toBe(true);
    expect((await openerFor(seed, vectors.clockMs - 300_000).open(first)).ok).toBe(true);
    const late = {
      ok: false,
      error: { type: "unsigned", message: expect.stringContaining("Signature expired") },
    };
    expect(await openerFor(seed, vectors.clockMs + 300_001).open(first)).toMatchObject(late);
    expect(await openerFor(seed, vectors.clockMs - 300_001).open(first)).toMatchObject(late);
  });
});

describe("what the emulator sends", () => {
  const golden = vectors.serverFrames;
  const same = (frame: Uint8Array, expected: string): void => {
    const received = decodeFrame(frame);
    expect(Buffer.from(frame).toString("hex")).toBe(expected);
    expect(received).toEqual(decodeFrame(hex(expected)));
  };
  const eventOf = (frame: string): string => {
    const received = decodeFrame(hex(frame));
    return received.type === "event" ? JSON.stringify({ event: { [received.name]: received.body } }) : "";
  };

  test("as an event is byte for byte the golden chunk", () => {
    same(encodeChunk(eventOf(golden.chunk)), golden.chunk);
  });

  test("as a padded event decodes like the golden one", () => {
    expect(decodeFrame(encodeChunk(eventOf(golden.chunkWithPadding), "abc"))).toMatchObject({
      padding: "abc",
    });
  });

  test.each([
    "validationException",
    "throttlingException",
    "internalServerException",
    "serviceUnavailableException",
    "modelTimeoutException",
  ])("as %s is byte for byte the golden one", (type) => {
    const { message } = decodeFrame(hex(golden[type])) as { message: string };
    same(encodeException(type, { message }), golden[type]);
  });

  test("as an unmodelled error is byte for byte the golden one", () => {
    const error = decodeFrame(hex(golden.unmodeledError)) as { name: string; message: string };
    same(encodeError(error.name, error.message), golden.unmodeledError);
  });
});
