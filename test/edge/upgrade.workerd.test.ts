import { exports } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { TICKET_ID_HEADER } from "../../src/durable/session-rpc.ts";
import { api, connect, endSessions, makeSession } from "../workerd/call.ts";

afterEach(endSessions);

const upgrade = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  exports.default.fetch(
    new Request(url.replace(/^ws/, "http"), { headers: { upgrade: "websocket", ...headers } }),
  );

const hangUp = (response: Response): void => {
  response.webSocket?.accept();
  response.webSocket?.close(1000);
};

describe("an upgrade", () => {
  it("with the ticket as a subprotocol is completed, and the dialect is confirmed alone", async () => {
    const response = await connect(await makeSession());
    expect(response.status).toBe(101);
    expect(response.webSocket).not.toBeNull();
    expect(Object.fromEntries(response.headers)).toEqual({ "sec-websocket-protocol": "antiphon.v1" });
    hangUp(response);
  });

  it("with the ticket in the query is completed, and no subprotocol is confirmed that was not offered", async () => {
    const made = await makeSession();
    const response = await upgrade(`${made.url}?ticket=${made.ticket}`);
    expect(response.status).toBe(101);
    expect(response.headers.get("sec-websocket-protocol")).toBeNull();
    hangUp(response);
  });

  it("is not let in by a header that only the gateway may write", async () => {
    const made = await makeSession();
    const response = await upgrade(made.url, { [TICKET_ID_HEADER]: "00000000-0000-4000-8000-000000000000" });
    expect([response.status, response.webSocket]).toEqual([401, null]);
  });

  it("whose ticket is spent is refused in JSON, under the edge's own headers", async () => {
    const made = await makeSession();
    hangUp(await connect(made));
    const again = await connect(made);
    expect(await again.json()).toMatchObject({
      error: { code: expect.stringMatching(/^(ticket_spent|session_ended)$/) },
    });
    expect([again.webSocket, again.headers.get("cache-control")]).toEqual([null, "no-store"]);
  });
});

describe("a session in workerd", () => {
  it("can be made, looked at, read and ended through the real object", async () => {
    const { session } = await makeSession({ caller: "frida" });
    const path = `/v1/sessions/${session}`;
    expect(await (await api(path)).json()).toMatchObject({ session, caller: "frida", state: "preparing" });
    expect(await (await api(`${path}/transcript`)).json()).toEqual({ session, entries: [] });
    expect((await api(path, { method: "DELETE" })).status).toBe(204);
    expect((await api(path)).status).toBe(200);
  });
});
