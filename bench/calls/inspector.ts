/**
 * A word with a process's inspector: the Chrome DevTools Protocol, which workerd and Node both speak.
 * https://chromedevtools.github.io/devtools-protocol/
 */
import { WebSocket } from "ws";
import * as z from "zod";

const TARGETS = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const WITHIN_MS = 30_000;

type Answer = Readonly<Record<string, unknown>>;

export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (why: Error) => void }>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const { id, result, error } = JSON.parse(data.toString("utf8"));
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(`The inspector says: ${error.message}`));
      else waiting?.resolve(result);
    });
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The inspector's line was lost."));
    });
    socket.on("error", () => socket.terminate());
  }

  /** @param url `http://host:port` of the inspector; its last target is taken: workerd lists a service of its own first. */
  static async connect(url: string): Promise<Inspector> {
    const targets = TARGETS.parse(await (await fetch(`${url}/json`)).json());
    const target = targets.at(-1);
    if (target === undefined) throw new Error("The inspector has nothing to show.");
    const socket = new WebSocket(target.webSocketDebuggerUrl, { maxPayload: 1024 * 1024 * 1024 });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new Inspector(socket);
  }

  ask(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer to ${method}.`)), WITHIN_MS);
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          settle(value);
        };
      this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}
