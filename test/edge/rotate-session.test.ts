import { beforeEach, describe, expect, it } from "vitest";
import { errorOf, type House, openHouse } from "./house.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";
const UNKNOWN = "ffffffff-ffff-4fff-bfff-ffffffffffff";

describe("moving a session to a fresh stream", () => {
  let house: House;
  beforeEach(async () => {
    house = openHouse();
    await house.post({ agent: "bank" });
  });

  const rotate = (session = FIRST) => house.askWithKey(`/v1/sessions/${session}/rotate`, { method: "POST" });

  it("takes an operator's word", async () => {
    expect((await rotate()).status).toBe(204);
    expect(house.sessions.objects.get(FIRST)?.rotated).toBe(1);
  });

  it("takes no stranger's", async () => {
    const response = await house.ask(`/v1/sessions/${FIRST}/rotate`, { method: "POST" });
    expect([response.status, (await errorOf(response)).code]).toEqual([401, "unauthorized"]);
    expect(house.sessions.objects.get(FIRST)?.rotated).toBe(0);
  });

  it("knows of no session that there is not, and of none that is over", async () => {
    expect((await rotate(UNKNOWN)).status).toBe(404);
    await house.askWithKey(`/v1/sessions/${FIRST}`, { method: "DELETE" });
    expect((await rotate()).status).toBe(410);
  });
});
