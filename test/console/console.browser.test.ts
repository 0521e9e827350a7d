/**
 * The console in a real Chromium, against a gateway that says what the test tells it to: what is seen of a
 * conversation, and what becomes of trouble.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { converse } from "./support/converse.ts";
import { findChromium } from "./support/find-chromium.ts";
import { accessFaults, faintTexts } from "./support/page-checks.ts";
import { SESSION } from "./support/scripted-gateway.ts";
import { SCREENS, useStage } from "./support/stage.ts";

describe.skipIf(findChromium() === null)("the console in Chromium", () => {
  const stage = useStage();

  /** Takes a picture in light and in dark colours, and looks for words that do not stand out from their ground. */
  const lookAt = async (name: string): Promise<void> => {
    for (const colorScheme of ["dark", "light"] as const) {
      await stage.page.emulateMedia({ colorScheme });
      await stage.page.screenshot({ path: join(SCREENS, `${name}-${colorScheme}.png`) });
      expect(await stage.page.evaluate(faintTexts)).toEqual([]);
    }
  };

  const expectNothingCutOff = async (): Promise<void> => {
    const beyond = await stage.page.evaluate(() => ({
      page: document.documentElement.scrollWidth - innerWidth,
      controls: [...document.querySelectorAll("button, input, summary")]
        .filter((element) => element.checkVisibility())
        .map((element) => element.getBoundingClientRect())
        .filter(({ left, right }) => left < 0 || right > innerWidth).length,
    }));
    expect(beyond).toEqual({ page: 0, controls: 0 });
  };

  describe.each([
    ["desktop", 1280, 800],
    ["phone", 375, 740],
  ] as const)("on a %s", (name, width, height) => {
    it("shows a whole conversation, in light and dark colours, for every eye and ear", async () => {
      await stage.page.setViewportSize({ width, height });
      await stage.page.goto(stage.gateway.url);
      await stage.page.getByRole("button", { name: "Talk" }).waitFor();
      await lookAt(`start-${name}`);
      const client = await stage.begin("Talk");
      await converse(stage.page, client);
      await lookAt(`talk-${name}`);
      await expectNothingCutOff();
      expect(await stage.page.locator(".entry.caller .words").allTextContents()).toEqual([
        "How much money is in my savings account, and when is the next transfer due?",
        "Yes, please do",
      ]);
      expect(await stage.page.locator("del").textContent()).toContain("savings account. I could not look up");
      expect(await stage.page.locator(".tool-state").allTextContents()).toEqual([
        "answered in 184 ms",
        "took too long, 262 ms",
        "running",
      ]);
      expect(await stage.page.locator("#timeline-words").textContent()).toContain(
        "you spoke 2 times, the agent 3 times, 3 tool calls, 1 interruption",
      );
      if (name === "phone") await stage.page.getByRole("button", { name: "Details of the session" }).click();
      await stage.page.getByText("$0.0316").waitFor();
      await stage.page.locator("#keypad summary").click();
      client.say(
        { type: "tool_call", call: "c9", name: "pick", arguments: {}, timeoutMs: 9000 },
        { type: "error", error: { code: "model_busy", message: "The speech model is at capacity." } },
      );
      await stage.page.locator(".problem").waitFor();
      await lookAt(`details-${name}`);
      expect(await stage.page.evaluate(accessFaults)).toEqual({
        nameless: [],
        repeated: [],
        dangling: [],
        jumping: 0,
      });
      if (name === "phone") await stage.page.setViewportSize({ width: 360, height: 640 });
      await expectNothingCutOff();
    });
  });

  describe("what comes from outside", () => {
    it("stays text, whatever it looks like", async () => {
      const client = await stage.begin("Type instead");
      const hostile =
        '<img src="https://stranger.invalid/x" onerror="document.title=1"><script>document.title=2</script>';
      client.say(
        {
          type: "transcript",
          role: "caller",
          turn: 1,
          answer: null,
          item: hostile,
          text: hostile,
          final: true,
        },
        { type: "transcript", role: "agent", turn: 1, answer: 1, item: "a", text: hostile, final: true },
        { type: "tool_started", call: hostile, name: hostile, arguments: { [hostile]: hostile } },
        { type: "tool_ended", call: hostile, name: hostile, status: "failed", reason: hostile, ms: 1 },
        { type: "interrupted", answer: 1, heardMs: 10, heardText: hostile, by: hostile },
        { type: "segment", name: hostile, reason: hostile, gapMs: 1 },
        { type: "error", error: { code: hostile, message: hostile, detail: hostile } },
      );
      await stage.page.locator(".problem").waitFor();
      expect(
        await stage.page.locator(".entries img, .entries script, .problems img, .problems script").count(),
      ).toBe(0);
      expect(await stage.page.locator(".entry.caller .words").textContent()).toBe(hostile);
      expect(await stage.page.title()).toBe("Antiphon console");
    });

    it("of a kind that is not known, or broken, is passed over", async () => {
      const client = await stage.begin("Type instead");
      client.say(
        { type: "weather" },
        { type: "transcript", text: 5 },
        {
          type: "transcript",
          role: "agent",
          turn: 1,
          answer: 1,
          item: "a",
          text: "Still here.",
          final: true,
        },
      );
      await stage.page.getByText("Still here.").first().waitFor();
      expect(await stage.page.locator("#session-unread").textContent()).toBe("0 / 2");
    });
  });

  describe("trouble", () => {
    it("with the microphone is put in words, and writing still works", async () => {
      await stage.page.addInitScript(() => {
        MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      });
      const client = await stage.begin("Talk");
      await stage.page.getByRole("alert").getByText("The microphone is not allowed").waitFor();
      await stage.page.screenshot({ path: join(SCREENS, "trouble.png") });
      await stage.page.getByLabel("Say something in writing").fill("hello");
      await stage.page.keyboard.press("Enter");
      await client.said("text");
      await stage.page.getByRole("button", { name: "Put this notice away" }).click();
      expect(await stage.page.locator(".problem").count()).toBe(0);
    });

    it("with the key is asked about, and the key stays in this tab", async () => {
      stage.gateway.key = "a-key-of-some-length";
      await stage.page.goto(stage.gateway.url);
      await stage.page.getByLabel("API key").fill("wrong");
      await stage.page.keyboard.press("Enter");
      await stage.page.getByText("That key was not accepted.").waitFor();
      await stage.page.screenshot({ path: join(SCREENS, "key.png") });
      await stage.page.getByLabel("API key").fill(stage.gateway.key);
      await stage.page.keyboard.press("Enter");
      const arrival = stage.gateway.nextClient();
      await stage.page.getByRole("button", { name: "Type instead" }).click();
      await arrival;
      expect(stage.gateway.requests.at(-1)?.authorization).toBe(`Bearer ${stage.gateway.key}`);
      const kept = await stage.page.evaluate(() => [
        JSON.stringify(localStorage),
        document.cookie,
        JSON.stringify(sessionStorage),
      ]);
      expect(kept[0]).not.toContain("a-key");
      expect(kept[1]).toBe("");
      expect(kept[2]).toContain("a-key");
      stage.complaints = stage.complaints.filter((text) => !text.includes("401"));
    });

    it("with the ticket is told from a gateway that is not there", async () => {
      stage.gateway.refuseUpgrades = true;
      await stage.page.goto(stage.gateway.url);
      await stage.page.getByRole("button", { name: "Type instead" }).click();
      await stage.page.getByText("The gateway did not open the connection").waitFor();
      await stage.gateway.stop();
      await stage.page.getByRole("button", { name: "New session" }).click();
      await stage.page.getByText("The gateway cannot be reached").waitFor();
      expect(stage.complaints.length).toBeGreaterThan(0);
      stage.complaints = stage.complaints.filter(
        (text) => !/WebSocket connection|ERR_CONNECTION|404|worklet/.test(text),
      );
    });

    it("with the connection in the middle of a session keeps what was said", async () => {
      const client = await stage.begin("Type instead");
      client.say({
        type: "transcript",
        role: "agent",
        turn: 1,
        answer: 1,
        item: "a",
        text: "Remember me.",
        final: true,
      });
      await stage.page.locator(".entries").getByText("Remember me.").waitFor();
      client.close(1011);
      await stage.page.getByRole("alert").getByText("The connection was lost").waitFor();
      expect(await stage.page.locator(".entries").getByText("Remember me.").isVisible()).toBe(true);
      expect(await stage.page.getByRole("button", { name: "New session" }).isVisible()).toBe(true);
    });
  });

  describe("for everybody", () => {
    it("screen readers are told what stands, not every interim word", async () => {
      const client = await stage.begin("Type instead");
      const heard = await stage.page.evaluateHandle(() => {
        const told: string[] = [];
        const region = document.getElementById("announcer");
        if (region !== null)
          new MutationObserver(() => told.push(region.textContent)).observe(region, { childList: true });
        return told;
      });
      const words = { type: "transcript", role: "agent", turn: 1, answer: 1, item: "a" };
      client.say(
        { ...words, text: "Good", final: false },
        { ...words, text: "Good day", final: false },
        { ...words, text: "Good day.", final: true },
        { ...words, item: "b", text: "Now", final: false },
      );
      await stage.page.locator(".words .interim").filter({ hasText: "Now" }).waitFor();
      expect(await heard.jsonValue()).toEqual(["Agent: Good day."]);
    });

    it("another agent can be chosen when a session is over", async () => {
      const client = await stage.begin("Type instead");
      client.say({ type: "closing", reason: "time_limit" });
      await stage.page.getByText("The session reached its longest time.").waitFor();
      await stage.page.getByRole("button", { name: "Another agent" }).click();
      await stage.page.getByLabel("Agent", { exact: true }).selectOption("weather");
      const arrival = stage.gateway.nextClient();
      await stage.page.getByRole("button", { name: "Type instead" }).click();
      await arrival;
      expect(JSON.parse(stage.gateway.requests.at(-1)?.body ?? "")).toEqual({
        agent: "weather",
        audio: { input: { encoding: "pcm16", rate: 16000 }, output: { encoding: "pcm16", rate: 24000 } },
        toolDetails: true,
      });
    });

    it("the chosen colours are kept", async () => {
      await stage.page.goto(stage.gateway.url);
      await stage.page.getByRole("button", { name: "Colours: as the system" }).click();
      await stage.page.getByRole("button", { name: "Colours: light" }).click();
      await stage.page.reload();
      await stage.page.getByRole("button", { name: "Colours: dark" }).waitFor();
      expect(await stage.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(
        "dark",
      );
    });
  });

  it("takes the transcript along as a file", async () => {
    const client = await stage.begin("Type instead");
    client.say({
      type: "transcript",
      role: "agent",
      turn: 1,
      answer: 1,
      item: "a",
      text: "Keep this.",
      final: true,
    });
    await stage.page.locator(".entries").getByText("Keep this.").waitFor();
    const download = stage.page.waitForEvent("download");
    await stage.page.getByRole("button", { name: "Save as text" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`antiphon-${SESSION}.txt`);
    expect(await readFile(await file.path(), "utf8")).toContain("Agent: Keep this.");
  });
});
