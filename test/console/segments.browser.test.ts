/**
 * The console in a real Chromium: the path that a talk takes through the segments of its agent.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listSegments, reachBanking, reachIdentify } from "./support/bank-segments.ts";
import { findChromium } from "./support/find-chromium.ts";
import { accessFaults, faintTexts } from "./support/page-checks.ts";
import { SESSION } from "./support/scripted-gateway.ts";
import { SCREENS, useStage } from "./support/stage.ts";

/** Runs in the page: whether what has the focus is to be seen without scrolling. */
const isFocusSeen = (): boolean => {
  const box = document.activeElement?.getBoundingClientRect();
  const place = document.getElementById("conversation")?.getBoundingClientRect();
  if (box === undefined || place === undefined) throw new Error("nothing has the focus");
  return box.top >= place.top && box.bottom <= place.bottom;
};

describe.skipIf(findChromium() === null)("the path of a talk, in Chromium", () => {
  const stage = useStage();

  /** Takes a picture in light and in dark colours, and looks for what some could not read, reach or see whole. */
  const lookAt = async (name: string): Promise<void> => {
    for (const colorScheme of ["dark", "light"] as const) {
      await stage.page.emulateMedia({ colorScheme });
      await stage.page.screenshot({ path: join(SCREENS, `${name}-${colorScheme}.png`) });
      expect(await stage.page.evaluate(faintTexts)).toEqual([]);
    }
    expect(await stage.page.evaluate(accessFaults)).toEqual({
      nameless: [],
      repeated: [],
      dangling: [],
      jumping: 0,
    });
    const beyond = () => document.documentElement.scrollWidth - innerWidth;
    expect(await stage.page.evaluate(beyond)).toBe(0);
    // The conversation and the details scroll, each by itself; the page does not.
    const below = () => document.documentElement.scrollHeight - innerHeight;
    expect(await stage.page.evaluate(below)).toBe(0);
  };

  const begin = async () => {
    listSegments(stage.gateway);
    return stage.begin("Type instead");
  };
  /** Names of the stations in order, each with its state and its places on the path. */
  const stations = () =>
    stage.page
      .locator(".station")
      .evaluateAll((all) =>
        all.map((station) =>
          [
            station.querySelector(".station-name")?.textContent,
            (station as HTMLElement).dataset.state,
            station.querySelector(".orders")?.textContent,
          ]
            .filter((part) => part !== "")
            .join(" "),
        ),
      );
  const way = (name: string) => stage.page.getByRole("button", { name: `Move the talk to ${name}` });

  describe.each([
    ["desktop", 1280, 800],
    ["phone", 375, 740],
  ] as const)("on a %s", (name, width, height) => {
    it("is seen as it goes on and when it is over, in light and dark colours", async () => {
      await stage.page.setViewportSize({ width, height });
      const client = await begin();
      reachIdentify(client);
      await way("banking").waitFor();
      await way("banking").click();
      expect(await client.said("go_to")).toEqual({ type: "go_to", segment: "banking" });
      client.say({
        type: "error",
        error: {
          code: "segment_refused",
          message: "The session may not move to that segment now.",
          detail: "authenticated is not known yet",
        },
      });
      await stage.page.getByText("Not to banking yet: authenticated is not known yet").waitFor();
      expect(await stage.page.locator(".problem").count()).toBe(0);
      await lookAt(`segments-refused-${name}`);
      reachBanking(client);
      await way("loans").waitFor();
      expect(await stations()).toEqual([
        "front_desk left 1",
        "identify left 2",
        "banking present 3",
        "loans ahead",
      ]);
      expect(await stage.page.locator("[aria-current=step] .station-name").allTextContents()).toEqual([
        "banking",
      ]);
      expect(await stage.page.locator(".wish").textContent()).toBe("");
      expect(await stage.page.locator(".tool-state").allTextContents()).toEqual([
        "not allowed, did not run",
        "answered in 90 ms",
        "took too long, 5000 ms",
      ]);
      expect(await stage.page.locator(".transition").allTextContents()).toEqual([
        expect.stringMatching(/→The talk moved on to identify · by the model · gap 0 ms$/),
        expect.stringMatching(/→The talk moved on to banking · by fact · gap 12 ms$/),
      ]);
      await lookAt(`segments-talk-${name}`);
      if (name === "phone") await stage.page.getByRole("button", { name: "Details of the session" }).click();
      await stage.page.locator("#path").getByText("$0.0086").waitFor();
      await stage.page.getByText("Frida Kowalski").waitFor();
      await lookAt(`segments-details-${name}`);
      if (name === "phone") await stage.page.getByRole("button", { name: "Details of the session" }).click();

      client.say({ type: "closing", reason: "bye" });
      await stage.page.getByText("The path of the talk").waitFor();
      const rows = stage.page.locator("#ending-path tbody tr");
      await rows.getByText("$0.0031").waitFor();
      expect(await rows.allTextContents()).toEqual([
        expect.stringMatching(/^1\. front_desk00:\d\d12,020\$0\.0042$/),
        expect.stringMatching(/^2\. identify by the model00:\d\d22,020\$0\.0086$/),
        expect.stringMatching(/^3\. banking by fact00:\d\d12,020\$0\.0031$/),
      ]);
      expect(await stations()).toContain("banking last 3");
      expect(await stage.page.evaluate(isFocusSeen)).toBe(true);
      expect(await stage.page.locator("[aria-current=step]").count()).toBe(0);
      expect(await way("loans").count()).toBe(0);
      await lookAt(`segments-over-${name}`);
    });
  });

  it("counts a segment that is visited again", async () => {
    const client = await begin();
    reachIdentify(client);
    client.say({
      type: "segment",
      name: "front_desk",
      reason: "transition",
      from: "identify",
      by: "client",
      gapMs: 0,
    });
    await stage.page.locator("[aria-current=step] .orders").getByText("1·3").waitFor();
    expect(await stations()).toEqual([
      "front_desk present 1·3",
      "identify left 2",
      "banking ahead",
      "loans ahead",
    ]);
  });

  it("is gone along by keyboard alone, and whoever asked is not left on a button that has gone", async () => {
    const client = await begin();
    reachIdentify(client);
    await way("front_desk").focus();
    await stage.page.keyboard.press("Enter");
    expect(await client.said("go_to")).toEqual({ type: "go_to", segment: "front_desk" });
    await stage.page.getByText("Asked for front_desk.").waitFor();
    client.say({
      type: "segment",
      name: "loans",
      reason: "transition",
      from: "identify",
      by: "client",
      gapMs: 0,
    });
    await stage.page.locator("[aria-current=step]").getByText("loans").waitFor();
    expect(await stage.page.evaluate(() => document.activeElement?.id)).toBe("words");
  });

  it("is not shown for an agent of one segment, or by a gateway that knows none", async () => {
    const client = await stage.begin("Type instead");
    client.say(
      { type: "segment", name: "main", reason: "start", from: null, by: null, gapMs: 0 },
      { type: "transcript", role: "agent", turn: 1, answer: 1, item: "a", text: "Hello.", final: true },
    );
    await stage.page.locator(".entries").getByText("Hello.").waitFor();
    expect(await stage.page.locator("#track, #path").filter({ visible: true }).count()).toBe(0);
  });

  it("stays text where a gateway's words look like markup, and survives a status of another form", async () => {
    const hostile = '<img src="https://stranger.invalid/x" onerror="document.title=1">';
    const client = await begin();
    stage.gateway.answers.set(`/v1/sessions/${SESSION}`, { path: hostile });
    client.say(
      { type: "segment", name: hostile, reason: "start", gapMs: 0 },
      { type: "segment", name: "front_desk", reason: "transition", from: hostile, by: hostile, gapMs: 0 },
    );
    await way("loans").click();
    client.say({
      type: "error",
      error: { code: "segment_unknown", message: hostile, detail: hostile },
    });
    await stage.page.getByText(`Not to loans yet: ${hostile}`).waitFor();
    expect(await stage.page.locator("#track img, .entries img").count()).toBe(0);
    expect(await stage.page.title()).toBe("Antiphon console");
  });
});
