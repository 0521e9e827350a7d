/**
 * Somebody at the other end of a line: a small HTTP server of the test's own, that answers as it is told.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the code under test sends, one way or another. */
interface Body {
  readonly id: number;
  readonly method: string;
  readonly params: {
    readonly name: string;
    readonly arguments: unknown;
    readonly cursor?: string;
    readonly message: { readonly messageId: string; readonly contextId?: string; readonly taskId?: string };
  };
  readonly messages: readonly {
    readonly role: string;
    readonly content: readonly { readonly text?: string }[];
  }[];
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The body, read as JSON. A test that looks at a member knows that it is there. */
  readonly json: Body;
  /** Settles when the other side has hung up. */
  readonly hungUp: Promise<void>;
}

export type Reply = (asked: Asked, response: ServerResponse) => void | Promise<void>;

export interface Server {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Answers everything from now on. */
  reply: Reply;
  close(): Promise<void>;
}

export async function startServer(first: Reply = (_, response) => void response.end()): Promise<Server> {
  const asked: Asked[] = [];
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const hungUp = new Promise<void>((resolve) => response.once("close", () => resolve()));
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, headers, body, json: body === "" ? null : JSON.parse(body), hungUp };
    asked.push(one);
    await server.reply(one, response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: Server = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked,
    reply: first,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

export const json =
  (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof value === "string" ? value : JSON.stringify(value));
  };

export const events =
  (...list: readonly unknown[]): Reply =>
  (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of list) response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end();
  };

/** Never answers. */
export const hang: Reply = () => {};

/** The beginning of an answer, and then nothing. */
export const hangInBody: Reply = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"result":');
};

export const tenMegabytes: Reply = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ text: "x".repeat(10_000_000) }));
};

/** Events that say nothing, without end. */
export const endlessEvents: Reply = (_, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const more = (): void => {
    while (!response.destroyed && response.write(`data: {"type":"noise","x":"${"x".repeat(1_000)}"}\n\n`)) {}
    if (!response.destroyed) response.once("drain", more);
  };
  more();
};

export const breakOff: Reply = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"result":');
  response.destroy();
};

export const redirect =
  (to: string): Reply =>
  (_, response) => {
    response.writeHead(307, { location: to });
    response.end();
  };
