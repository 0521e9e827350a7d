/**
 * The console in a real Chromium, with the gateway's real edge behind it: what is remembered of the caller one talks
 * as, looked through, corrected, taken along and erased.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { NewMemory } from "../../src/memory/memory-entry.ts";
import { StandInStore, said } from "../edge/callers.ts";
import { ENV, type House, openHouse } from "../edge/house.ts";
import { findChromium } from "./support/find-chromium.ts";
import { accessFaults, faintTexts } from "./support/page-checks.ts";
import { type ScriptedClient, SESSION } from "./support/scripted-gateway.ts";
import { SCREENS, useStage } from "./support/stage.ts";

const FRIDA = "frida@example.com";
const NOW = Date.UTC(2026, 10, 23, 14, 3);
const EARLIER = "c0ffee00-2f3a-4b5c-8d7e-9f0a1b2c3d4e";

/** Runs in the page: whether an element is to be seen without scrolling. */
const isSeen = (element: Element): boolean => {
  const box = element.getBoundingClientRect();
  const place = document.getElementById("details")?.getBoundingClientRect();
  return place !== undefined && box.height > 0 && box.top >= place.top && box.bottom <= place.bottom;
};

describe.skipIf(findChromium() === null)("what is remembered of a caller, in Chromium", () => {
  const stage = useStage();
  let store: StandInStore;
  let house: House;
  beforeEach(() => {
    store = new StandInStore();
    house = openHouse(
      { ...ENV, API_KEYS: undefined, ENVIRONMENT: "development" },
      { now: () => NOW, beside: [store] },
    );
    stage.gateway.callers = house.fetch;
  });

  const object = () => house.callers.of(FRIDA, "acme");
  const leave = async (text: string, more: Partial<NewMemory> = {}, session = EARLIER) => {
    const known = (await object().record())?.sessions.some((each) => each.session === session) ?? false;
    const who = { caller: FRIDA, tenant: "acme" };
    if (!known) await object().sessionBegins(who, { session, agent: "bank", startedAt: NOW });
    const entries = [said(text, session, NOW, more)];
    await object().keep({ id: "b1", session, agent: "bank", entries, turns: [] });
  };
  /** What callers leave in two calls. */
  const fill = async () => {
    const at = (days: number) => ({ at: NOW - days * 86_400_000, expiresAt: NOW + 300 * 86_400_000 });
    const wish = { by: "caller", agent: "bank", session: SESSION } as const;
    await leave("Asked for a mortgage on a house by the sea; was told 3.4 %.", {
      kind: "summary",
      confidence: 0.5,
      ...at(9),
    });
    await leave("The offer for the house runs out in December.", {
      kind: "matter",
      confidence: 0.6,
      ...at(8),
      source: { by: "model", agent: "bank", session: EARLIER },
    });
    await leave("Is called Frida Kowalski.", at(10));
    await leave(
      "Prefers letters to e-mail.",
      { kind: "preference", confidence: 1, source: wish, ...at(0) },
      SESSION,
    );
  };

  const button = (name: string | RegExp) => stage.page.getByRole("button", { name });
  const panel = () => stage.page.locator("#memory");
  const texts = () => panel().locator(".remembered-text").allTextContents();
  const focused = () =>
    stage.page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id ?? "",
    );

  /** Begins a session as Frida of Acme, the way a person does. */
  const begin = async (caller = FRIDA, tenant = "acme"): Promise<ScriptedClient> => {
    const arrival = stage.gateway.nextClient();
    await stage.page.goto(stage.gateway.url);
    await stage.page.locator("#start-text:enabled").waitFor();
    await stage.page.getByText("Who calls: nobody in particular").click();
    await stage.page.getByLabel("Caller").fill(caller);
    await stage.page.getByLabel("Tenant").fill(tenant);
    await button("Type instead").click();
    const client = await arrival;
    await client.said("hello");
    client.say({ type: "ready", session: SESSION, agent: "bank", protocol: "antiphon.v1" });
    await stage.page.getByText("Connected", { exact: true }).waitFor();
    return client;
  };

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
    const below = () => document.documentElement.scrollHeight - innerHeight;
    expect(await stage.page.evaluate(below)).toBe(0);
  };

  describe.each([
    ["desktop", 1280, 800],
    ["phone", 375, 740],
  ] as const)("on a %s", (name, width, height) => {
    it("is seen with when and from where, in light and dark colours, and asks before it is erased", async () => {
      await fill();
      await stage.page.setViewportSize({ width, height });
      await stage.page.goto(stage.gateway.url);
      await stage.page.locator("#start-text:enabled").waitFor();
      await stage.page.getByText("Who calls: nobody in particular").click();
      await stage.page.getByLabel("Caller").fill(FRIDA);
      await stage.page.getByLabel("Tenant").fill("acme");
      await stage.page.getByText(`Who calls: ${FRIDA} of acme`).waitFor();
      await lookAt(`memory-start-${name}`);
      await begin();
      if (name === "phone") await button("Details of the session").click();
      await panel().getByText("Prefers letters to e-mail.").waitFor();
      expect(await texts()).toEqual([
        "Prefers letters to e-mail.",
        "The offer for the house runs out in December.",
        "Asked for a mortgage on a house by the sea; was told 3.4 %.",
        "Is called Frida Kowalski.",
      ]);
      expect(await panel().locator(".remembered-kind").allTextContents()).toEqual([
        "Preference",
        "Left open",
        "Earlier call",
        "Fact",
      ]);
      expect(await panel().locator(".remembered .note").allTextContents()).toEqual([
        "bank · as the caller wished · in this session",
        "bank · read out of the talk by a model · in session c0ffee00 · 60\u00a0%\u00a0sure",
        "bank · by a rule · in session c0ffee00 · 50\u00a0%\u00a0sure",
        "bank · by a rule · in session c0ffee00 · 90\u00a0%\u00a0sure",
      ]);
      expect(await panel().locator("time").first().getAttribute("datetime")).toBe("2026-11-23T14:03:00.000Z");
      await lookAt(`memory-list-${name}`);
      await button("Correct: Is called Frida Kowalski.").click();
      await panel().getByLabel("What is so").filter({ visible: true }).fill("Is called Frida Kowalska.");
      await lookAt(`memory-correct-${name}`);
      await button("Leave it").click();
      await button("Erase everything…").click();
      await stage.page.getByRole("dialog").getByText(`Erase everything of ${FRIDA} of acme?`).waitFor();
      await lookAt(`memory-ask-${name}`);
      await button("Keep it").click();
      expect(await texts()).toHaveLength(4);
    });
  });

  it("is asked for by name and tenant, and the session is made for them", async () => {
    await fill();
    await begin();
    await panel().getByText("Prefers letters to e-mail.").waitFor();
    const made = stage.gateway.requests.find(({ path }) => path === "/v1/sessions");
    expect(JSON.parse(made?.body ?? "")).toMatchObject({ agent: "bank", caller: FRIDA, tenant: "acme" });
    expect(await panel().locator(".memory-of").textContent()).toBe(`${FRIDA} of acme`);
  });

  it("is corrected in its place, and the whole page knows that a person did it", async () => {
    await fill();
    await begin();
    await button("Correct: Is called Frida Kowalski.").click();
    const field = panel().getByLabel("What is so").filter({ visible: true });
    expect(await field.inputValue()).toBe("Is called Frida Kowalski.");
    await field.fill("Is called Frida Kowalska.");
    await panel().getByRole("button", { name: "Save" }).click();
    await panel().getByText("Corrected.").waitFor();
    expect(await texts()).toEqual(expect.arrayContaining(["Is called Frida Kowalska."]));
    expect(await panel().locator(".remembered .note").first().textContent()).toBe(
      "bank · corrected by a person",
    );
    expect(await focused()).toBe("Correct: Is called Frida Kowalska.");
    expect((await object().record())?.entries[0]).toMatchObject({
      text: "Is called Frida Kowalska.",
      source: { by: "operator" },
    });
  });

  it("is erased one by one by keyboard alone, and nobody loses their place", async () => {
    await fill();
    const client = await begin();
    await button("Correct: Prefers letters to e-mail.").focus();
    await stage.page.keyboard.press("Enter");
    await stage.page.keyboard.type("x");
    await stage.page.keyboard.press("Escape");
    expect(await focused()).toBe("Correct: Prefers letters to e-mail.");
    expect(client.messages.some(({ type }) => type === "interrupt")).toBe(false);
    await stage.page.keyboard.press("Tab");
    await stage.page.keyboard.press("Enter");
    await panel().getByText("Erased.").waitFor();
    expect(await texts()).toHaveLength(3);
    expect(await focused()).toBe("Erase: The offer for the house runs out in December.");
    for (let left = 2; left >= 0; left -= 1) {
      await stage.page.keyboard.press("Enter");
      await expect.poll(texts).toHaveLength(left);
      await expect.poll(focused).toMatch(left > 0 ? /^Erase: / : /^memory-title$/);
    }
    await panel().getByText("Nothing is remembered of this caller yet.").waitFor();
    expect((await object().record())?.entries).toEqual([]);
  });

  it("is taken along as a file", async () => {
    await fill();
    await begin();
    await panel().getByText("Is called Frida Kowalski.").waitFor();
    const download = stage.page.waitForEvent("download");
    await button("Export as JSON").click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("caller-memory.json");
    const everything = JSON.parse(await readFile(await file.path(), "utf8"));
    expect(everything).toMatchObject({ caller: FRIDA, tenant: "acme" });
    expect([everything.entries.length, everything.sessions.length]).toEqual([4, 2]);
    await panel().getByText("Exported.").waitFor();
  });

  it("is erased altogether only when asked twice, says what could not be, and is then gone", async () => {
    await fill();
    const client = await begin();
    await panel().getByText("Is called Frida Kowalski.").waitFor();
    await button("Erase everything…").click();
    await stage.page.keyboard.press("Escape");
    expect(client.messages.some(({ type }) => type === "interrupt")).toBe(false);
    expect((await object().record())?.entries).toHaveLength(4);

    store.trouble = { type: "busy", cause: "throttled" };
    await button("Erase everything…").click();
    await button("Erase everything").last().click();
    await panel().getByText("left: agent_core.").waitFor();
    expect(await panel().getByRole("alert").evaluate(isSeen)).toBe(true);
    await lookAt("memory-left-desktop");
    stage.complaints = stage.complaints.filter((text) => !text.includes("503"));

    store.trouble = null;
    await button("Erase everything…").click();
    await button("Erase everything").last().click();
    await panel().getByText("Everything is erased.").waitFor();
    expect(await object().record()).toBeNull();
    expect(store.erased).toEqual([{ caller: FRIDA, tenant: "acme" }]);
    client.say({ type: "closing", reason: "deleted" });
    await stage.page.getByText("The session was ended by the gateway's operator.").waitFor();
    expect(await texts()).toEqual([]);
    await lookAt("memory-erased-desktop");
    stage.complaints = stage.complaints.filter((text) => !text.includes("404"));
  });

  it("grows while one talks, and a person's half-written correction is not lost by it", async () => {
    await leave("Is called Frida.");
    const client = await begin();
    await button("Correct: Is called Frida.").click();
    const field = panel().getByLabel("What is so").filter({ visible: true });
    await field.fill("Is called Fr");
    await leave("Likes jazz.", { at: NOW });
    client.say({
      type: "usage",
      tokens: { inputSpeech: 1, inputText: 1, outputSpeech: 1, outputText: 1 },
      cost: { model: 0, platform: 0, total: 0 },
    });
    await panel().getByText("Likes jazz.").waitFor();
    expect(await field.inputValue()).toBe("Is called Fr");
    await field.press("End");
    await stage.page.keyboard.type("itz.");
    await panel().getByRole("button", { name: "Save" }).click();
    await panel().getByText("Is called Fritz.").waitFor();
  });

  it("says so where nothing is remembered, where a store is silent, and where nothing can be told", async () => {
    store.trouble = { type: "unreachable", cause: "no route" };
    await leave("Is called Frida.");
    await begin();
    await panel().getByText("agent_core did not answer: what it keeps is missing here.").waitFor();
    store.trouble = null;
    stage.gateway.callers = async () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    await button("Look again").click();
    await panel()
      .getByRole("alert")
      .getByText("The gateway answered in a way the console does not know.")
      .waitFor();
    // What was told last stays.
    expect(await texts()).toEqual(["Is called Frida."]);
    await lookAt("memory-untold-desktop");
    stage.gateway.callers = house.fetch;
    await object().erase();
    await button("Look again").click();
    await panel().getByText("Nothing is remembered of this caller yet.").waitFor();
    expect(await panel().getByRole("alert").count()).toBe(0);
    expect(await button("Export as JSON").isDisabled()).toBe(true);
    expect(await button("Erase everything…").isDisabled()).toBe(true);
    await lookAt("memory-nothing-desktop");
    stage.complaints = stage.complaints.filter((text) => !/50[23]|404/.test(text));
  });

  it("stays text where it looks like markup, whoever calls", async () => {
    const hostile = '<img src=x onerror="document.title=1"> & "../%2F?tenant=b" 🎈';
    const who = { caller: hostile, tenant: null };
    const session = { session: EARLIER, agent: "bank", startedAt: NOW };
    await house.callers.of(hostile).sessionBegins(who, session);
    await house.callers.of(hostile).keep({
      ...{ id: "b1", session: EARLIER, agent: hostile, turns: [] },
      // Not cleaned, as another store may tell it.
      entries: [],
    });
    store.known.set(JSON.stringify([null, hostile]), [
      { ...said(hostile, EARLIER, NOW), id: `agentcore:${hostile}`, since: NOW, kind: "fact" },
    ]);
    await begin(hostile, "");
    await panel().locator(".remembered-text").getByText(hostile).waitFor();
    expect(await panel().locator("img").count()).toBe(0);
    expect(await button(/^Correct/).count()).toBe(0);
    await button(/^Erase: /).click();
    await panel().getByText("Erased.").waitFor();
    expect(await texts()).toEqual([]);
    expect(await stage.page.title()).toBe("Antiphon console");
  });

  it("is said to be nothing where the agent has no memory", async () => {
    stage.gateway.answers.set("/v1/agents", { agents: [{ name: "bank", remembers: false }] });
    await begin();
    await panel().getByText("Nothing. This agent has no memory.").waitFor();
    stage.complaints = stage.complaints.filter((text) => !text.includes("404"));
  });

  it("is not shown, and not asked for, while nobody in particular talks", async () => {
    await stage.begin("Type instead");
    expect(await panel().isVisible()).toBe(false);
    expect(stage.gateway.requests.filter(({ path }) => path.startsWith("/v1/callers"))).toEqual([]);
    const made = stage.gateway.requests.find(({ path }) => path === "/v1/sessions");
    expect(JSON.parse(made?.body ?? "")).not.toHaveProperty("caller");
  });
});
