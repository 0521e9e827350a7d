/**
 * Both doors of a running emulator: who gets in, who does not, and what becomes of broken input.
 */
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import { type Emulator, startEmulator } from "../../../emulator/emulator.ts";
import {
  type DoorStream,
  openHttp2,
  openUrl,
  openWebSocket,
  presign,
  type Refused,
  type Signing,
  wrap,
} from "../support/door-client.ts";
import * as nova from "../support/events.ts";
import { codec, type Received } from "../support/frames.ts";
import { say, scriptedSenses } from "../support/senses.ts";

const OTHER = { accessKeyId: "AKIDOTHER", secretAccessKey: "another secret", sessionToken: "a token" };
const DOORS = ["websocket", "http2"] as const;
type DoorName = (typeof DOORS)[number];

let emulator: Emulator;
const leaving: DoorStream[] = [];
beforeAll(async () => {
  emulator = await startEmulator({
    port: 0,
    h2Port: 0,
    firstAudioMs: 0,
    credentials: [DEFAULT_CREDENTIALS, OTHER],
    senses: scriptedSenses(["hello"], { hi: [say("Hello.")] }),
  });
});
afterEach(async () => {
  emulator.registry.desk.clear();
  for (const stream of leaving.splice(0)) {
    stream.leave();
    await stream.over;
  }
});
afterAll(() => emulator.close());

/** How a door answers a request that should not get in. */
async function refusal(door: DoorName, signing: Signing): Promise<Refused | undefined> {
  if (door === "http2") return (await openHttp2(emulator, signing)).answer;
  const opened = await openWebSocket(emulator, signing);
  return opened.ok ? undefined : opened.refused;
}

async function openStream(door: DoorName, signing: Signing = {}): Promise<DoorStream> {
  let stream: DoorStream;
  if (door === "http2") {
    ({ stream } = await openHttp2(emulator, signing));
  } else {
    const opened = await openWebSocket(emulator, signing);
    if (!opened.ok) throw new Error(opened.refused.message);
    stream = opened.stream;
  }
  leaving.push(stream);
  return stream;
}

async function sendAll(stream: DoorStream, events: readonly nova.NovaEvent[]): Promise<void> {
  for (const event of events) stream.send(await stream.seal(event));
}

const isCompletionStart = (frame: Received): boolean => frame.name === "completionStart";

