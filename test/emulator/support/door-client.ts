/**
 * A client made of AWS's signer and codec and nothing else, so that every byte of it can be spoiled.
 */
import { once } from "node:events";
import { type ClientHttp2Stream, connect } from "node:http2";
import { Sha256Node } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { WebSocket } from "ws";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import type { Emulator } from "../../../emulator/emulator.ts";
import { createFrameReader } from "../../../emulator/wire/frame-reader.ts";
import type { NovaEvent } from "./events.ts";
import { codec, decodeFrame, type Received } from "./frames.ts";

export interface Signing {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly model?: string;
  readonly date?: Date;
}

const signerOf = (signing: Signing): SignatureV4 =>
  new SignatureV4({
    credentials: {
      accessKeyId: signing.accessKeyId ?? DEFAULT_CREDENTIALS.accessKeyId,
      secretAccessKey: signing.secretAccessKey ?? DEFAULT_CREDENTIALS.secretAccessKey,
      ...(signing.sessionToken === undefined ? {} : { sessionToken: signing.sessionToken }),
    },
    region: signing.region ?? "us-east-1",
    service: signing.service ?? "bedrock",
    sha256: Sha256Node,
  });

const pathOf = (signing: Signing, operation: string): string =>
  `/model/${encodeURIComponent(signing.model ?? "amazon.nova-2-sonic-v1:0")}/${operation}`;

/** Seals events into signed frames, one after the other. */
export interface Sealer {
  seal(event: NovaEvent, date?: Date): Promise<Uint8Array>;
  /** Seals any bytes as the payload of a signed message; none are the end of the input. */
  sealBytes(payload: Uint8Array, date?: Date): Promise<Uint8Array>;
}

export function wrap(json: string): Uint8Array {
  return codec.encode({
    headers: {
      ":event-type": { type: "string", value: "chunk" },
      ":message-type": { type: "string", value: "event" },
      ":content-type": { type: "string", value: "application/json" },
    },
    body: Buffer.from(JSON.stringify({ bytes: Buffer.from(json).toString("base64") })),
  });
}

function createSealer(signer: SignatureV4, seed: string): Sealer {
  let prior = seed;
  const sealBytes = async (body: Uint8Array, date = new Date()): Promise<Uint8Array> => {
    const headers = { ":date": { type: "timestamp" as const, value: date } };
    const { signature } = await signer.sign(
      { message: { headers, body }, priorSignature: prior },
      { signingDate: date },
    );
    prior = signature;
    return codec.encode({
      headers: { ...headers, ":chunk-signature": { type: "binary", value: Buffer.from(signature, "hex") } },
      body,
    });
  };
  return { sealBytes, seal: (event, date) => sealBytes(wrap(JSON.stringify(event)), date) };
}

export interface Refused {
  readonly status: number;
  readonly errorType: string | undefined;
  readonly message: string;
}

/** A stream through either door, as its client sees it. */
export interface DoorStream extends Sealer {
  send(bytes: Uint8Array): void;
  /** Everything received; resolves when the stream is over. */
  readonly over: Promise<readonly Received[]>;
  /** Resolves when something fits, or rejects when the stream ends without. */
  until(fits: (frame: Received) => boolean): Promise<Received>;
  leave(): void;
}

export type Opened =
  | { readonly ok: true; readonly stream: DoorStream }
  | { readonly ok: false; readonly refused: Refused };

