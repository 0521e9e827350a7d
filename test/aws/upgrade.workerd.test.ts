import { afterEach, describe, expect, it, vi } from "vitest";
import { upgrade } from "../../src/aws/upgrade.ts";

const URL = "https://bedrock.example/model/m?X-Amz-Signature=feedface";
const open = (signal: AbortSignal = new AbortController().signal) => upgrade({ url: URL, signal });

/** The network answers with this; the request is kept. */
const network = (answer: (init: RequestInit) => Response | Promise<Response>) => {
  const requests: RequestInit[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    expect(url).toBe(URL);
    requests.push(init);
    return answer(init);
  });
  return requests;
};
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("an upgrade", () => {
  it("gives the socket, and follows no redirect with a signed URL", async () => {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    const requests = network(() => new Response(null, { status: 101, webSocket: theirs }));
    const opened = await open();
    expect(opened.ok && opened.value).toBe(theirs);
    expect(new Headers(requests[0]?.headers).get("upgrade")).toBe("websocket");
    expect(requests[0]?.redirect).toBe("manual");
    ours.accept();
    ours.close();
  });

  it("that is refused says status, type and message", async () => {
    network(() =>
      Response.json(
        { message: "User is not authorized" },
        { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException:http://internal.amazon.com/" } },
      ),
    );
    expect(await open()).toEqual({
      ok: false,
      error: {
        type: "refused",
        status: 403,
        errorType: "AccessDeniedException",
        message: "User is not authorized",
      },
    });
  });

  it.each([
    ["a body with a capital letter", '{"Message":"Signature expired"}', "Signature expired"],
    ["a body that is no JSON", "<h1>Bad gateway</h1>", "<h1>Bad gateway</h1>"],
    ["a body without a message", '{"error":1}', '{"error":1}'],
    ["a body of nothing", "", ""],
  ])("takes %s for the message", async (_, body, message) => {
    network(() => new Response(body, { status: 502 }));
    expect(await open()).toEqual({
      ok: false,
      error: { type: "refused", status: 502, errorType: "", message },
    });
  });

  it("reads no more of an endless refusal than it needs", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024).fill(120));
      },
    });
    network(() => new Response(endless, { status: 500 }));
    const opened = await open();
    expect(opened.ok).toBe(false);
    expect(sent).toBeLessThan(20_000);
  });

  it("survives a refusal that breaks off", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("half a sen")),
      pull: (controller) => controller.error(new Error("gone")),
    });
    network(() => new Response(broken, { status: 500 }));
    expect((await open()).ok).toBe(false);
  });

  it("that nobody answers is unreachable, and its URL stays out of the log", async () => {
    network(() => Promise.reject(new Error(`could not connect to ${URL}`)));
    const opened = await open();
    expect(opened).toMatchObject({ ok: false, error: { type: "unreachable" } });
    expect(JSON.stringify(opened)).not.toContain("feedface");
  });

  it("that is given up is unreachable", async () => {
    network(
      ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("given up")))),
    );
    const controller = new AbortController();
    const opening = open(controller.signal);
    controller.abort();
    expect(await opening).toEqual({ ok: false, error: { type: "unreachable", cause: "given up" } });
  });
});