describe.each(DOORS)("the %s door", (door) => {
  test("lets in who has signed", async () => {
    const stream = await openStream(door);
    await sendAll(stream, [...nova.prologue(), ...nova.typed("t", "hi")]);
    await stream.until((frame) => frame.type === "event" && frame.body.content === "Hello.");
    await sendAll(stream, nova.epilogue());
    stream.send(await stream.sealBytes(new Uint8Array(0)));
    expect((await stream.over).at(-1)?.name).toBe("completionEnd");
  });

  test("lets in temporary credentials with their token", async () => {
    const stream = await openStream(door, OTHER);
    await sendAll(stream, nova.prologue());
    await stream.until(isCompletionStart);
  });

  const tooOld = new Date(Date.now() - 600_000);
  const refusals: readonly [string, Signing, Partial<Refused>][] = [
    [
      "an unknown key",
      { accessKeyId: "AKIDNOBODY" },
      {
        status: 403,
        errorType: "UnrecognizedClientException",
        message: "The security token included in the request is invalid.",
      },
    ],
    ["another secret", { secretAccessKey: "wrong" }, { status: 403, errorType: "InvalidSignatureException" }],
    [
      "a token that is not the right one",
      { ...OTHER, sessionToken: "no" },
      { status: 403, errorType: "UnrecognizedClientException" },
    ],
    [
      "a signature that is too old",
      { date: tooOld },
      {
        status: 403,
        errorType: "InvalidSignatureException",
        message: expect.stringMatching(/^Signature expired: /),
      },
    ],
    [
      "a signature for another service",
      { service: "bedrock-runtime" },
      {
        status: 403,
        errorType: "InvalidSignatureException",
        message: expect.stringContaining("correct service: 'bedrock'"),
      },
    ],
    [
      "a model that does not exist",
      { model: "amazon.nova-9-sonic" },
      { status: 400, errorType: "ValidationException", message: "The provided model identifier is invalid." },
    ],
    [
      "a region without the model",
      { region: "us-west-2", model: "amazon.nova-2-5-sonic" },
      { status: 400, errorType: "ValidationException", message: "The provided model identifier is invalid." },
    ],
    [
      "the model that has ended",
      { model: "amazon.nova-sonic-v1:0" },
      {
        status: 404,
        errorType: "ResourceNotFoundException",
        message: expect.stringMatching(/^This model version has reached the end of its life\./),
      },
    ],
  ];
  test.each(refusals)("refuses %s", async (_, signing, refused) => {
    expect(await refusal(door, signing)).toMatchObject(refused);
  });

  test.each([
    [400, "ValidationException"],
    [403, "AccessDeniedException"],
    [404, "ResourceNotFoundException"],
    [408, "ModelTimeoutException"],
    [424, "ModelErrorException"],
    [429, "ThrottlingException"],
    [500, "InternalServerException"],
    [503, "ServiceUnavailableException"],
  ] as const)("refuses with %i on request, once, under AWS's name", async (status, errorType) => {
    emulator.registry.order({ fault: { type: "refuse", status }, when: "now", times: 1 });
    expect(await refusal(door, {})).toMatchObject({
      status,
      errorType,
      message: expect.stringMatching(/\w/),
    });
    const stream = await openStream(door);
    await sendAll(stream, nova.prologue());
    await stream.until(isCompletionStart);
  });

  test("refuses with a name and message of one's own", async () => {
    const fault = {
      type: "refuse",
      status: 429,
      errorType: "ModelNotReadyException",
      message: "not yet",
    } as const;
    emulator.registry.order({ fault, when: "now", times: 1 });
    expect(await refusal(door, {})).toEqual({
      status: 429,
      errorType: "ModelNotReadyException",
      message: "not yet",
    });
  });

  test("takes twenty streams at once, refuses the next, and takes one more when one has gone", async () => {
    const streams: DoorStream[] = [];
    for (let count = 0; count < 20; count += 1) {
      const stream = await openStream(door);
      await sendAll(stream, nova.prologue());
      await stream.until(isCompletionStart);
      streams.push(stream);
    }
    expect(await refusal(door, {})).toEqual({
      status: 429,
      errorType: "ThrottlingException",
      message: "Too many requests, please wait before trying again.",
    });
    expect(await refusal(door, { model: "amazon.nova-9-sonic" })).toMatchObject({ status: 400 });
    const elsewhere = await openStream(door, { region: "eu-north-1" });
    await sendAll(elsewhere, nova.prologue());
    await elsewhere.until(isCompletionStart);
    const [first] = streams;
    if (first === undefined) return;
    await sendAll(first, nova.epilogue());
    await first.over;
    const another = await openStream(door);
    await sendAll(another, nova.prologue());
    await another.until(isCompletionStart);
  });

  test("keeps one stream's faults from the others", async () => {
    const [one, two] = [await openStream(door), await openStream(door)];
    await sendAll(one, nova.prologue());
    await sendAll(two, nova.prologue());
    await one.until(isCompletionStart);
    await two.until(isCompletionStart);
    one.send(Buffer.from("this is no frame at all, not in the least"));
    expect((await one.over).at(-1)).toMatchObject({ type: "exception", name: "validationException" });
    await sendAll(two, nova.typed("t", "hi"));
    await two.until((frame) => frame.type === "event" && frame.body.content === "Hello.");
  });

  test("cuts without a word when it is asked to", async () => {
    emulator.registry.order({ fault: { type: "cut" }, when: "mid_answer", times: 1 });
    const stream = await openStream(door);
    await sendAll(stream, [...nova.prologue(), ...nova.typed("t", "hi")]);
    const received = await stream.over;
    expect(received.filter((frame) => frame.type !== "event")).toEqual([]);
    expect(received.at(-1)?.name).toBe("audioOutput");
  });
});

