/**
 * A client of the services beside the speech model, made of AWS's signer and fetch, so that every part can be spoiled.
 */
import { Sha256Node } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { DEFAULT_CREDENTIALS } from "../../../emulator/auth/credentials.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator/emulator.ts";
import { scriptedSenses } from "./senses.ts";

export const RUNTIME =
  "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/mortgage_specialist-Ab12Cd34Ef";
export const SESSION = "a-session-of-at-least-thirty-three-characters";
export const MODEL = "amazon.nova-2-lite-v1:0";

/** An emulator on free ports that needs no voice. */
export const startServices = (options: EmulatorOptions = {}): Promise<Emulator> =>
  startEmulator({ port: 0, h2Port: 0, senses: scriptedSenses(), ...options });

export interface Asking {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the signature is scoped to; "none" sends the request unsigned. */
  readonly service?: "bedrock" | "bedrock-agentcore" | "none";
  readonly region?: string;
  readonly secret?: string;
  /** Sent in place of the body that was signed. */
  readonly swappedBody?: string;
  readonly signal?: AbortSignal;
  /** Leaves the hash of the body out of the headers, as small signers do. */
  readonly withoutHashHeader?: boolean;
}

/** Signs a request as the AWS SDK does, and sends it. A body that is no string is sent as JSON. */
export async function ask(emulator: Emulator, path: string, asking: Asking = {}): Promise<Response> {
  const url = new URL(path, emulator.httpUrl);
  const method = asking.method ?? "POST";
  const { body: given = {} } = asking;
  const body = typeof given === "string" ? given : JSON.stringify(given);
  const headers = { host: url.host, "content-type": "application/json", ...asking.headers };
  const service = asking.service ?? "bedrock";
  const signed = service === "none" ? headers : await sign(url, method, headers, body, service, asking);
  const { host: _, ...sent } = signed;
  return fetch(url, {
    method,
    headers: sent,
    ...(method === "GET" ? {} : { body: asking.swappedBody ?? body }),
    ...(asking.signal === undefined ? {} : { signal: asking.signal }),
  });
}

async function sign(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string,
  service: string,
  asking: Asking,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials: {
      ...DEFAULT_CREDENTIALS,
      ...(asking.secret === undefined ? {} : { secretAccessKey: asking.secret }),
    },
    region: asking.region ?? "us-east-1",
    service,
    sha256: Sha256Node,
    applyChecksum: !asking.withoutHashHeader,
  });
  const query = Object.fromEntries(url.searchParams);
  const signed = await signer.sign(new HttpRequest({ method, path: url.pathname, query, headers, body }));
  return signed.headers;
}

export interface Told {
  readonly status: number;
  readonly errorType: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
  readonly body: any;
}

export async function told(response: Promise<Response>): Promise<Told> {
  const answer = await response;
  const text = await answer.text();
  return { status: answer.status, errorType: answer.headers.get("x-amzn-errortype"), body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The `data` of server-sent events. */
export const sseData = (text: string): Record<string, unknown>[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json = ""]) => JSON.parse(json));

/** A request to the control endpoint. */
export async function control(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<Told> {
  return told(
    fetch(`${emulator.controlUrl}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}