/** Collects frames from transport messages. */
function createInbox() {
  const reader = createFrameReader();
  const frames: Received[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  let finish = (_: readonly Received[]): void => {};
  const over = new Promise<readonly Received[]>((resolve) => {
    finish = resolve;
  });
  const wake = (): void => {
    for (const task of [...waiting]) task();
  };
  return {
    over,
    take(bytes: Uint8Array): void {
      const read = reader.push(Uint8Array.from(bytes));
      if (read.ok) frames.push(...read.value.map(decodeFrame));
      wake();
    },
    end(): void {
      ended = true;
      finish(frames);
      wake();
    },
    until: (fits: (frame: Received) => boolean): Promise<Received> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = frames.find(fits);
          if (found === undefined && !ended) return;
          waiting.delete(look);
          if (found === undefined)
            reject(new Error(`the stream ended with ${JSON.stringify(frames.at(-1))}`));
          else resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

export async function presign(
  emulator: Emulator,
  signing: Signing = {},
): Promise<{ url: string; seed: string; signer: SignatureV4 }> {
  const { host } = new URL(emulator.wsUrl);
  const signer = signerOf(signing);
  const path = pathOf(signing, "invoke-with-bidirectional-stream-websocket");
  const { query = {} } = await signer.presign(
    new HttpRequest({ method: "GET", path, headers: { host }, query: {} }),
    { expiresIn: 60, ...(signing.date === undefined ? {} : { signingDate: signing.date }) },
  );
  const search = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return {
    url: `${emulator.wsUrl}${path}?${search.join("&")}`,
    seed: String(query["X-Amz-Signature"]),
    signer,
  };
}

/** Upgrades to the given URL; the signed events follow from `seed`. */
export async function openUrl(
  url: string,
  signer: SignatureV4,
  seed: string,
): Promise<Opened & { readonly socket?: WebSocket }> {
  const socket = new WebSocket(url);
  socket.on("error", () => {});
  const inbox = createInbox();
  socket.on("message", (data, isBinary) => {
    if (isBinary) inbox.take(data as Buffer);
  });
  socket.on("close", () => inbox.end());
  return new Promise((resolve) => {
    socket.on("unexpected-response", async (_, response) => {
      let body = "";
      for await (const chunk of response) body += chunk;
      const errorType = response.headers["x-amzn-errortype"];
      const refused = {
        status: response.statusCode ?? 0,
        errorType: typeof errorType === "string" ? errorType : undefined,
        message: JSON.parse(body).message,
      };
      resolve({ ok: false, refused });
    });
    socket.on("open", () => {
      const stream: DoorStream = {
        ...createSealer(signer, seed),
        send: (bytes) => socket.send(bytes),
        over: inbox.over,
        until: inbox.until,
        leave: () => socket.close(1000),
      };
      resolve({ ok: true, stream, socket });
    });
  });
}

export async function openWebSocket(emulator: Emulator, signing: Signing = {}) {
  const { url, seed, signer } = await presign(emulator, signing);
  return openUrl(url, signer, seed);
}

/**
 * Sends the request of the HTTP/2 door. `spoil` may change its headers after they were signed.
 * The headers of an accepted stream come only after the prologue, so the answer has to be waited for separately.
 */
export async function openHttp2(
  emulator: Emulator,
  signing: Signing = {},
  spoil: (headers: Record<string, string>) => Record<string, string> = (headers) => headers,
): Promise<{ readonly stream: DoorStream; readonly answer: Promise<Refused | undefined> }> {
  const session = connect(emulator.h2Url);
  session.on("error", () => {});
  const signer = signerOf(signing);
  const path = pathOf(signing, "invoke-with-bidirectional-stream");
  const request = new HttpRequest({
    method: "POST",
    path,
    headers: {
      ":authority": new URL(emulator.h2Url).host,
      "content-type": "application/vnd.amazon.eventstream",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-EVENTS",
    },
  });
  const signed = await signer.sign(request, signing.date === undefined ? {} : { signingDate: signing.date });
  const seed = /Signature=(\w+)$/.exec(signed.headers.authorization ?? "")?.[1] ?? "";
  const http: ClientHttp2Stream = session.request(
    spoil({ ":method": "POST", ":path": path, ...signed.headers }),
    {
      endStream: false,
    },
  );
  http.on("error", () => {});
  const inbox = createInbox();
  const stream: DoorStream = {
    ...createSealer(signer, seed),
    send: (bytes) => {
      if (!http.destroyed && !http.closed) http.write(bytes);
    },
    over: inbox.over,
    until: inbox.until,
    leave: () => http.end(),
  };
  http.on("response", (headers) => {
    if (headers[":status"] === 200) http.on("data", (bytes: Buffer) => inbox.take(bytes));
  });
  http.on("close", () => {
    inbox.end();
    session.close();
  });
  const answer = once(http, "response").then(async ([headers]): Promise<Refused | undefined> => {
    const status = Number(headers[":status"]);
    if (status === 200) return undefined;
    let body = "";
    for await (const chunk of http) body += chunk;
    return { status, errorType: headers["x-amzn-errortype"], message: JSON.parse(body).message };
  });
  // Who is not interested in the answer must not be killed by its failure.
  answer.catch(() => {});
  return { stream, answer };
}
