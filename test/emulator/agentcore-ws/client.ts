/**
 * A client of AgentCore's WebSocket made of AWS's signer and `ws` and nothing else.
 */
import { Sha256Node } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { WebSocket } from "ws";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import type { Emulator } from "../../../emulator/emulator.ts";
import { DEFAULT_BEARER_TOKEN } from "../../../emulator/services/authenticate.ts";

export const ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/helper-a1B2c3D4e5";
export const SESSION = "a-session-id-of-forty-characters-or-more";
export const SESSION_ID = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";

export interface Asking {
  readonly how?: "headers" | "presigned" | "bearer" | "subprotocol" | "nothing";
  readonly arn?: string;
  readonly path?: string;
  readonly qualifier?: string;
  readonly session?: string | null;
  readonly service?: string;
  readonly region?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly token?: string;
  readonly expiresIn?: number;
  readonly date?: Date;
  readonly headers?: Readonly<Record<string, string>>;
  /** Changed after signing. */
  readonly tamper?: (url: URL) => void;
}

export interface Event {
  readonly type: string;
  readonly [member: string]: unknown;
}

export class Client {
  readonly socket: WebSocket;
  readonly events: Event[] = [];
  closed: { readonly code: number; readonly reason: string } | null = null;
  #wake = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    const woken = (): void => {
      for (const wake of this.#wake) wake();
      this.#wake = new Set();
    };
    socket.on("message", (data) => {
      const text = String(data);
      this.events.push(text.startsWith("{") && text.endsWith("}") ? JSON.parse(text) : { type: "(garbage)" });
      woken();
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: String(reason) };
      woken();
    });
    socket.on("error", () => {});
  }

  say(...events: readonly object[]): void {
    for (const event of events) this.socket.send(JSON.stringify(event));
  }

  /** The first event of this type, past or coming. */
  async until(type: string, fits: (event: Event) => boolean = () => true): Promise<Event> {
    for (;;) {
      const found = this.events.find((event) => event.type === type && fits(event));
      if (found !== undefined) return found;
      if (this.closed !== null) throw new Error(`closed with ${this.closed.code} before ${type}`);
      await this.#news();
    }
  }

  async untilClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.closed === null) await this.#news();
    return this.closed;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#wake.add(resolve));
  }
}

export type Answer =
  | { readonly type: "open"; readonly client: Client; readonly protocol: string }
  | {
      readonly type: "refused";
      readonly status: number;
      readonly errorType: string;
      readonly message: string;
    };

export async function ask(emulator: Emulator, asking: Asking = {}): Promise<Answer> {
  const how = asking.how ?? "headers";
  const path = asking.path ?? `/runtimes/${encodeURIComponent(asking.arn ?? ARN)}/ws`;
  const url = new URL(`${emulator.httpUrl}${path}`);
  if (asking.qualifier !== undefined) url.searchParams.set("qualifier", asking.qualifier);
  const session = asking.session === undefined ? SESSION : asking.session;
  const inQuery = how === "presigned" || how === "subprotocol";
  if (session !== null && inQuery) url.searchParams.set(SESSION_ID, session);
  const own = { ...(session !== null && !inQuery ? { [SESSION_ID]: session } : {}), ...asking.headers };
  const { headers, protocols } = await prove(how, url, own, asking);
  asking.tamper?.(url);
  const socket = new WebSocket(url.href.replace(/^http/, "ws"), protocols, { headers });
  return new Promise((resolve, reject) => {
    const client = new Client(socket);
    socket.once("open", () => resolve({ type: "open", client, protocol: socket.protocol }));
    socket.once("unexpected-response", (_, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          type: "refused",
          status: response.statusCode ?? 0,
          errorType: String(response.headers["x-amzn-errortype"]),
          message: JSON.parse(Buffer.concat(chunks).toString()).message,
        });
      });
      response.on("error", reject);
    });
  });
}

async function prove(
  how: NonNullable<Asking["how"]>,
  url: URL,
  own: Readonly<Record<string, string>>,
  asking: Asking,
): Promise<{ readonly headers: Record<string, string>; readonly protocols: string[] }> {
  const token = asking.token ?? DEFAULT_BEARER_TOKEN;
  if (how === "nothing") return { headers: { ...own }, protocols: [] };
  if (how === "bearer") return { headers: { ...own, authorization: `Bearer ${token}` }, protocols: [] };
  if (how === "subprotocol") {
    const name = "base64UrlBearerAuthorization";
    return {
      headers: { ...own },
      protocols: [`${name}.${Buffer.from(token).toString("base64url")}`, name],
    };
  }
  const signer = new SignatureV4({
    credentials: {
      accessKeyId: DEFAULT_CREDENTIALS.accessKeyId,
      secretAccessKey: asking.secretAccessKey ?? DEFAULT_CREDENTIALS.secretAccessKey,
      ...(asking.sessionToken === undefined ? {} : { sessionToken: asking.sessionToken }),
    },
    region: asking.region ?? "us-east-1",
    service: asking.service ?? "bedrock-agentcore",
    sha256: Sha256Node,
  });
  const request = new HttpRequest({
    method: "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...own, host: url.host },
  });
  const date = asking.date === undefined ? {} : { signingDate: asking.date };
  if (how === "presigned") {
    const signed = await signer.presign(request, { expiresIn: asking.expiresIn ?? 300, ...date });
    for (const [name, value] of Object.entries(signed.query ?? {})) url.searchParams.set(name, String(value));
    return { headers: {}, protocols: [] };
  }
  return { headers: { ...(await signer.sign(request, date)).headers }, protocols: [] };
}

export async function open(emulator: Emulator, asking: Asking = {}): Promise<Client> {
  const answer = await ask(emulator, asking);
  if (answer.type === "refused") throw new Error(`${answer.status} ${answer.errorType}: ${answer.message}`);
  return answer.client;
}

export const CONFIG = {
  type: "config",
  voice: "tiffany",
  input_sample_rate: 16_000,
  output_sample_rate: 16_000,
  system_prompt: "You are a test.",
};
/** `ms` of sound or silence at 16 kHz, in events of 20 ms. */
export const audio = (ms: number, level: number): readonly Event[] => {
  const pcm = Buffer.alloc(640);
  for (let at = 0; at < pcm.length; at += 2) pcm.writeInt16LE(level, at);
  const event = {
    type: "bidi_audio_input",
    audio: pcm.toString("base64"),
    format: "pcm",
    sample_rate: 16_000,
    channels: 1,
  };
  return Array.from({ length: ms / 20 }, () => event);
};