describe.each(DOORS)("broken input at the %s door", (door) => {
  type Make = (stream: DoorStream) => Promise<Uint8Array> | Uint8Array;
  const seal =
    (json: string): Make =>
    (stream) =>
      stream.sealBytes(wrap(json));
  const flip =
    (index: number): Make =>
    async (stream) => {
      const frame = Uint8Array.from(await stream.seal(nova.silence(20)[0] ?? nova.sessionEnd()));
      const at = index < 0 ? frame.length + index : index;
      frame[at] = (frame[at] ?? 0) ^ 0xff;
      return frame;
    };
  const outer =
    (headers: Parameters<typeof codec.encode>[0]["headers"], body: Uint8Array): Make =>
    () =>
      codec.encode({ headers, body });
  const innerOf =
    (headers: Record<string, string>, body: string): Make =>
    (stream) =>
      stream.sealBytes(
        codec.encode({
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name, { type: "string", value }]),
          ),
          body: Buffer.from(body),
        }),
      );
  const chunk = { ":event-type": "chunk", ":message-type": "event", ":content-type": "application/json" };
  const stamp = { type: "timestamp", value: new Date() } as const;
  const validation = { type: "exception", name: "validationException" };
  const badSignature = { type: "error", name: "InvalidSignatureException" };

  const inputs: readonly [string, Make, { type: string; name: string }][] = [
    ["text instead of a frame", () => Buffer.from("GET / HTTP/1.1\r\n\r\n"), validation],
    ["zeros", () => new Uint8Array(64), validation],
    ["a length that is too small", () => Buffer.from("0000000f00000000", "hex"), validation],
    ["a length without end", () => Buffer.from("ffffffff00000000", "hex"), validation],
    ["a length above a megabyte", () => Buffer.from("0010000100000000", "hex"), validation],
    ["a wrong prelude checksum", flip(8), validation],
    ["a wrong header length", flip(4), validation],
    ["a wrong message checksum", flip(-1), validation],
    ["a changed header", flip(20), validation],
    ["a changed payload", flip(120), validation],
    ["headers that go beyond the message", () => spoiledHeaders("ff"), validation],
    ["a header of an unknown type", () => spoiledHeaders("0161630000"), validation],
    ["no signature", outer({ ":date": stamp }, new Uint8Array(0)), badSignature],
    [
      "no date",
      outer({ ":chunk-signature": { type: "binary", value: new Uint8Array(32) } }, new Uint8Array(0)),
      badSignature,
    ],
    [
      "a signature of zeros",
      outer(
        { ":date": stamp, ":chunk-signature": { type: "binary", value: new Uint8Array(32) } },
        wrap("{}"),
      ),
      badSignature,
    ],
    [
      "a signature that is too short",
      outer(
        { ":date": stamp, ":chunk-signature": { type: "binary", value: new Uint8Array(31) } },
        wrap("{}"),
      ),
      badSignature,
    ],
    [
      "a signature as text",
      outer({ ":date": stamp, ":chunk-signature": { type: "string", value: "0".repeat(64) } }, wrap("{}")),
      badSignature,
    ],
    [
      "a date as text",
      outer(
        {
          ":date": { type: "string", value: "today" },
          ":chunk-signature": { type: "binary", value: new Uint8Array(32) },
        },
        wrap("{}"),
      ),
      badSignature,
    ],
    ["an event that is not signed at all", () => wrap('{"event":{"sessionEnd":{}}}'), badSignature],
    [
      "an event from ten minutes ago",
      (stream) => stream.seal(nova.sessionEnd(), new Date(Date.now() - 600_000)),
      badSignature,
    ],
    [
      "an event from ten minutes ahead",
      (stream) => stream.seal(nova.sessionEnd(), new Date(Date.now() + 600_000)),
      badSignature,
    ],
    [
      "an event out of its turn",
      async (stream) => {
        await stream.seal(nova.sessionEnd());
        return stream.seal(nova.sessionEnd());
      },
      badSignature,
    ],
    [
      "a payload that is no frame",
      (stream) => stream.sealBytes(Buffer.from("nothing like a frame")),
      validation,
    ],
    ["a payload that is too short for a frame", (stream) => stream.sealBytes(Buffer.from([1])), validation],
    ["an inner message of another type", innerOf({ ...chunk, ":event-type": "other" }, "{}"), validation],
    ["an inner exception", innerOf({ ...chunk, ":message-type": "exception" }, "{}"), validation],
    ["an inner message without headers", innerOf({}, "{}"), validation],
    ["a chunk that is not JSON", innerOf(chunk, "{"), validation],
    ["a chunk without bytes", innerOf(chunk, "{}"), validation],
    ["a chunk of null", innerOf(chunk, "null"), validation],
    ["bytes that are a number", innerOf(chunk, '{"bytes":1}'), validation],
    ["bytes that are not base64", innerOf(chunk, '{"bytes":"§§§§"}'), validation],
    ["bytes without padding", innerOf(chunk, '{"bytes":"e30"}'), validation],
    [
      "bytes that are UTF-16",
      innerOf(chunk, JSON.stringify({ bytes: Buffer.from("{}", "utf16le").toString("base64") })),
      validation,
    ],
    ["an event that is empty", seal(""), validation],
    ["an event that is not JSON", seal("event"), validation],
    ["half an event", seal('{"event":{"sessionEnd":'), validation],
    [
      "an event with a raw control character",
      seal('{"event":{"textInput":{"content":"\u0000"}}}'),
      validation,
    ],
    ["an event that is a list", seal("[]"), validation],
    ["an event that is a number", seal("12"), validation],
    ["an event that is null", seal('{"event":null}'), validation],
    ["an event without a name", seal('{"event":{}}'), validation],
    ["an event that is called __proto__", seal('{"event":{"__proto__":{}}}'), validation],
    ["an event that is called constructor", seal('{"event":{"constructor":{}}}'), validation],
    [
      "an event nested a thousand times",
      seal(`${'{"event":'.repeat(1000)}{}${"}".repeat(1000)}`),
      validation,
    ],
    ["an event whose body is a text", seal('{"event":{"sessionStart":"now"}}'), validation],
    ["an event with a very long name", seal(`{"event":{"${"a".repeat(10_000)}":{}}}`), validation],
    ["two events in one", seal('{"event":{"promptEnd":{},"sessionEnd":{}}}'), validation],
    [
      "audio without a content name",
      seal('{"event":{"audioInput":{"promptName":"prompt-1","content":""}}}'),
      validation,
    ],
    [
      "audio for a prompt nobody opened",
      seal('{"event":{"audioInput":{"promptName":"x","contentName":"audio-1","content":""}}}'),
      validation,
    ],
    [
      "a content of an unknown type",
      seal('{"event":{"contentStart":{"promptName":"prompt-1","contentName":"v","type":"VIDEO"}}}'),
      validation,
    ],
    ["a megabyte of text", seal(JSON.stringify(nova.textInput("t", "a".repeat(700_000)))), validation],
  ];

  function spoiledHeaders(headersHex: string): Uint8Array {
    const headers = Buffer.from(headersHex, "hex");
    const good = codec.encode({ headers: {}, body: headers });
    // The same bytes, declared to be headers: both checksums have to be made anew.
    const frame = Buffer.from(good);
    frame.writeUInt32BE(headers.length, 4);
    frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
    frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
    return frame;
  }

  test("is of fifty kinds", () => {
    expect(inputs.length).toBeGreaterThanOrEqual(50);
  });

  test.each(inputs)(
    "%s ends the stream with an error, and the emulator goes on",
    async (_, make, expected) => {
      const stream = await openStream(door);
      await sendAll(stream, nova.prologue());
      await stream.until(isCompletionStart);
      stream.send(await make(stream));
      expect((await stream.over).at(-1)).toMatchObject(expected);
      expect(emulator.registry.running()).toEqual([]);
    },
  );
});

