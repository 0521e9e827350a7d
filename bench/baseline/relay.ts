/**
 * The relay that builders write today: Node, `ws`, the official AWS SDK over HTTP/2, one stream per client, and no more
 * work than needed. It speaks as much of `antiphon.v1` as a measured call hears.
 * `node bench/baseline/relay.ts PORT ENGINE-HTTP2-URL TOOL-MS`, on loopback only.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import {
  BedrockRuntimeClient,
  InvokeModelWithBidirectionalStreamCommand,
  type InvokeModelWithBidirectionalStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { type WebSocket, WebSocketServer } from "ws";
import { DEFAULT_CREDENTIALS } from "../../emulator/auth/credentials.ts";
import { EventQueue } from "./event-queue.ts";
import { audioInput, epilogue, prologue, toolResult } from "./nova-events.ts";

const HEADER_BYTES = 8;
const [port = "", endpoint = "", toolMs = ""] = process.argv.slice(2);

const bedrock = new BedrockRuntimeClient({
  region: "us-east-1",
  endpoint,
  credentials: DEFAULT_CREDENTIALS,
});

class Relayed {
  readonly #client: WebSocket;
  readonly #queue = new EventQueue();
  readonly #names = { prompt: randomUUID(), audio: randomUUID() };
  #seq = 0;
  #answer = 0;

  constructor(client: WebSocket) {
    this.#client = client;
    for (const event of prologue(this.#names)) this.#queue.push(event);
    client.on("message", (data: Buffer, isBinary) => {
      if (isBinary) this.#queue.push(audioInput(this.#names, data));
    });
    client.on("close", () => {
      for (const event of epilogue(this.#names)) this.#queue.push(event);
      this.#queue.end();
    });
    client.on("error", () => client.terminate());
  }

  async run(): Promise<void> {
    const command = new InvokeModelWithBidirectionalStreamCommand({
      modelId: "amazon.nova-2-sonic-v1:0",
      body: this.#queue,
    });
    const { body } = await bedrock.send(command);
    this.#tell({ type: "ready" });
    for await (const output of body ?? []) this.#hear(output);
  }

  #hear({ chunk }: InvokeModelWithBidirectionalStreamOutput): void {
    if (chunk?.bytes === undefined) return;
    const { event } = JSON.parse(Buffer.from(chunk.bytes).toString("utf8"));
    if (event.audioOutput) this.#play(Buffer.from(event.audioOutput.content, "base64"));
    else if (event.textOutput) this.#say(event.textOutput);
    else if (event.toolUse) this.#use(event.toolUse);
    else if (event.contentStart?.type === "AUDIO")
      this.#tell({ type: "answer", state: "started", answer: ++this.#answer });
  }

  #play(pcm: Buffer): void {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(++this.#seq, 0);
    header.writeUInt32BE(this.#answer, 4);
    this.#client.send(Buffer.concat([header, pcm]));
  }

  #say({ role, content }: { readonly role: string; readonly content: string }): void {
    if (content === '{ "interrupted" : true }') this.#tell({ type: "interrupted", answer: this.#answer });
    else this.#tell({ type: "transcript", role, text: content });
  }

  /** A tool that runs in this process. */
  #use({ toolUseId, content }: { readonly toolUseId: string; readonly content: string }): void {
    const { number } = JSON.parse(content);
    setTimeout(() => {
      for (const event of toolResult(this.#names, toolUseId, { found: number })) this.#queue.push(event);
    }, Number(toolMs));
  }

  #tell(message: object): void {
    this.#client.send(JSON.stringify({ ...message, seq: ++this.#seq }));
  }
}

const http = createServer((_request, response) => response.end("ok"));
const clients = new WebSocketServer({ server: http, perMessageDeflate: false });
clients.on("connection", (client) => {
  new Relayed(client).run().catch((error: unknown) => {
    console.error(error);
    client.close(1011);
  });
});
http.listen(Number(port), "127.0.0.1");
