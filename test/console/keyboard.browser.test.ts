/**
 * The console in a real Chromium, by keyboard alone.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findChromium } from "./support/find-chromium.ts";
import { SESSION } from "./support/scripted-gateway.ts";
import { RATE, SCREENS, speak, useStage } from "./support/stage.ts";
import { tone } from "./support/wav.ts";

describe.skipIf(findChromium() === null)("by keyboard alone, in Chromium", () => {
  const stage = useStage();

  const tabTo = async (name: string): Promise<void> => {
    for (let presses = 0; presses < 40; presses += 1) {
      await stage.page.keyboard.press("Tab");
      const here = await stage.page.evaluate(() => {
        const at = document.activeElement;
        return at?.getAttribute("aria-label") ?? at?.textContent?.trim() ?? "";
      });
      if (here === name) return;
    }
    throw new Error(`no way by Tab to ${name}`);
  };

  it("a conversation is begun, held, interrupted, dialled, ended and begun again", async () => {
    const arrival = stage.gateway.nextClient();
    await stage.page.goto(stage.gateway.url);
    await stage.page.locator("#start-text:enabled").waitFor();
    await tabTo("Type instead");
    await stage.page.keyboard.press("Enter");
    const client = await arrival;
    await client.said("hello");
    client.say({ type: "ready", session: SESSION, agent: "bank" });
    await stage.page.getByText("Connected", { exact: true }).waitFor();
    // The text field has the focus already.
    await stage.page.keyboard.type("What is my balance?");
    await stage.page.keyboard.press("Enter");
    expect(await client.said("text")).toEqual({ type: "text", text: "What is my balance?" });
    expect(await stage.page.locator("#words").inputValue()).toBe("");
    expect(client.frames).toEqual([]);

    client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
    speak(client, 1, tone(300, RATE, 5));
    await stage.page.locator("#stop:enabled").waitFor();
    await stage.page.keyboard.press("Escape");
    await client.said("interrupt");
    await stage.page.locator('#dock[data-playback="silent"]').waitFor();
    // Words go on arriving while someone types; neither focus nor what was typed is lost.
    await stage.page.keyboard.type("And ");
    client.say(
      { type: "interrupted", answer: 1, heardMs: 300, heardText: "Twelve", by: "client" },
      { type: "transcript", role: "agent", turn: 2, answer: 2, item: "x", text: "Another", final: true },
    );
    await stage.page.locator(".entries").getByText("Another").waitFor();
    await stage.page.keyboard.type("now?");
    expect(await stage.page.locator("#words").inputValue()).toBe("And now?");

    await tabTo("Telephone keys");
    await stage.page.keyboard.press("Enter");
    await tabTo("1");
    await stage.page.keyboard.press("Enter");
    await stage.page.keyboard.press("#");
    await client.until(({ messages }) =>
      messages.filter(({ type }) => type === "dtmf").length === 2 ? true : undefined,
    );
    expect(client.messages.filter(({ type }) => type === "dtmf").map(({ digits }) => digits)).toEqual([
      "1",
      "#",
    ]);

    await stage.page.keyboard.press("Home");
    await tabTo("End session");
    await stage.page.keyboard.press("Enter");
    await client.said("bye");
    await stage.page.screenshot({ path: join(SCREENS, "ended.png") });
    const next = stage.gateway.nextClient();
    // The button that begins anew has the focus.
    await stage.page.keyboard.press("Enter");
    expect((await (await next).said("hello")).protocol).toBe("antiphon.v1");
  });

  it("a tool call that is the client's is answered by hand", async () => {
    const client = await stage.begin("Type instead");
    client.say({
      type: "tool_call",
      call: "c1",
      name: "pick_colour",
      arguments: { of: ["red", "blue"] },
      timeoutMs: 9000,
    });
    await stage.page.getByLabel("Its result, as text or JSON").fill('{"colour":"blue"}');
    await stage.page.getByRole("button", { name: "Give result" }).press("Enter");
    expect(await client.said("tool_result")).toEqual({
      type: "tool_result",
      call: "c1",
      result: { colour: "blue" },
    });
  });
});