describe("the WebSocket door", () => {
  test("ends a stream that sends text messages", async () => {
    const opened = await openWebSocket(emulator);
    if (!opened.ok) throw new Error(opened.refused.message);
    opened.socket?.send("hello");
    expect((await opened.stream.over).at(-1)).toMatchObject({
      type: "exception",
      name: "validationException",
    });
  });

  test("puts together messages that come in pieces, and takes apart those that come together", async () => {
    const stream = await openStream("websocket");
    const frames = [];
    for (const event of [...nova.prologue(), ...nova.typed("t", "hi")]) frames.push(await stream.seal(event));
    const bytes = Buffer.concat(frames);
    for (let at = 0; at < bytes.length; at += 100) stream.send(bytes.subarray(at, at + 100));
    await stream.until((frame) => frame.type === "event" && frame.body.content === "Hello.");
  });

  test("forgets a client that leaves without a word", async () => {
    const opened = await openWebSocket(emulator);
    if (!opened.ok) throw new Error(opened.refused.message);
    opened.socket?.terminate();
    await opened.stream.over;
    const record = emulator.registry.list().at(-1);
    await record?.trace.news(record.trace.next, AbortSignal.timeout(5000));
    expect(emulator.registry.running()).toEqual([]);
  });

  test("takes a host that was signed without its port, as the SDK's browser build does", async () => {
    const { hostname } = new URL(emulator.wsUrl);
    const named = { ...emulator, wsUrl: `ws://${hostname}` };
    const { url, signer, seed } = await presign(named);
    const opened = await openUrl(url.replace(`ws://${hostname}`, emulator.wsUrl), signer, seed);
    expect(opened.ok).toBe(true);
    if (opened.ok) leaving.push(opened.stream);
  });

  test.each([
    ["/", 404],
    ["/model/x/invoke", 404],
    ["/model//invoke-with-bidirectional-stream-websocket", 404],
    ["/model/%zz/invoke-with-bidirectional-stream-websocket", 400],
    ["/model/x/invoke-with-bidirectional-stream-websocket?a=%zz", 400],
    ["/model/x/invoke-with-bidirectional-stream-websocket", 403],
    ["/model/x/invoke-with-bidirectional-stream-websocket/more", 404],
  ])("answers an upgrade of %s with %i", async (path, status) => {
    const { signer } = await presign(emulator);
    expect(await openUrl(`${emulator.wsUrl}${path}`, signer, "")).toMatchObject({
      ok: false,
      refused: { status },
    });
  });

  test("refuses an API key in AWS's words", async () => {
    const { url } = await presign(emulator);
    const headers = { authorization: "Bearer ABSK", connection: "Upgrade", upgrade: "websocket" };
    const answer = await new Promise<number | undefined>((resolve) => {
      request(url.replace("ws:", "http:"), { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(answer).toBe(403);
  });

  test("survives a handshake that is no WebSocket's, and gives its place back", async () => {
    const { url } = await presign(emulator);
    const { port, hostname, pathname, search } = new URL(url);
    for (let count = 0; count < 21; count += 1) {
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            `GET ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
          );
        });
        let text = "";
        socket.on("data", (data) => {
          text += data;
        });
        socket.on("close", () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
      expect(answer).not.toContain("429");
    }
  });
});

describe("the HTTP/2 door", () => {
  test("gives a wrong signature of the first event its status, since no headers have been sent", async () => {
    const { stream, answer } = await openHttp2(emulator);
    await stream.seal(nova.sessionStart());
    stream.send(await stream.seal(nova.sessionStart()));
    expect(await answer).toMatchObject({ status: 403, errorType: "InvalidSignatureException" });
    expect(emulator.registry.running()).toEqual([]);
  });

  test.each<[string, (headers: Record<string, string>) => Record<string, string>, Partial<Refused>]>([
    [
      "without a signature",
      ({ authorization: _, ...headers }) => headers,
      { status: 403, errorType: "MissingAuthenticationTokenException" },
    ],
    [
      "with an API key",
      (headers) => ({ ...headers, authorization: "Bearer ABSK" }),
      {
        status: 403,
        errorType: "AccessDeniedException",
        message: "This operation does not support API Keys",
      },
    ],
    [
      "with basic authorization",
      (headers) => ({ ...headers, authorization: "Basic YTpi" }),
      { status: 403, errorType: "IncompleteSignatureException" },
    ],
    [
      "without a date",
      ({ "x-amz-date": _, ...headers }) => headers,
      { status: 403, errorType: "IncompleteSignatureException" },
    ],
    [
      "with another date",
      (headers) => ({ ...headers, "x-amz-date": (headers["x-amz-date"] ?? "").replace(/\d\dZ$/, "99Z") }),
      { status: 403, errorType: "InvalidSignatureException" },
    ],
    [
      "with a changed header that is signed",
      (headers) => ({ ...headers, "content-type": "application/json" }),
      { status: 403, errorType: "InvalidSignatureException" },
    ],
    [
      "with a changed path",
      (headers) => ({ ...headers, ":path": "/model/amazon.nova-2-5-sonic/invoke-with-bidirectional-stream" }),
      { status: 403, errorType: "InvalidSignatureException" },
    ],
    [
      "with a query that was not signed",
      (headers) => ({ ...headers, ":path": `${headers[":path"]}?a=1` }),
      { status: 403, errorType: "InvalidSignatureException" },
    ],
    [
      "to the other door's path",
      (headers) => ({ ...headers, ":path": `${headers[":path"]}-websocket` }),
      { status: 404, errorType: "UnknownOperationException" },
    ],
    [
      "that gets",
      (headers) => ({ ...headers, ":method": "GET" }),
      { status: 404, errorType: "UnknownOperationException" },
    ],
  ])("refuses a request %s", async (_, spoil, refused) => {
    const { answer } = await openHttp2(emulator, {}, spoil);
    expect(await answer).toMatchObject(refused);
  });
});

/** CRC-32 (IEEE 802.3), bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
