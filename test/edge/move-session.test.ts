import { beforeEach, describe, expect, it } from "vitest";
import { errorOf, type House, KEY, openHouse } from "./house.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";
const UNKNOWN = "ffffffff-ffff-4fff-bfff-ffffffffffff";
const SECOND = "00000000-0000-4000-8000-000000000003";

describe("moving a session to another segment", () => {
  let house: House;
  beforeEach(async () => {
    house = openHouse();
    await house.post({ agent: "bank" });
    const session = house.sessions.objects.get(FIRST);
    if (session !== undefined) session.talking = true;
  });

  const move = (body: unknown, session = FIRST) =>
    house.askWithKey(`/v1/sessions/${session}/segment`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const segmentNow = async () =>
    ((await (await house.askWithKey(`/v1/sessions/${FIRST}`)).json()) as { segment: string }).segment;
  const expectRefusal = async (response: Response, status: number, code: string, detail: string) => {
    const error = await errorOf(response);
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.detail ?? "").toContain(detail);
    expect(await segmentNow()).toBe("front_desk");
  };

  it("takes an operator's word, and its status tells where it is", async () => {
    expect(await segmentNow()).toBe("front_desk");
    const response = await move({ segment: "loans" });
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(await segmentNow()).toBe("loans");
  });

  it("takes no stranger's", async () => {
    const response = await house.ask(`/v1/sessions/${FIRST}/segment`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"segment":"loans"}',
    });
    await expectRefusal(response, 401, "unauthorized", "API key");
  });

  it("is refused where facts are missing, with their names", async () => {
    await expectRefusal(await move({ segment: "banking" }), 409, "segment_refused", "authenticated");
  });

  it("is refused while nobody talks yet", async () => {
    await house.post({ agent: "bank" });
    await expectRefusal(await move({ segment: "loans" }, SECOND), 409, "segment_refused", "nobody talks");
  });

  it("is refused for a segment that the agent has not, and for a session that is not, or not any more", async () => {
    await expectRefusal(await move({ segment: "cellar" }), 404, "segment_unknown", "");
    await expectRefusal(await move({ segment: "loans" }, UNKNOWN), 404, "session_unknown", "");
    await expectRefusal(await move({ segment: "loans" }, "42"), 404, "session_unknown", "UUID");
    await house.askWithKey(`/v1/sessions/${FIRST}`, { method: "DELETE" });
    await expectRefusal(await move({ segment: "loans" }), 410, "session_ended", "");
  });

  it.each([
    ["no body", "", "body: not valid JSON"],
    ["an empty object", {}, "body.segment: missing; expected a string"],
    ["a name in capitals", { segment: "Loans" }, "body.segment: expected a segment's name"],
    ["a name that objects inherit", { segment: "__proto__" }, "body.segment: expected a segment's name"],
    ["a name without end", { segment: "l".repeat(65) }, "body.segment: too big"],
    ["a name that is a list", { segment: ["loans"] }, "body.segment: expected a string"],
    [
      "facts beside the name",
      { segment: "banking", facts: { authenticated: true } },
      'unknown member "facts"',
    ],
  ])("is refused with %s, and no object is asked", async (_name, body, detail) => {
    await expectRefusal(await move(body), 400, "bad_request", detail);
    const objects = house.sessions.objects.size;
    await move(body, UNKNOWN);
    expect(house.sessions.objects.size).toBe(objects);
  });
});
