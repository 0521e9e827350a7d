/**
 * The console in a real Chromium whose line is cut: it comes back by itself, after a reload too, and says nothing twice.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findChromium } from "./support/find-chromium.ts";
import { faintTexts } from "./support/page-checks.ts";
import { RESUME, type ScriptedClient, SESSION } from "./support/scripted-gateway.ts";
import { RATE, SCREENS, speak, useStage } from "./support/stage.ts";
import { voiceLike } from "./support/wav.ts";

const words = (item: string, text: string, answer = 1) =>
  ({ type: "transcript", role: "agent", turn: answer, answer, item, text, final: true }) as const;
const played =
  (ms: number, answer = 1) =>
  (client: ScriptedClient) =>
    client.messages.find((said) => said.type === "played" && said.answer === answer && Number(said.ms) >= ms);

describe.skipIf(findChromium() === null)("a console whose line is cut, in Chromium", () => {
  const stage = useStage();
  const connection = () => stage.page.locator("#connection");
  const said = () => stage.page.locator(".entry.agent .words").allTextContents();

  it("says so quietly, goes on playing, comes back by itself, and takes nothing twice", async () => {
    const client = await stage.begin("Talk", RESUME);
    client.say({ type: "answer", answer: 1, turn: 1, state: "started" }, words("a", "One moment, please."));
    speak(client, 1, voiceLike(180, RATE, 2));
    await client.until(played(300));
    await client.until(({ frames }) => (frames.length > 10 ? true : undefined));
    client.say({ type: "ping" });
    expect(await client.said("pong")).toEqual({ type: "pong", seq: client.seq });
    const seen = client.seq;
    stage.gateway.hold = true;
    const arrival = stage.gateway.nextClient();
    client.cut();

    await connection().getByText("Reconnecting…").waitFor();
    await connection()
      .getByText(/^[1-9]\d* s$/)
      .waitFor();
    // The voice that was cut off plays on to its end.
    await stage.page.locator('#dock[data-playback="silent"]').waitFor();
    await stage.page.getByLabel("Say something in writing").fill("Are you still there?");
    await stage.page.keyboard.press("Enter");
    for (const colorScheme of ["dark", "light"] as const) {
      await stage.page.emulateMedia({ colorScheme });
      await stage.page.screenshot({ path: join(SCREENS, `away-${colorScheme}.png`) });
      expect(await stage.page.evaluate(faintTexts)).toEqual([]);
    }
    await stage.page.setViewportSize({ width: 360, height: 640 });
    await stage.page.screenshot({ path: join(SCREENS, "away-phone.png") });
    expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await stage.page.setViewportSize({ width: 1280, height: 800 });
    expect(await stage.page.getByRole("alert").textContent()).toBe("");
    stage.gateway.release();

    const back = await arrival;
    expect(await back.said("hello")).toMatchObject({ seen });
    expect(back.pass).toBe("resume");
    expect(back.frames).toEqual([]);
    // From one that it has seen already: twice told is once heard.
    back.resume(3);
    back.say(words("a", "Twice."), words("b", "Here I am."));
    for (let seq = 5; seq <= seen; seq += 1) back.sound(1, new Float32Array(960));
    back.say({ type: "answer", answer: 1, turn: 1, state: "ended" }, words("c", "And on we go."));
    await stage.page.locator(".entries").getByText("And on we go.").waitFor();
    await connection().getByText("Connected", { exact: true }).waitFor();
    expect(await connection().locator("#connection-time").textContent()).toBe("");
    expect(await said()).toEqual(["One moment, please. And on we go."]);
    expect(await back.said("text")).toEqual({ type: "text", text: "Are you still there?" });
    // How much was heard is told to whoever listens now.
    await back.until(played(2000));
    expect(back.messages.filter(({ type, ms }) => type === "played" && Number(ms) > 2000)).toEqual([]);
    // What the microphone heard meanwhile comes first, and then what it hears.
    await back.until(({ frames }) => (frames.length > 80 ? true : undefined));
    expect(await stage.page.locator("#session-unread").textContent()).toBe("0 / 0");
    // On a machine that takes ten seconds for the pictures the console has tried again, and its browser says so.
    if (stage.gateway.upgrades > 2)
      stage.complaints = stage.complaints.filter((text) => !text.includes("closed before the connection"));
  });

  it("says that another has the talk now, and does not take it back", async () => {
    const client = await stage.begin("Type instead", RESUME);
    client.say(words("a", "Remember me."));
    await stage.page.locator(".entries").getByText("Remember me.").waitFor();
    client.close(4411);
    await stage.page.locator("#ending").getByText("The talk goes on elsewhere.").waitFor();
    await stage.page.getByRole("alert").getByText("Another tab or device").waitFor();
    await stage.page.screenshot({ path: join(SCREENS, "taken-over.png") });
    expect(await stage.page.locator(".entries").getByText("Remember me.").isVisible()).toBe(true);
    expect(stage.gateway.upgrades).toBe(1);
    expect(await stage.page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it("learns that the session is over, though a browser does not tell why it was refused", async () => {
    const client = await stage.begin("Type instead", RESUME);
    stage.gateway.answers.set(`/v1/sessions/${SESSION}`, { state: "ended", path: [], facts: {} });
    stage.gateway.refuseUpgrades = true;
    client.cut();
    await stage.page.locator("#ending").getByText("The session has ended.").waitFor();
    expect(stage.gateway.upgrades).toBe(2);
    stage.complaints = stage.complaints.filter((text) => !text.includes("WebSocket connection"));
  });

  it("ends a session that it cannot tell so, by another way", async () => {
    const client = await stage.begin("Type instead", RESUME);
    stage.gateway.hold = true;
    client.cut();
    await connection().getByText("Reconnecting…").waitFor();
    // On its way back already, and nobody opens.
    await stage.gateway.waited();
    await stage.page.getByRole("button", { name: "End session" }).click();
    await stage.page.getByText("You ended the session.").waitFor();
    await stage.gateway.asked((request) => request.method === "DELETE" && request.path.endsWith(SESSION));
    stage.complaints = stage.complaints.filter((text) => !text.includes("WebSocket"));
  });

  it("goes on after the page was loaded again, with all that was said", async () => {
    const client = await stage.begin("Talk", RESUME);
    client.say({ type: "segment", name: "main", reason: "start", gapMs: 0 }, words("a", "Good evening."));
    client.say({ type: "tool_started", call: "t1", name: "get_balance", arguments: {} });
    await stage.page.locator(".tool-state").waitFor();
    await stage.page.getByRole("button", { name: "Mute the microphone" }).click();
    await client.said("mute");
    const seen = client.seq;
    const arrival = stage.gateway.nextClient();
    await stage.page.reload();
    const back = await arrival;
    expect(await back.said("hello")).toMatchObject({ seen });
    expect([back.pass, client.messages.some(({ type }) => type === "bye")]).toEqual(["resume", false]);
    back.resume(seen + 1);
    back.say(
      { type: "tool_ended", call: "t1", name: "get_balance", status: "ok", ms: 90 },
      words("b", "Twelve euros.", 2),
    );
    await stage.page.locator(".entries").getByText("Twelve euros.").waitFor();
    expect(await said()).toEqual(["Good evening.", "Twelve euros."]);
    expect(await stage.page.locator(".tool-state").allTextContents()).toEqual(["answered in 90 ms"]);
    expect(await back.said("mute")).toEqual({ type: "mute", muted: true });
    // Nobody has touched the page yet, and browsers keep such a page silent.
    const asleep = stage.page.getByRole("alert").getByText("The browser keeps this page silent.");
    await asleep.waitFor();
    stage.complaints = stage.complaints.filter((text) => !text.includes("AudioContext was not allowed"));
    // A finger rests on the button for a while: what wakes the page must not move it away from under the finger.
    await stage.page.getByRole("button", { name: "Unmute the microphone" }).hover();
    await stage.page.mouse.down();
    await stage.page.screenshot({ path: join(SCREENS, "pressed.png") });
    await stage.page.mouse.up();
    await asleep.waitFor({ state: "detached" });
    await back.until(({ frames }) => (frames.length > 5 ? true : undefined));
    speak(back, 2, voiceLike(180, RATE, 0.5));
    await back.until(played(500, 2));
    await stage.page.screenshot({ path: join(SCREENS, "reloaded.png") });
    await stage.page.getByRole("button", { name: "End session" }).click();
    await back.said("bye");
    expect(await stage.page.evaluate(() => sessionStorage.length)).toBe(0);
    await stage.page.reload();
    await stage.page.getByRole("button", { name: "Type instead" }).waitFor();
    expect(stage.gateway.upgrades).toBe(2);
  });

  it("hears the rest of an answer that was cut by a reload, and counts it from its beginning", async () => {
    const client = await stage.begin("Type instead", RESUME);
    client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
    speak(client, 1, voiceLike(180, RATE, 6));
    client.say({ type: "answer", answer: 1, turn: 1, state: "ended" }, words("a", "A long answer."));
    await stage.page.locator(".entries").getByText("A long answer.").waitFor();
    await client.until(played(700));
    const arrival = stage.gateway.nextClient();
    await stage.page.reload();
    const back = await arrival;
    const { seen } = await back.said("hello");
    // Messages 3 to 152 are 40 ms of it each.
    const heardMs = (Number(seen) - 2) * 40;
    expect(heardMs).toBeGreaterThanOrEqual(600);
    expect(heardMs).toBeLessThan(5000);
    back.resume(Number(seen) + 1);
    speak(back, 1, voiceLike(180, RATE, 6).subarray((heardMs * RATE) / 1000));
    back.say({ type: "answer", answer: 1, turn: 1, state: "ended" }, words("a", "A long answer."));
    back.say(words("b", "And no more."));
    await stage.page.locator(".entries").getByText("And no more.").waitFor();
    expect(await said()).toEqual(["A long answer. And no more."]);
    await stage.page.keyboard.press("Shift");
    expect(await back.until(played(6000))).toMatchObject({ answer: 1, ms: 6000 });
    expect(Number(back.messages.find(({ type }) => type === "played")?.ms)).toBeGreaterThanOrEqual(heardMs);
    expect(await stage.page.locator("#session-unread").textContent()).toBe("0 / 0");
    stage.complaints = stage.complaints.filter((text) => !text.includes("AudioContext was not allowed"));
  });

  it("begins anew when what the tab has kept is too old, or is no session at all", async () => {
    const client = await stage.begin("Type instead", { ...RESUME, forMs: 1 });
    client.say(words("a", "Good evening."));
    await stage.page.locator(".entries").getByText("Good evening.").waitFor();
    await stage.page.reload();
    await stage.page.getByText("Not connected").waitFor();
    for (const kept of ["{", "null", "[]", '{"shape":1}', '{"shape":1,"session":"x","way":{"token":7}}']) {
      await stage.page.evaluate((text) => sessionStorage.setItem("antiphon.session", text), kept);
      await stage.page.reload();
      await stage.page.getByText("Not connected").waitFor();
    }
    expect(stage.gateway.upgrades).toBe(1);
  });
});
