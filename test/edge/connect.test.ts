import { beforeEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { RESUME_HEADER, TICKET_ID_HEADER } from "../../src/durable/session-rpc.ts";
import { issueResumeToken, resumeTokenEnd } from "../../src/edge/resume-token.ts";
import { ENV, errorOf, type House, NOW, ORIGIN, openHouse, SECRET } from "./house.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";
const TICKET_ID = "00000000-0000-4000-8000-000000000002";
const PATH = `/v1/sessions/${FIRST}/connect`;

describe("connecting to a session", () => {
  let house: House;
  let ticket: string;
  let now = NOW;

  const prepare = async (env: Readonly<Record<string, unknown>> = ENV) => {
    now = NOW;
    house = openHouse(env, { now: () => now });
    ticket = ((await (await house.post({ agent: "bank" })).json()) as { ticket: string }).ticket;
  };
  beforeEach(() => prepare());

  /** What the session's object was given for its client. */
  const resumeToken = (): string => house.sessions.objects.get(FIRST)?.init?.resumeToken ?? "";
  const upgrade = (headers: Record<string, string> = {}, path = PATH) =>
    house.ask(path, { headers: { upgrade: "websocket", ...headers } });
  const withTicket = (headers: Record<string, string> = {}, path = PATH) =>
    upgrade({ "sec-websocket-protocol": `antiphon.v1, ticket.${ticket}`, ...headers }, path);
  const forwarded = () => house.sessions.objects.get(FIRST)?.upgrades ?? [];
  const expectRefusal = async (response: Response, status: number, code: string) => {
    expect([response.status, (await errorOf(response)).code]).toEqual([status, code]);
    expect(forwarded()).toEqual([]);
  };

  it("reaches its object with the ticket's id, when the ticket comes as a subprotocol", async () => {
    await withTicket();
    expect(forwarded().map((request) => request.headers.get(TICKET_ID_HEADER))).toEqual([TICKET_ID]);
  });

  it("reaches it when the ticket comes in the query, with a subprotocol or without", async () => {
    await upgrade({}, `${PATH}?ticket=${ticket}`);
    await upgrade({ "sec-websocket-protocol": "antiphon.v1" }, `${PATH}?ticket=${ticket}`);
    await upgrade(
      { upgrade: "WebSocket", "sec-websocket-protocol": "chat,antiphon.v1" },
      `${PATH}?x=1&ticket=${ticket}`,
    );
    expect(forwarded()).toHaveLength(3);
  });

  it("sends the object nothing that the client wrote, least of all a header that passes for ours", async () => {
    await withTicket(
      {
        [TICKET_ID_HEADER]: "forged",
        authorization: "Bearer x",
        cookie: "a=b",
        "x-forwarded-for": "1.2.3.4",
      },
      `${PATH}?ticket=other&x=1`,
    );
    const [request] = forwarded();
    expect(request?.url).toBe(ORIGIN + PATH);
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      upgrade: "websocket",
      "sec-websocket-protocol": "antiphon.v1",
      [TICKET_ID_HEADER]: TICKET_ID,
    });
  });

  it("reaches it when a client comes back with its resume token, in either place, and with no ticket's id", async () => {
    await upgrade({ "sec-websocket-protocol": `antiphon.v1, resume.${resumeToken()}` });
    await upgrade({}, `${PATH}?resume=${resumeToken()}`);
    expect(forwarded().map(({ url, headers }) => [url, Object.fromEntries(headers)])).toEqual(
      Array(2).fill([
        ORIGIN + PATH,
        { upgrade: "websocket", "sec-websocket-protocol": "antiphon.v1", [RESUME_HEADER]: "verified" },
      ]),
    );
  });

  it("is refused to a client that writes the header of one who has come back", async () => {
    const headers = { [RESUME_HEADER]: "verified", [TICKET_ID_HEADER]: TICKET_ID };
    await expectRefusal(await upgrade(headers), 401, "ticket_missing");
    await withTicket(headers);
    expect(forwarded().map((request) => request.headers.get(RESUME_HEADER))).toEqual([null]);
  });

  it("is refused with a ticket and a resume token at once, wherever they stand", async () => {
    const [byTicket, byResume] = [`ticket.${ticket}`, `resume.${resumeToken()}`];
    for (const [protocols, query] of [
      [`antiphon.v1, ${byTicket}, ${byResume}`, ""],
      [`antiphon.v1, ${byResume}`, `?ticket=${ticket}`],
      [`antiphon.v1, ${byTicket}`, `?resume=${resumeToken()}`],
      ["antiphon.v1", `?ticket=${ticket}&resume=${resumeToken()}`],
    ]) {
      const response = await upgrade({ "sec-websocket-protocol": protocols ?? "" }, PATH + query);
      expect(await errorOf(response.clone())).toMatchObject({
        detail: "a ticket and a resume token: offer one of them, not both",
      });
      await expectRefusal(response, 400, "bad_request");
    }
  });

  it("is refused with a ticket in a resume token's place, and the reverse", async () => {
    await expectRefusal(await upgrade({}, `${PATH}?resume=${ticket}`), 401, "resume_invalid");
    await expectRefusal(await upgrade({}, `${PATH}?ticket=${resumeToken()}`), 401, "ticket_invalid");
  });

  it("is refused with another session's resume token, a tampered one, one of 10 kB, and one too old", async () => {
    const back = (token: string) => upgrade({ "sec-websocket-protocol": `antiphon.v1, resume.${token}` });
    const other = issueResumeToken(
      "ffffffff-ffff-4fff-bfff-ffffffffffff",
      resumeTokenEnd(NOW, LIMITS.sessionMs),
      SECRET,
    );
    await expectRefusal(await back(other), 401, "resume_invalid");
    await expectRefusal(await back(`${resumeToken()}A`), 401, "resume_invalid");
    await expectRefusal(await back("A".repeat(10_000)), 401, "resume_invalid");
    now = resumeTokenEnd(NOW, LIMITS.sessionMs);
    await expectRefusal(await back(resumeToken()), 410, "session_ended");
  });

  it("is refused with an empty resume token as with none", async () => {
    await expectRefusal(await upgrade({}, `${PATH}?resume=`), 401, "ticket_missing");
    const headers = { "sec-websocket-protocol": "antiphon.v1, resume." };
    await expectRefusal(await upgrade(headers), 401, "ticket_missing");
  });

  it("is refused to a page of another origin, whatever token it has stolen", async () => {
    const headers = { "sec-websocket-protocol": `antiphon.v1, resume.${resumeToken()}` };
    await expectRefusal(
      await upgrade({ ...headers, origin: "https://evil.example" }),
      403,
      "origin_forbidden",
    );
  });

  it("that is refused to one who came back leaves a line in the log without the token", async () => {
    await upgrade({ "sec-websocket-protocol": `antiphon.v1, resume.${resumeToken()}x` });
    expect(house.lines).toEqual([expect.stringContaining("signature does not match")]);
    expect(house.lines.join()).not.toContain(resumeToken().slice(4, 20));
  });

  it("passes a refusal of the object on, under the edge's own headers", async () => {
    const response = await withTicket();
    expect([response.status, (await errorOf(response)).code]).toEqual([409, "ticket_spent"]);
    expect(response.headers.get("x-inner")).toBeNull();
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("is refused without an upgrade, and told which", async () => {
    const response = await house.ask(`${PATH}?ticket=${ticket}`);
    expect(response.headers.get("upgrade")).toBe("websocket");
    await expectRefusal(response, 426, "upgrade_required");
    await expectRefusal(await withTicket({ upgrade: "h2c" }), 426, "upgrade_required");
  });

  it("is refused without a ticket", async () => {
    await expectRefusal(await upgrade(), 401, "ticket_missing");
    await expectRefusal(await upgrade({ "sec-websocket-protocol": "antiphon.v1" }), 401, "ticket_missing");
    await expectRefusal(
      await upgrade({ "sec-websocket-protocol": "antiphon.v1, ticket." }),
      401,
      "ticket_missing",
    );
    await expectRefusal(await upgrade({}, `${PATH}?ticket=`), 401, "ticket_missing");
  });

  it("is refused with a wrong ticket, an API key in its place, or another session's", async () => {
    await expectRefusal(await upgrade({}, `${PATH}?ticket=nonsense`), 401, "ticket_invalid");
    await expectRefusal(await upgrade({}, `${PATH}?ticket=${ticket}x`), 401, "ticket_invalid");
    await expectRefusal(
      await house.askWithKey(PATH, { headers: { upgrade: "websocket" } }),
      401,
      "ticket_missing",
    );
    const other = "ffffffff-ffff-4fff-bfff-ffffffffffff";
    await expectRefusal(await withTicket({}, `/v1/sessions/${other}/connect`), 401, "ticket_invalid");
    expect(house.sessions.objects.has(other)).toBe(false);
  });

  it("that is refused leaves a line in the log that says why, without the ticket", async () => {
    await upgrade({}, `${PATH}?ticket=${ticket}x`);
    expect(house.lines).toEqual([expect.stringContaining("signature does not match")]);
    expect(house.lines.join()).not.toContain(ticket.slice(0, 20));
  });

  it("that is refused to strangers leaves a line a minute for each reason, with how many were left out", async () => {
    for (let stranger = 0; stranger < 5; stranger++) await upgrade();
    await upgrade({}, `${PATH}?ticket=nonsense`);
    now += LIMITS.refusalLogMs - 1;
    await upgrade();
    now += 1;
    await upgrade();
    expect(house.lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: "info", event: "connect_refused", code: "ticket_missing", leftOut: 0 },
      { level: "info", event: "connect_refused", code: "ticket_invalid", leftOut: 0 },
      { level: "info", event: "connect_refused", code: "ticket_missing", leftOut: 5 },
    ]);
  });

  it("that comes too late for its ticket leaves a line each time, as it was let in once", async () => {
    now = NOW + LIMITS.ticketMs;
    await withTicket();
    await withTicket();
    expect(house.lines.map((line) => JSON.parse(line))).toEqual(
      Array(2).fill({ level: "warn", event: "connect_refused", session: FIRST, code: "ticket_expired" }),
    );
  });

  it("takes the subprotocol's ticket where two are given", async () => {
    await expectRefusal(
      await upgrade({ "sec-websocket-protocol": "antiphon.v1, ticket.wrong" }, `${PATH}?ticket=${ticket}`),
      401,
      "ticket_invalid",
    );
  });

  it("is refused when the ticket has expired", async () => {
    now = NOW + LIMITS.ticketMs;
    await expectRefusal(await withTicket(), 401, "ticket_expired");
  });

  it("is refused when none of the subprotocols is ours, which a browser would drop anyway", async () => {
    await expectRefusal(await upgrade({ "sec-websocket-protocol": `ticket.${ticket}` }), 400, "bad_request");
    await expectRefusal(
      await upgrade({ "sec-websocket-protocol": `antiphon.v9, ticket.${ticket}` }),
      400,
      "bad_request",
    );
  });

  it("is refused for an id that is none, and no object is made for it", async () => {
    await expectRefusal(await withTicket({}, "/v1/sessions/anything/connect"), 404, "session_unknown");
    expect([...house.sessions.objects.keys()]).toEqual([FIRST]);
  });

  it.each([
    ["the gateway's own page", ORIGIN, true],
    ["another page", "https://evil.example", false],
    ["the gateway's name over http", "http://voice.example", false],
    ["a page without an origin", "null", false],
    ["a page that ALLOWED_ORIGINS names", "https://app.example.com", true],
    ["a page below one that ALLOWED_ORIGINS names", "https://evil.app.example.com", false],
  ])("from %s is judged by its origin", async (_who, origin, welcome) => {
    await prepare({ ...ENV, ALLOWED_ORIGINS: "https://app.example.com" });
    const response = await withTicket({ origin });
    if (welcome) expect(forwarded()).toHaveLength(1);
    else await expectRefusal(response, 403, "origin_forbidden");
  });
});
